import type {Sample} from '../evaluation/outcomes.ts'
import type {MeanStatistic} from '../metrics/statistic.ts'
import type {Comparison, Unseen} from './comparison.ts'
import {effectiveBlocks} from './effective-blocks.ts'
import type {Estimate} from './estimate.ts'
import {type MeanSums, pairedSumsOf, sumsOf} from './mean.ts'
import type {ComparisonOptions, InferenceOptions} from './options.ts'
import {
  clamped,
  countRows,
  flatInterval,
  noRows,
  nothingVaries,
  pWorseOf,
  rangeOfDifference,
  tooFewClusters,
} from './rules.ts'
import {compareShares, freedomOf, reachOfShare} from './share-comparison.ts'
import {tOfCoverage} from './student.ts'
import {type Linearized, linearize, studentizedBounds} from './studentized.ts'
import {wilsonInterval} from './wilson.ts'

/** Wilson for proportions, else Student's t corrected for skewness. */
export function estimateMean(statistic: MeanStatistic, sample: Sample, options: InferenceOptions): Estimate {
  const sums = sumsOf(statistic, sample)
  if (sums.blocks === 0) return noRows
  const few = tooFewClusters(sample, sums.blocks)
  if (few) return few
  const linear = linearize(sums)
  const value = linear.difference
  const n = sums.counted
  const {coverage, range} = options
  if (statistic.isShare && statistic.link === null) {
    if (sums.isPlain) return {kind: 'value', value, interval: wilsonInterval(Math.round(value * n), n, coverage), n}
    const reach = reachOfShare(value, linear.standardError, sums)
    const {below, above} = reach(tOfCoverage(coverage, freedomOf(sums)))
    const interval = clamped({low: value - below, high: value + above}, [0, 1], coverage, wilsonName(sample))
    return {kind: 'value', value, interval, n}
  }
  if (sums.blocks < 2 || !varies(linear)) {
    return {kind: 'value', value, interval: flatInterval(value, unseenOf(sums, range), coverage, range), n}
  }
  const bounds = studentizedBounds(linear, coverage)
  return {kind: 'value', value, interval: clamped(bounds, range, coverage, meanName(sample)), n}
}

/**
 * Tango for two paired proportions; where rows weigh unequally, come in clusters, count for one model only, or a share of
 * the baseline is the margin, MOVER with Wilson's bounds; else Student's t, corrected for skewness, of the difference.
 */
export function compareMeans(
  candidate: MeanStatistic,
  baseline: MeanStatistic,
  sample: Sample,
  options: ComparisonOptions,
): Comparison {
  const {retain, coverage, range} = options
  const sums = pairedSumsOf(candidate, baseline, sample, retain)
  if (sums.blocks === 0) return noRows
  const few = tooFewClusters(sample, sums.blocks)
  if (few) return few
  const linear = linearize(sums)
  const n = countRows(sample)
  const differenceRange = rangeOfDifference(range, retain)
  const base = {
    kind: 'compared',
    difference: linear.difference,
    candidateValue: linear.candidateValue,
    baselineValue: linear.baselineValue,
    retain,
    n,
    independent: sums.blocks,
  } as const
  if (candidate.isShare && baseline.isShare && candidate.link === null) {
    return compareShares(sums, linear, sample, base, options)
  }
  const unseen = unseenOf(sums, range)
  if (sums.blocks < 2 || !varies(linear)) {
    if (unseen === null) return nothingVaries
    const interval = flatInterval(linear.difference, unseen, coverage, differenceRange)
    return {...base, interval, variancePerRow: 0, pWorse: 0.5, unseen}
  }
  const whole = retain === 1 ? linear : linearize({...sums, retain: 1})
  const bounds = studentizedBounds(linear, coverage)
  return {
    ...base,
    interval: clamped(bounds, differenceRange, coverage, `${meanName(sample)}, paired`),
    variancePerRow: linear.standardError ** 2 * n,
    pWorse: pWorseOf(varies(whole) ? studentizedBounds(whole, coverage) : null, options),
    unseen: null,
  }
}

/** Whether more than the rounding of sums varies. */
function varies({standardError, candidateValue, baselineValue}: Linearized): boolean {
  return standardError > 1e-12 * Math.max(Math.abs(candidateValue), Math.abs(baselineValue))
}

/** What a mean without any variation leaves open: one with an end at both sides moves by its range at most. */
function unseenOf(sums: MeanSums, [low, high]: InferenceOptions['range']): Unseen | null {
  if (!Number.isFinite(high - low)) return null
  return {relevant: effectiveBlocks(sums.candidate.bottoms), scale: high - low}
}

function meanName({clusters}: Sample): string {
  return clusters ? 't of cluster sums, corrected for skewness' : 't, corrected for skewness'
}

function wilsonName({clusters}: Sample): string {
  return clusters ? 'Wilson with effective rows, by cluster' : 'Wilson with effective rows, weighted'
}
