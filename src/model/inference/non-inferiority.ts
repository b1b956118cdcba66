import type {Comparison} from '../metrics/compare.ts'
import {normalQuantile} from './normal.ts'

type Compared = Extract<Comparison, {kind: 'compared'}>

/** "Not worse than the baseline by more than the margin". */
export type NonInferiority =
  | {readonly kind: 'shown'}
  /** Significantly worse, and not shown to stay within the margin. */
  | {readonly kind: 'worse'}
  /** The rows cannot tell. `rowsNeeded` is null where no number of rows can: a margin of 0 and no difference. */
  | {readonly kind: 'open'; readonly rowsNeeded: number | null}

/** Power for which `rowsNeeded` is computed, where the difference stays as it was seen. */
export const settlingPower = 0.8

/**
 * Three-way non-inferiority in the manner of ICH E9: shown iff the one-sided bound of (candidate - baseline) lies above
 * -margin (the sign turned where less is better); worse iff the other bound lies below 0; open otherwise. A candidate
 * that is a little worse, provably by less than the margin, is not worse "by more than the margin": shown.
 * @param margin in the metric's unit, >= 0
 */
export function judgeNonInferiority(comparison: Compared, margin: number, moreIsBetter: boolean): NonInferiority {
  const {interval, difference} = comparison
  const gain = moreIsBetter ? difference : -difference
  const low = moreIsBetter ? interval.low : -interval.high
  const high = moreIsBetter ? interval.high : -interval.low
  if (low > -margin) return {kind: 'shown'}
  if (high < 0) return {kind: 'worse'}
  return {kind: 'open', rowsNeeded: rowsToSettle(comparison, gain, margin)}
}

/**
 * n = (z_alpha + z_beta)² · variance of one row / distance², where the distance is to the nearer end: shown (the
 * margin) or worse (zero). Without a single discordant row the variance is 0, and the score interval decides:
 * z² / (n + z²) < distance.
 */
function rowsToSettle({interval, n, variancePerRow}: Compared, gain: number, margin: number): number | null {
  const distance = Math.max(gain + margin, -gain)
  if (!(distance > 0)) return null
  const z = normalQuantile((1 + interval.confidence) / 2)
  const byVariance = ((z + normalQuantile(settlingPower)) ** 2 * variancePerRow) / distance ** 2
  const withoutVariance = (z * z * (1 - Math.min(1, distance))) / distance
  return Math.max(n + 1, Math.ceil(byVariance), Math.ceil(withoutVariance))
}
