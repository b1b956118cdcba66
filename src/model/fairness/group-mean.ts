import {wilsonBounds} from '../../core/wilson.ts'
import {normalQuantile} from '../inference/normal.ts'
import {studentQuantile} from '../inference/student.ts'
import type {CrossMoments, Moments} from './moments.ts'

/** A mean over some rows, with what its bounds need. */
export interface GroupMean {
  readonly n: number
  /** Independent units: rows, or clusters. */
  readonly units: number
  readonly weight: number
  readonly mean: number
  /** Of the mean, by linearisation over the units (the sandwich estimator), times units / (units - 1). */
  readonly variance: number
  /** Of the mean: third central moment over variance^1.5; falls with the root of the number of units. */
  readonly skewness: number
  /** Rows that would give a share this variance, were they independent and of equal weight. */
  readonly effectiveRows: number
  readonly isShare: boolean
  readonly isClustered: boolean
  readonly range: readonly [low: number, high: number]
}

export interface Bounds {
  readonly low: number
  readonly high: number
}

/** With fewer clusters nobody knows how much clusters differ. */
export const fewestClusters = 10

export function groupMean(
  moments: Moments,
  {
    centre,
    isShare,
    isClustered,
    range,
  }: {centre: number; isShare: boolean; isClustered: boolean; range: readonly [number, number]},
): GroupMean {
  const {n, units, a, b, aa, ab, bb, aaa, aab, abb, bbb} = moments
  const offset = a / b
  const mean = isShare ? Math.min(1, Math.max(0, centre + offset)) : centre + offset
  const squares = Math.max(0, aa - 2 * offset * ab + offset * offset * bb)
  const cubes = aaa - 3 * offset * aab + 3 * offset * offset * abb - offset ** 3 * bbb
  const variance = units > 1 ? (squares / (b * b)) * (units / (units - 1)) : 0
  // Below this the squares are rounding errors of their own terms.
  const isFlat = squares <= 1e-12 * (aa + offset * offset * bb)
  return {
    n,
    units,
    weight: b,
    mean,
    variance: isFlat ? 0 : variance,
    skewness: isFlat ? 0 : cubes / squares ** 1.5,
    effectiveRows: isFlat ? (isClustered ? units : (b * b) / bb) : (mean * (1 - mean) * b * b) / squares,
    isShare,
    isClustered,
    range,
  }
}

/**
 * Bounds of one mean, each missed with chance `tail`. Shares: Wilson's score interval, with the number of rows that has
 * the same variance where rows have weights or come in clusters (Korn and Graubard, Survey Methodology 24 (1998)), and
 * Student's quantile for clusters. Other means: Student's t freed from skewness by the monotone transformation of Hall,
 * "On the removal of skewness by transformation", JRSS B 54 (1992): losses have a long tail on one side. A mean that
 * shows no variation at all, or too few clusters, bounds nothing.
 */
export function boundsOf(group: GroupMean, tail: number): Bounds {
  const [lowest, highest] = group.range
  const {mean, units, isClustered} = group
  if (isClustered && units < fewestClusters) return {low: lowest, high: highest}
  if (group.isShare) {
    const z = isClustered ? studentQuantile(1 - tail, units - 1) : normalQuantile(1 - tail)
    return wilsonBounds(mean * group.effectiveRows, group.effectiveRows, z)
  }
  if (group.variance === 0 || units < 2) return {low: lowest, high: highest}
  const t = studentQuantile(1 - tail, units - 1)
  const error = Math.sqrt(group.variance)
  return {
    low: Math.max(lowest, mean - error * withoutSkewness(t, group.skewness)),
    high: Math.min(highest, mean - error * withoutSkewness(-t, group.skewness)),
  }
}

/** Correlation of two means whose rows share clusters. */
export function correlation(one: GroupMean, other: GroupMean, cross: CrossMoments, centre: number): number {
  const a = one.mean - centre
  const b = other.mean - centre
  const covariance = (cross.aa - b * cross.ab - a * cross.ba + a * b * cross.bb) / (one.weight * other.weight)
  const size = Math.sqrt(one.variance * other.variance)
  return size > 0 ? Math.min(1, Math.max(-1, covariance / size)) : 0
}

/** Inverse of Hall's transformation, t + s t²/3 + s² t³/27 + s/6: where the skewed statistic has the quantile `x`. */
function withoutSkewness(x: number, skewness: number): number {
  if (Math.abs(skewness) < 1e-8) return x
  return (3 / skewness) * (Math.cbrt(1 + skewness * (x - skewness / 6)) - 1)
}
