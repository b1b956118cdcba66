import {invariant} from '../../core/assert.ts'
import {drawMultinomial} from '../../core/binomial.ts'
import type {Interval} from '../../core/finding.ts'
import {createRandom} from '../../core/random.ts'
import {zOfCoverage} from './normal.ts'

/** How a resampling is done; all of it stands in the report. */
export interface BootstrapOptions {
  /** Two-sided coverage of the interval, in (0, 1). */
  readonly coverage: number
  readonly seed: number
  /** B: number of resamples. */
  readonly replicates: number
}

/** What resampling showed. */
export interface Bootstrap {
  readonly interval: Interval
  /** Variance of the statistic over the resamples. */
  readonly variance: number
  /** Share of resamples in which the statistic had no value. They are left out of the interval. */
  readonly undefinedShare: number
}

/**
 * Percentile bootstrap of a statistic of a table of counts: Efron and Tibshirani, "An Introduction to the Bootstrap"
 * (1993), §13. Rows of one cell are alike, so drawing cell counts is the same as drawing rows.
 * @param statistic null where it is undefined
 */
export function bootstrapTable(
  counts: readonly number[],
  statistic: (counts: readonly number[]) => number | null,
  options: BootstrapOptions,
): Bootstrap {
  const random = createRandom(options.seed)
  return summarize(options, () => statistic(drawMultinomial(random, counts)))
}

/** From here on the mean of the rows is normal to more digits than a thousand resamples could show. */
export const normalFrom = 50_000

/**
 * Interval of the mean of `values`, one value for each row; for a paired comparison the differences. Percentile
 * bootstrap, and from {@link normalFrom} rows on the normal interval, mean ± z s / sqrt(n), which it converges to: so
 * the time does not grow with rows times resamples.
 */
export function bootstrapMean(values: Float64Array, options: BootstrapOptions): Bootstrap {
  if (values.length >= normalFrom) return normalMean(values, options.coverage)
  const random = createRandom(options.seed)
  const n = values.length
  return summarize(options, () => {
    let sum = 0
    for (let draw = 0; draw < n; draw++) sum += values[random.below(n)] ?? 0
    return sum / n
  })
}

function normalMean(values: Float64Array, coverage: number): Bootstrap {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n
  const half = zOfCoverage(coverage) * Math.sqrt(variance)
  const interval = {low: mean - half, high: mean + half, confidence: coverage, method: 'normal, mean of the rows'}
  return {interval, variance, undefinedShare: 0}
}

function summarize({coverage, replicates}: BootstrapOptions, replicate: () => number | null): Bootstrap {
  const drawn: number[] = []
  for (let index = 0; index < replicates; index++) {
    const value = replicate()
    if (value !== null) drawn.push(value)
  }
  invariant(drawn.length > 0, 'a statistic that is defined on the rows is defined on some resample')
  const sorted = Float64Array.from(drawn).sort()
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  // Order statistics, outward: never interpolated to a value that no resample had.
  const outside = Math.max(1, Math.floor(((1 - coverage) / 2) * (sorted.length + 1)))
  return {
    interval: {
      low: sorted[outside - 1] ?? mean,
      high: sorted[sorted.length - outside] ?? mean,
      confidence: coverage,
      method: `percentile bootstrap, B = ${replicates}`,
    },
    variance: sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, sorted.length - 1),
    undefinedShare: 1 - drawn.length / replicates,
  }
}
