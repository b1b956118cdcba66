import type {Interval} from '../../core/finding.ts'
import {zOfCoverage} from './normal.ts'

/**
 * A bootstrap of a sample without any variation answers a point, however few the rows: it cannot show what it has
 * never seen. There the interval is widened by what `relevant` rows cannot exclude, z² / (k + z²), the score interval
 * of a share with no event. Twice, because one row may move precision and F1 by up to two shares of itself.
 * @param lowest smallest possible value: 0 for a metric, -1 for a difference of two
 */
export function widenWhereFlat(
  interval: Interval,
  value: number,
  relevant: number,
  {lowest}: {lowest: 0 | -1},
): Interval {
  if (interval.high > interval.low) return interval
  const z = zOfCoverage(interval.confidence)
  const half = (2 * z * z) / (relevant + z * z)
  return {
    low: Math.max(lowest, value - half),
    high: Math.min(1, value + half),
    confidence: interval.confidence,
    method: `${interval.method}, widened (no variation in the sample)`,
  }
}
