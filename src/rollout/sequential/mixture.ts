/**
 * Sums of e-values that are kept as logarithms. An e-value starts at 1 and, while the null hypothesis holds, has an
 * expectation of at most 1 at any moment, however often one looks; by Ville's inequality it ever reaches 1/alpha with
 * probability at most alpha. A weighted mean of e-values, weights fixed beforehand, is one again. All values here are
 * natural logarithms: `ln e`.
 */

/** `size` values from `low` to `high`, evenly spaced in the logarithm. */
export function logSpaced(low: number, high: number, size: number): readonly number[] {
  const step = Math.log(high / low) / (size - 1)
  return Array.from({length: size}, (_, index) => low * Math.exp(step * index))
}

/** ln of the sum of exp(x), safe against overflow; minus infinity for no values. */
export function logSumExp(logs: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY
  for (const log of logs) if (log > most) most = log
  if (most === Number.NEGATIVE_INFINITY) return most
  let sum = 0
  for (const log of logs) sum += Math.exp(log - most)
  return most + Math.log(sum)
}

/** ln(exp(a) + exp(b)), of which at most one is minus infinity. */
export function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
}

/** ln of the mean of exp(x) under `weights`, which sum to 1. */
export function logMixture(weights: readonly number[], logs: readonly number[]): number {
  return logSumExp(logs.map((log, index) => log + Math.log(weights[index] ?? 0)))
}

/** The same proportions, with the sum 1. */
export function normalised(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}
