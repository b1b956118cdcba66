import {studentQuantile} from '../inference/student.ts'
import type {CrossMoments, Moments} from './moments.ts'
import {shareBounds} from './share-bounds.ts'

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
  /** Degrees of freedom of its distribution; infinite for shares of independent rows that weigh alike. */
  readonly freedom: number
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
  // Kish's effective number: that of equally heavy units.
  const unitsThatCount = (b * b) / bb
  const isEven = unitsThatCount > units * (1 - 1e-12)
  return {
    n,
    units,
    weight: b,
    mean,
    variance: isFlat ? 0 : variance,
    skewness: isFlat ? 0 : cubes / squares ** 1.5,
    freedom: isShare && !isClustered && isEven ? Number.POSITIVE_INFINITY : Math.max(1, unitsThatCount - 1),
    effectiveRows: isFlat ? unitsThatCount : (mean * (1 - mean) * b * b) / squares,
    isShare,
    isClustered,
    range,
  }
}

/** Bounds of one mean, each missed with chance `tail`: {@link boundsAt} the quantile of the distribution that it has. */
export function boundsOf(group: GroupMean, tail: number): Bounds {
  if (boundsNothing(group)) return {low: group.range[0], high: group.range[1]}
  return boundsAt(group, studentQuantile(1 - tail, group.freedom))
}

/**
 * Bounds at a quantile of the standard normal distribution, or of Student's where the variance had to be estimated. Shares:
 * {@link shareBounds}, with the number of rows that has the same variance where rows have weights or come in clusters
 * (Korn and Graubard, Survey Methodology 24 (1998)). Other means: Student's t freed from skewness by the monotone
 * transformation of Hall, "On the removal of skewness by transformation", JRSS B 54 (1992), since losses have a long tail
 * on one side. A mean without any variation, or of too few clusters, bounds nothing.
 */
export function boundsAt(group: GroupMean, quantile: number): Bounds {
  const {mean, effectiveRows, variance, skewness, range} = group
  if (boundsNothing(group)) return {low: range[0], high: range[1]}
  if (group.isShare) return shareBounds(mean * effectiveRows, effectiveRows, quantile)
  const error = Math.sqrt(variance)
  return {
    low: Math.max(range[0], mean - error * withoutSkewness(quantile, skewness)),
    high: Math.min(range[1], mean - error * withoutSkewness(-quantile, skewness)),
  }
}

export function boundsNothing({isClustered, units, isShare, variance}: GroupMean): boolean {
  return isClustered
    ? units < fewestClusters || (!isShare && variance === 0)
    : !isShare && (units < 2 || variance === 0)
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
