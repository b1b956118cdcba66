import {wilsonBounds} from '../../core/wilson.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import type {AucStatistic} from '../metrics/statistic.ts'
import {type AreaSpread, areaOf, spreadOf} from './area.ts'
import {blocksOfRows} from './blocks.ts'
import type {Comparison} from './comparison.ts'
import {type Estimate, type Undefined, undefinedBecause} from './estimate.ts'
import {boundsOf, moverHalves, type Reach} from './mover.ts'
import type {ComparisonOptions, InferenceOptions} from './options.ts'
import {clamped, countRows, flatInterval, noRows, pWorseOf, rangeOfDifference, tooFewClusters} from './rules.ts'
import {tOfCoverage} from './student.ts'

const oneClassOnly = undefinedBecause('model/one-class-only', 'All rows belong to one class.')

/**
 * DeLong's variance (Obuchowski's where rows come in clusters) in a score interval, which stays within 0 and 1 and reaches
 * further towards one half: DeLong's own lower bound misses in 8 to 30 % instead of 5 % where the area is near 1.
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
  const {below, above} = reachOf({...spread, value})(tOfCoverage(coverage, spread.freedom))
  const interval = clamped({low: value - below, high: value + above}, [0, 1], coverage, `${nameOf(sample)}, score`)
  return {kind: 'value', value, interval, n}
}

/**
 * The wider of two on each side: DeLong's paired interval with Student's t, and MOVER with the score bounds of both areas,
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
  const reachOfOurs = reachOf(ours)
  const reachOfTheirs = reachOf(theirs)
  const reach: Reach = quantile => {
    const mover = moverHalves(reachOfOurs, reachOfTheirs, retain, correlation, quantile)
    const half = quantile * error
    return {below: Math.max(half, mover.below), above: Math.max(half, mover.above)}
  }
  return boundsOf(difference, reach, tOfCoverage(coverage, paired.freedom), paired.freedom)
}

/**
 * Wilson's bounds, as if the area were a proportion of so many independent rows as would vary as much: area (1 - area) /
 * variance. Few positives that are nearly all in their place vary too little by chance, so no more rows are believed than
 * three times what they would be worth at an area of one half, where it is 3 pairs.
 */
function reachOf({value, variance, pairs}: Side): Reach {
  const spread = value * (1 - value)
  const rows = Math.min(9 * pairs, variance > 0 && spread > 0 ? spread / variance : Number.POSITIVE_INFINITY)
  return quantile => {
    const {low, high} = wilsonBounds(value * rows, rows, quantile)
    return {below: Math.max(0, value - low), above: Math.max(0, high - value)}
  }
}

function lackingFor(spread: AreaSpread, sample: Sample): Undefined | null {
  if (spread.smallerClass < 2) {
    return undefinedBecause('model/too-few-rows-of-a-class', 'A class has one row only, or rows of one cluster only.')
  }
  return tooFewClusters(sample, spread.independent)
}

function isFlat(variance: number): boolean {
  return variance <= 1e-20
}

function nameOf({clusters, weights}: Sample): string {
  return clusters ? 'Obuchowski (DeLong by cluster)' : weights ? 'DeLong, weighted' : 'DeLong'
}
