import {assertNever} from '../../core/assert.ts'
import type {Compared} from './comparison.ts'
import {normalQuantile} from './normal.ts'

/** "Not worse than the baseline by more than the margin". */
export type NonInferiority =
  | {readonly kind: 'shown'}
  /** Significantly worse, and not shown to stay within the margin. */
  | {readonly kind: 'worse'}
  /** The rows cannot tell. `rowsNeeded` is null where no number of rows can: a margin of 0 and no difference. */
  | {readonly kind: 'open'; readonly rowsNeeded: number | null}

/** Power for which `rowsNeeded` is computed, where the difference stays as it was seen. */
export const settlingPower = 0.8

/** What the judgement reads of a comparison. */
export type Judged = Pick<Compared, 'difference' | 'interval' | 'n' | 'variancePerRow'> &
  Partial<Pick<Compared, 'candidateValue' | 'baselineValue' | 'unseen' | 'known'>>

/**
 * Three-way non-inferiority in the manner of ICH E9: shown iff the one-sided bound of the difference lies above -margin (the
 * sign turned where less is better); worse iff the other bound lies below 0; open otherwise. A candidate that is a
 * little worse, provably by less than the margin, is not worse "by more than the margin": shown.
 * @param margin in the metric's unit; negative for "better by more than"; 0 where `retain` holds the margin
 */
export function judgeNonInferiority(comparison: Judged, margin: number, moreIsBetter: boolean): NonInferiority {
  const {interval} = comparison
  const low = moreIsBetter ? interval.low : -interval.high
  const high = moreIsBetter ? interval.high : -interval.low
  if (low > -margin) return {kind: 'shown'}
  if (high < 0) return {kind: 'worse'}
  return {kind: 'open', rowsNeeded: rowsToSettle(comparison, margin, moreIsBetter)}
}

/**
 * Rows of the same kind (as many to a cluster or query as now) that settle it with {@link settlingPower}, if the difference
 * stays as seen: n = (z_alpha + z_beta)² · variance of one row / distance², where the distance is to the nearer end: shown
 * (the margin) or worse (no difference to the whole baseline). Where nothing varies, the interval is what so many rows
 * cannot exclude, scale * z² / (rows + z²), and that must be below the distance.
 */
function rowsToSettle(comparison: Judged, margin: number, moreIsBetter: boolean): number | null {
  const {interval, n, variancePerRow, difference, unseen} = comparison
  const {candidateValue, baselineValue} = comparison
  const sign = moreIsBetter ? 1 : -1
  const whole =
    candidateValue === undefined || baselineValue === undefined ? difference : candidateValue - baselineValue
  const distance = Math.max(sign * difference + margin, -sign * whole)
  if (!(distance > 0)) return null
  const z = normalQuantile((1 + interval.confidence) / 2)
  const spread = spreadAllowed(distance / (z + normalQuantile(settlingPower)), comparison.known)
  if (spread === null) return null
  const byVariance = variancePerRow / spread ** 2
  return Math.max(n + 1, Math.ceil(byVariance), Math.ceil(rowsUnseen(unseen, n, z, distance)))
}

/** Standard deviation that is left for the candidate's rows, beside that of a baseline whose rows are not here. */
function spreadAllowed(spread: number, known: Judged['known']): number | null {
  if (known === undefined) return spread
  switch (known.pairing) {
    case 'same-rows':
      return spread > known.sd ? spread - known.sd : null
    case 'independent':
      return spread > known.sd ? Math.sqrt(spread ** 2 - known.sd ** 2) : null
    default:
      return assertNever(known.pairing)
  }
}

function rowsUnseen(unseen: Judged['unseen'], n: number, z: number, distance: number): number {
  if (unseen === null) return 0
  const {relevant, scale} = unseen ?? {relevant: n, scale: 1}
  if (!(relevant > 0 && Number.isFinite(relevant))) return 0
  const needed = (z * z * Math.max(0, scale - distance)) / distance
  return (needed / relevant) * n
}
