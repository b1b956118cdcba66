import type {Sample} from '../evaluation/outcomes.ts'
import type {AucStatistic} from '../metrics/statistic.ts'
import {type AreaSpread, areaOf, spreadOf} from './area.ts'
import {blocksOfRows} from './blocks.ts'
import type {Comparison} from './comparison.ts'
import {type Estimate, type Undefined, undefinedBecause} from './estimate.ts'
import {flatInterval, pWorseOf} from './mean-inference.ts'
import {boundsOf, moverHalves, type Reach} from './mover.ts'
import type {ComparisonOptions, InferenceOptions} from './options.ts'
import {clamped, countRows, noRows, rangeOfDifference, tooFewClusters} from './rules.ts'
import {tOfCoverage} from './student.ts'

const oneClassOnly = undefinedBecause('model/one-class-only', 'All rows belong to one class.')

/**
 * DeLong's variance (Obuchowski's where rows come in clusters) with Student's t on the logit scale, so that the interval
 * stays within 0 and 1 and reaches further down than up (Pepe, "The Statistical Evaluation of Medical Tests" (2003), §5.2).
 */
export function estimateArea(statistic: AucStatistic, sample: Sample, {coverage}: InferenceOptions): Estimate {
  const n = countRows(sample)
  if (n === 0) return noRows
  const area = areaOf(statistic, sample.weights)
  if (area === null) return oneClassOnly
  const blocks = blocksOfRows(sample)
  const spread = spreadOf(area.influences, statistic, sample.weights, blocks)
  const lacking = lackingFor(spread, sample)
  if (lacking) return lacking
  const {value} = area
  const {variance, freedom, smallerClass} = spread
  if (isFlat(variance)) {
    const interval = flatInterval(value, {relevant: smallerClass, scale: 1}, coverage, [0, 1])
    return {kind: 'value', value, interval: {...interval, method: `${nameOf(sample)}, ${interval.method}`}, n}
  }
  const {below, above} = logitReach(value, Math.sqrt(variance))(tOfCoverage(coverage, freedom))
  const interval = clamped({low: value - below, high: value + above}, [0, 1], coverage, `${nameOf(sample)}, logit`)
  return {kind: 'value', value, interval, n}
}

/**
 * The wider of two on each side: DeLong's paired interval with Student's t, and MOVER with the logit bounds of both areas,
 * which knows that near 1 an area falls further than it rises. Each alone passes up to 15 % where the areas are high and
 * positives few; together they keep 5 % (`test/simulation/model/`).
 */
export function compareAreas(
  candidate: AucStatistic,
  baseline: AucStatistic,
  sample: Sample,
  options: ComparisonOptions,
): Comparison {
  const {retain, coverage, range} = options
  const n = countRows(sample)
  if (n === 0) return noRows
  const ours = areaOf(candidate, sample.weights)
  const theirs = areaOf(baseline, sample.weights)
  if (ours === null || theirs === null) return oneClassOnly
  const blocks = blocksOfRows(sample)
  const spread = (influences: Float64Array) => spreadOf(influences, candidate, sample.weights, blocks)
  const ofOurs = spread(ours.influences)
  const ofTheirs = spread(theirs.influences)
  const lacking = lackingFor(ofOurs, sample)
  if (lacking) return lacking

  const sides = {ours: {...ofOurs, value: ours.value}, theirs: {...ofTheirs, value: theirs.value}}
  const difference = ours.value - retain * theirs.value
  const spreadWith = (share: number) =>
    spread(ours.influences.map((influence, row) => influence - share * (theirs.influences[row] ?? 0)))
  const paired = spreadWith(retain)
  const unseen = {relevant: ofOurs.smallerClass, scale: 1}
  const differenceRange = rangeOfDifference(range, retain)
  const flat = isFlat(paired.variance) ? flatInterval(difference, unseen, coverage, differenceRange) : null
  const bounds = wider(sides, paired, difference, retain, coverage)
  const whole = retain === 1 ? paired : spreadWith(1)
  return {
    kind: 'compared',
    difference,
    candidateValue: ours.value,
    baselineValue: theirs.value,
    retain,
    interval: flat
      ? {...flat, method: `${nameOf(sample)}, ${flat.method}`}
      : clamped(bounds, differenceRange, coverage, `${nameOf(sample)}, paired`),
    n,
    independent: ofOurs.independent,
    variancePerRow: paired.variance * n,
    pWorse: pWorseOf(
      isFlat(whole.variance) ? null : wider(sides, whole, ours.value - theirs.value, 1, coverage),
      options,
    ),
    unseen,
  }
}

type Side = AreaSpread & {readonly value: number}

function wider(
  {ours, theirs}: {ours: Side; theirs: Side},
  paired: AreaSpread,
  difference: number,
  retain: number,
  coverage: number,
) {
  const error = Math.sqrt(paired.variance)
  const errors = [Math.sqrt(ours.variance), Math.sqrt(theirs.variance)] as const
  const scale = 2 * retain * errors[0] * errors[1]
  const covariance = ours.variance + retain * retain * theirs.variance - paired.variance
  const correlation = scale > 0 ? Math.min(1, Math.max(-1, covariance / scale)) : 0
  const reachOfOurs = logitReach(ours.value, errors[0])
  const reachOfTheirs = logitReach(theirs.value, errors[1])
  const reach: Reach = quantile => {
    const mover = moverHalves(reachOfOurs, reachOfTheirs, retain, correlation, quantile)
    const half = quantile * error
    return {below: Math.max(half, mover.below), above: Math.max(half, mover.above)}
  }
  return boundsOf(difference, reach, tOfCoverage(coverage, paired.freedom), paired.freedom)
}

function logitReach(value: number, error: number): Reach {
  if (value <= 0 || value >= 1) return quantile => ({below: quantile * error, above: quantile * error})
  const odds = value / (1 - value)
  const unit = error / (value * (1 - value))
  return quantile => {
    const factor = Math.exp(quantile * unit)
    const low = odds / factor / (1 + odds / factor)
    const high = factor === Number.POSITIVE_INFINITY ? 1 : (odds * factor) / (1 + odds * factor)
    return {below: value - low, above: high - value}
  }
}

function lackingFor(spread: AreaSpread, sample: Sample): Undefined | null {
  if (spread.smallerClass < 2) {
    return undefinedBecause('model/too-few-rows-of-a-class', 'A class has one row only, or rows of one cluster only.')
  }
  return tooFewClusters(sample, {of: null, count: spread.independent})
}

function isFlat(variance: number): boolean {
  return variance <= 1e-20
}

function nameOf({clusters, weights}: Sample): string {
  return clusters ? 'Obuchowski (DeLong by cluster)' : weights ? 'DeLong, weighted' : 'DeLong'
}
