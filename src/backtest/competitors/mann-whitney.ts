/**
 * The Mann-Whitney (Wilcoxon rank sum) interval of a shift between two samples, normal approximation with ties and
 * continuity correction: as R's wilcox.test(conf.int = TRUE, exact = FALSE) computes it, and Kayenta after it.
 */
import {findZero} from './brent.ts'

export interface ShiftInterval {
  readonly low: number
  readonly high: number
  /** The shift at which the ranks balance; about the Hodges-Lehmann estimate. */
  readonly estimate: number
}

/** R's tolerance of a root, in the unit of the samples. */
const tolerance = 1e-4

/**
 * By how much `x` lies above `y`.
 * @param z standard normal quantile of each bound: 2.326 for 98 %
 */
export function shiftInterval(x: readonly number[], y: readonly number[], z: number): ShiftInterval {
  const sortedX = x.toSorted((a, b) => a - b)
  const sortedY = y.toSorted((a, b) => a - b)
  const least = (sortedX[0] ?? Number.NaN) - (sortedY.at(-1) ?? Number.NaN)
  const most = (sortedX.at(-1) ?? Number.NaN) - (sortedY[0] ?? Number.NaN)
  const root = (quantile: number) => {
    const f = (shift: number) => rankStatistic(sortedX, sortedY, shift) - quantile
    if (f(least) <= 0) return least
    if (f(most) >= 0) return most
    return findZero(f, least, most, tolerance)
  }
  return {low: root(z), high: root(-z), estimate: root(0)}
}

/** Standardised rank sum of x - shift among both samples; falls as the shift grows. Both samples ascend. */
export function rankStatistic(x: readonly number[], y: readonly number[], shift: number): number {
  const m = x.length
  const n = y.length
  let [i, j, rank] = [0, 0, 0]
  let sumOfRanks = 0
  let ties = 0
  while (i < m || j < n) {
    const value = Math.min(
      i < m ? (x[i] ?? 0) - shift : Number.POSITIVE_INFINITY,
      j < n ? (y[j] ?? 0) : Number.POSITIVE_INFINITY,
    )
    let ours = 0
    let theirs = 0
    while (i < m && (x[i] ?? 0) - shift === value) {
      i++
      ours++
    }
    while (j < n && y[j] === value) {
      j++
      theirs++
    }
    const group = ours + theirs
    sumOfRanks += ours * (rank + (group + 1) / 2)
    ties += group ** 3 - group
    rank += group
  }
  const distance = sumOfRanks - (m * (m + 1)) / 2 - (m * n) / 2
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)))
  return (distance - Math.sign(distance) / 2) / Math.sqrt(variance)
}
