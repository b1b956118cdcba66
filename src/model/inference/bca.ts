import {normalCdf, normalQuantile} from './normal.ts'
import {studentQuantile} from './student.ts'
import type {Bounds} from './studentized.ts'

/** Resampled values of a difference, and what is needed to read an interval from them. */
export interface Resampled {
  /** The difference on the rows themselves. */
  readonly difference: number
  /** The difference in each resample that had a value; sorted here. */
  readonly drawn: Float64Array
  /** Acceleration: a sixth of the skewness of the influences' sum. */
  readonly acceleration: number
  /** Independent blocks. */
  readonly independent: number
  /** Values that lie no further apart are equal, and differ by the order in which rows were added. */
  readonly rounding: number
}

/**
 * Bias-corrected and accelerated bootstrap: Efron, "Better bootstrap confidence intervals", JASA 82 (1987). Percentiles are
 * taken a little further out, as Student's t would with so many blocks (Hesterberg, "What teachers should know about the
 * bootstrap", The American Statistician 69 (2015), §5.3): a bootstrap of 40 rows is too narrow by sqrt(39/40) and has normal
 * tails.
 */
export function bcaBounds(
  {difference, drawn, acceleration, independent, rounding}: Resampled,
  coverage: number,
): Bounds {
  const sorted = drawn.sort()
  const below = (countBelow(sorted, difference - rounding) + countUpTo(sorted, difference + rounding)) / 2
  const bias = normalQuantile(within(below / sorted.length, sorted.length))
  const far = -expanded((1 - coverage) / 2, independent)
  const lower = normalCdf(adjusted(-far, bias, acceleration))
  const upper = normalCdf(adjusted(far, bias, acceleration))
  return {
    low: sorted[Math.max(0, Math.floor(lower * (sorted.length + 1)) - 1)] ?? difference,
    high: sorted[Math.min(sorted.length - 1, Math.ceil(upper * (sorted.length + 1)) - 1)] ?? difference,
    pBelow: levelOf(sorted, difference, {bias, acceleration, independent, rounding}, 'below'),
    pAbove: levelOf(sorted, difference, {bias, acceleration, independent, rounding}, 'above'),
  }
}

/** Normal quantile that leaves as much outside as Student's t does with so many blocks. */
function expanded(outside: number, independent: number): number {
  const blocks = Math.max(2, independent)
  return studentQuantile(outside, blocks - 1) * Math.sqrt(blocks / (blocks - 1))
}

function adjusted(z: number, bias: number, acceleration: number): number {
  const moved = bias + z
  const scale = 1 - acceleration * moved
  // Beyond the pole no percentile is far enough.
  return scale > 0 ? bias + moved / scale : Math.sign(moved) * 40
}

/**
 * The level at which the bound on one side reaches zero: the percentile at which zero lies among the resamples, read back
 * through the adjustment. Further out than the resamples can tell it goes on as the normal distribution with their spread.
 */
function levelOf(
  sorted: Float64Array,
  difference: number,
  {
    bias,
    acceleration,
    independent,
    rounding,
  }: Pick<Resampled, 'acceleration' | 'independent' | 'rounding'> & {
    readonly bias: number
  },
  side: 'below' | 'above',
): number {
  const hits = side === 'below' ? sorted.length - countBelow(sorted, -rounding) : countUpTo(sorted, rounding)
  const share = Math.max(1, hits) / (sorted.length + 1)
  const percentile = normalQuantile(within(side === 'below' ? 1 - share : share, sorted.length))
  const moved = percentile - bias
  const z = moved / (1 + acceleration * moved) - bias
  const shrink = Math.sqrt((Math.max(2, independent) - 1) / Math.max(2, independent))
  const level = normalCdf((side === 'below' ? -z : z) * shrink)
  if (hits > 0) return level
  const tail = normalCdf(-Math.abs(difference) / spreadOf(sorted))
  return Math.min(level, tail)
}

/** A share that is neither 0 nor 1. */
function within(share: number, count: number): number {
  return Math.min(count / (count + 1), Math.max(1 / (count + 1), share))
}

export function varianceOf(values: Float64Array): number {
  let mean = 0
  for (let at = 0; at < values.length; at++) mean += (values[at] ?? 0) / values.length
  let squares = 0
  for (let at = 0; at < values.length; at++) squares += ((values[at] ?? 0) - mean) ** 2
  return squares / Math.max(1, values.length - 1)
}

function spreadOf(values: Float64Array): number {
  return Math.sqrt(varianceOf(values))
}

/** How many of the sorted values are at most this one. */
function countUpTo(sorted: Float64Array, limit: number): number {
  return firstWhere(sorted, value => value > limit)
}

/** How many of the sorted values are below this one. */
function countBelow(sorted: Float64Array, limit: number): number {
  return firstWhere(sorted, value => value >= limit)
}

function firstWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return low
}
