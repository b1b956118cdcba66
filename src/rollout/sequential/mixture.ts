/**
 * E-processes from mixtures of likelihood ratios. An e-value starts at 1 and, while the null hypothesis holds, has an
 * expectation of at most 1 at any moment, however often one looks; by Ville's inequality it ever reaches 1/alpha with
 * probability at most alpha. All values here are natural logarithms: `ln e`.
 */

/** Number of alternatives in a mixture. More change nothing visible: neighbours are then nearly the same hypothesis. */
const gridSize = 24

/** `gridSize` values from `low` to `high`, evenly spaced in the logarithm. */
export function logSpaced(low: number, high: number): readonly number[] {
  const step = Math.log(high / low) / (gridSize - 1)
  return Array.from({length: gridSize}, (_, index) => low * Math.exp(step * index))
}

/** ln of the mean of exp(x): the mixture with equal weights, safe against overflow. */
export function logMeanExp(logs: readonly number[]): number {
  const most = Math.max(...logs)
  if (most === Number.NEGATIVE_INFINITY) return most
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0)
  return most + Math.log(sum / logs.length)
}
