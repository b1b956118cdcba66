/**
 * Many comparisons at once. Which of them needs a correction follows from what a verdict claims:
 *
 * - A release *passes* only where every comparison shows "not worse". That is an intersection-union test (Berger, "Multiparameter
 *   hypothesis testing and acceptance sampling", Technometrics 24 (1982)): a bad release passes only by being missed in the
 *   very comparison in which it is bad, whose chance is at most alpha however many others there are. No correction.
 * - A release *fails* where any comparison shows "worse". Each one adds its own chance of a false alarm, so those p-values
 *   are corrected over all blocking comparisons, by Holm's step-down, which needs nothing of how they depend on each other.
 */

/** One comparison after the correction, in the order in which they were given. */
export interface Adjusted {
  /** Adjusted p-value: the smallest alpha at which this one would be rejected. */
  readonly p: number
  readonly isRejected: boolean
}

/**
 * Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979): the
 * smallest p-value is held against alpha / m, the next against alpha / (m - 1), until one is not rejected.
 * @param pValues in [0, 1]
 * @param alpha chance of any false rejection among all of them, in (0, 1)
 */
export function holm(pValues: readonly number[], alpha: number): readonly Adjusted[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1))
  const adjusted = pValues.map((): Adjusted => ({p: 1, isRejected: false}))
  let highest = 0
  for (const [rank, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)))
    adjusted[index] = {p: highest, isRejected: highest <= alpha}
  }
  return adjusted
}
