/** Distances between two samples of numbers. Both arrays must be sorted upwards, finite, and not empty. */

/**
 * Kolmogorov-Smirnov's D: the largest distance between the two empirical distribution functions; the statistic of
 * scipy.stats.ks_2samp. Ties are stepped over together.
 */
export function kolmogorovSmirnov(reference: Float64Array, judged: Float64Array): number {
  const n = reference.length
  const m = judged.length
  let largest = 0
  let i = 0
  let j = 0
  while (i < n && j < m) {
    const x = Math.min(reference[i] ?? 0, judged[j] ?? 0)
    while (i < n && reference[i] === x) i++
    while (j < m && judged[j] === x) j++
    const distance = Math.abs(i / n - j / m)
    if (distance > largest) largest = distance
  }
  return largest
}

/** Wasserstein's first distance: the area between the two empirical distribution functions, in the numbers' own unit. */
export function wasserstein(reference: Float64Array, judged: Float64Array): number {
  const n = reference.length
  const m = judged.length
  let area = 0
  let i = 0
  let j = 0
  let before = Math.min(reference[0] ?? 0, judged[0] ?? 0)
  while (i < n || j < m) {
    const x = j >= m || (i < n && (reference[i] ?? 0) <= (judged[j] ?? 0)) ? (reference[i] ?? 0) : (judged[j] ?? 0)
    area += Math.abs(i / n - j / m) * (x - before)
    before = x
    while (i < n && reference[i] === x) i++
    while (j < m && judged[j] === x) j++
  }
  return area
}

/** Standard deviation with divisor n, in two passes: `numpy.std`. */
export function standardDeviation(values: Float64Array): number {
  let sum = 0
  for (let row = 0; row < values.length; row++) sum += values[row] ?? 0
  const mean = sum / values.length
  let squares = 0
  for (let row = 0; row < values.length; row++) squares += ((values[row] ?? 0) - mean) ** 2
  return Math.sqrt(squares / values.length)
}
