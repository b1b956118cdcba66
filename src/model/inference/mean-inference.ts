import type {Sample} from '../evaluation/outcomes.ts'
import type {MeanStatistic} from '../metrics/statistic.ts'
import type {Compared, Comparison, Unseen} from './comparison.ts'
import {effectiveBlocks} from './effective-blocks.ts'
import type {Estimate} from './estimate.ts'
import {effectiveWilson, type MeanSums, pairedSumsOf, sumsOf} from './mean.ts'
import {boundsOf, moverHalves, type Reach} from './mover.ts'
import {normalCdf, zOfCoverage} from './normal.ts'
import type {ComparisonOptions, InferenceOptions} from './options.ts'
import {clamped, countRows, noRows, nothingVaries, rangeOfDifference, tooFewClusters} from './rules.ts'
import {tOfCoverage} from './student.ts'
import {type Linearized, linearize, studentizedBounds} from './studentized.ts'
import {type Discordance, tangoInterval, tangoScore} from './tango.ts'
import {wilsonInterval} from './wilson.ts'

/** Wilson for proportions, else Student's t corrected for skewness. */
export function estimateMean(statistic: MeanStatistic, sample: Sample, options: InferenceOptions): Estimate {
  const sums = sumsOf(statistic, sample)
  if (sums.blocks === 0) return noRows
  const few = tooFewClusters(sample, {of: null, count: sums.blocks})
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
  if (sums.blocks < 2 || !(linear.standardError > 0)) {
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
  const few = tooFewClusters(sample, {of: null, count: sums.blocks})
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
  if (sums.blocks < 2 || !(linear.standardError > 0)) {
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
    pWorse: pWorseOf(whole.standardError > 0 ? studentizedBounds(whole, coverage) : null, options),
    unseen: null,
  }
}

function compareShares(
  sums: MeanSums,
  linear: Linearized,
  sample: Sample,
  base: Omit<Compared, 'interval' | 'variancePerRow' | 'pWorse' | 'unseen'>,
  options: ComparisonOptions,
): Comparison {
  const {retain, coverage, range, moreIsBetter} = options
  const unseen = {relevant: effectiveBlocks(sums.candidate.bottoms), scale: 1}
  const variancePerRow = Number.isFinite(linear.standardError) ? linear.standardError ** 2 * base.n : 0
  const sameRows = sameBottoms(sums)
  const pairs = sums.isPlain && sameRows ? countDiscordance(sums) : null
  const score = pairs && tangoScore(pairs, 0)
  const pOfTango = score === null ? null : normalCdf(moreIsBetter ? score : -score)
  if (pairs && pOfTango !== null && retain === 1) {
    const pWorse = pOfTango
    return {...base, interval: tangoInterval(pairs, coverage), variancePerRow, pWorse, unseen}
  }
  if (sums.blocks < 2) return noRows
  const parts = partsOf(sums)
  const bottoms = {ours: sums.candidate.bottoms, theirs: sums.baseline.bottoms}
  if (effectiveBlocks(bottoms.ours) === 0 || effectiveBlocks(bottoms.theirs) === 0) return noRows
  const freedom = sums.isPlain ? Number.POSITIVE_INFINITY : freedomOf(sums)
  const ours = reachOfShare(linear.candidateValue, parts.candidateError, sums)
  const theirs = reachOfShare(linear.baselineValue, parts.baselineError, {
    ...sums,
    candidate: sums.baseline,
  })
  const reachWith =
    (share: number): Reach =>
    quantile =>
      moverHalves(ours, theirs, share, parts.correlation, quantile)
  const quantile = tOfCoverage(coverage, freedom)
  const bounds = boundsOf(linear.difference, reachWith(retain), quantile, freedom)
  const whole = linear.candidateValue - linear.baselineValue
  const method = sums.isPlain
    ? 'MOVER with Wilson, paired'
    : `MOVER with Wilson, paired, ${sample.clusters ? 'by cluster' : 'weighted'}`
  return {
    ...base,
    interval: clamped(bounds, rangeOfDifference(range, retain), coverage, method),
    variancePerRow,
    pWorse: pOfTango ?? pWorseOf(boundsOf(whole, reachWith(1), quantile, freedom), options),
    unseen,
  }
}

/** Standard errors of both values and the correlation of the two, from the influences of the same blocks. */
function partsOf(sums: MeanSums) {
  const nothing = {tops: new Float64Array(sums.blocks), bottoms: new Float64Array(sums.blocks)}
  const ours = linearize({...sums, baseline: nothing})
  const theirs = linearize({...sums, candidate: sums.baseline, baseline: nothing})
  const candidateError = ours.standardError
  const baselineError = theirs.standardError
  let products = 0
  for (let block = 0; block < sums.blocks; block++) {
    products += (ours.influences[block] ?? 0) * (theirs.influences[block] ?? 0)
  }
  const scale = candidateError * baselineError
  const correlation = scale > 0 ? (products * sums.blocks) / (sums.blocks - 1) / scale : 0
  return {candidateError, baselineError, correlation: Math.min(1, Math.max(-1, correlation))}
}

function reachOfShare(share: number, standardError: number, {isPlain, counted, candidate}: MeanSums): Reach {
  const blocks = effectiveBlocks(candidate.bottoms)
  return quantile => {
    const variance = isPlain && counted > 0 ? (share * (1 - share)) / blocks : standardError ** 2
    const {low, high} = effectiveWilson(share, variance, blocks, quantile)
    return {below: share - low, above: high - share}
  }
}

function freedomOf({candidate, baseline, retain}: MeanSums): number {
  const ours = effectiveBlocks(candidate.bottoms)
  const both = retain === 0 ? ours : Math.min(ours, effectiveBlocks(baseline.bottoms))
  return Math.max(1, both - 1)
}

function countDiscordance({candidate, baseline, blocks}: MeanSums): Discordance {
  let gained = 0
  let lost = 0
  for (let block = 0; block < blocks; block++) {
    const step = (candidate.tops[block] ?? 0) - (baseline.tops[block] ?? 0)
    if (step > 0) gained++
    else if (step < 0) lost++
  }
  return {gained, lost, n: blocks}
}

function sameBottoms({candidate, baseline, blocks}: MeanSums): boolean {
  for (let block = 0; block < blocks; block++) if (candidate.bottoms[block] !== baseline.bottoms[block]) return false
  return true
}

/** What a mean without any variation leaves open: one with an end at both sides moves by its range at most. */
function unseenOf(sums: MeanSums, [low, high]: InferenceOptions['range']): Unseen | null {
  if (!Number.isFinite(high - low)) return null
  return {relevant: effectiveBlocks(sums.candidate.bottoms), scale: high - low}
}

/** Without variation: what so many blocks cannot exclude, or nothing but the value where the metric has no end. */
export function flatInterval(value: number, unseen: Unseen | null, coverage: number, range: readonly [number, number]) {
  const method = 'widened (no variation in the sample)'
  if (unseen === null) return clamped({low: range[0], high: range[1]}, range, coverage, method)
  const z = zOfCoverage(coverage)
  const half = (unseen.scale * z * z) / (unseen.relevant + z * z)
  return clamped({low: value - half, high: value + half}, range, coverage, method)
}

/** Which of the two levels speaks of "worse"; one half where nothing differs. */
export function pWorseOf(
  bounds: {readonly pBelow: number; readonly pAbove: number} | null,
  {moreIsBetter}: {readonly moreIsBetter: boolean},
): number {
  if (bounds === null) return 0.5
  return moreIsBetter ? bounds.pBelow : bounds.pAbove
}

function meanName({clusters}: Sample): string {
  return clusters ? 't of cluster sums, corrected for skewness' : 't, corrected for skewness'
}

function wilsonName({clusters}: Sample): string {
  return clusters ? 'Wilson with effective rows, by cluster' : 'Wilson with effective rows, weighted'
}
