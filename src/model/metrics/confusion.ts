/** Counts of rows by true and predicted class, for one positive class against the rest. */
export interface Confusion {
  readonly truePositive: number
  readonly falsePositive: number
  readonly falseNegative: number
  readonly trueNegative: number
}

/** @param positive,predicted 1 where the row is (is predicted) positive, else 0; same length */
export function countConfusion(positive: Uint8Array, predicted: Uint8Array): Confusion {
  // Index 2 * true + predicted: no branch in the loop.
  const counts = [0, 0, 0, 0]
  for (let row = 0; row < positive.length; row++) {
    const cell = 2 * (positive[row] ?? 0) + (predicted[row] ?? 0)
    counts[cell] = (counts[cell] ?? 0) + 1
  }
  const [trueNegative = 0, falsePositive = 0, falseNegative = 0, truePositive = 0] = counts
  return {truePositive, falsePositive, falseNegative, trueNegative}
}
