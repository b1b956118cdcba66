import {assertNever} from '../../core/assert.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import type {Statistic, TableStatistic} from '../metrics/statistic.ts'
import {aucValue} from './area.ts'
import {varianceOf} from './bca.ts'
import {placesBy} from './block-order.ts'
import {type Blocks, blocksOfRows} from './blocks.ts'
import type {Unseen} from './comparison.ts'
import {type Undefined, undefinedBecause} from './estimate.ts'
import {joinTables, resampleTable} from './joint-table.ts'
import type {InferenceOptions} from './options.ts'
import {jackknife, type PairOfCounts, type PairOfValues, type Replicates, resampleRows} from './resampling.ts'
import {countRows, noRows, tooFewClusters} from './rules.ts'
import {unevennessOf} from './studentized.ts'
import {tableInfluences} from './table-influences.ts'
import {computeValue} from './value-of.ts'

/** Up to so many blocks each is left out once, to see what it adds. Beyond, the skewness of a sum of them is past seeing. */
const mostLeftOut = 2000

/** Rows looked at in doing so: as long as it is quick, or takes no longer than the bootstrap itself. */
const mostWork = 2e7

/** Two models (or one, twice) on the same resamples, and what is known of the blocks that were drawn. */
export interface Run {
  readonly kind: 'run'
  readonly n: number
  readonly values: readonly [candidate: number, baseline: number]
  /** Blocks that weigh anything. */
  readonly independent: number
  /** Bounds from the influences of single blocks are to be had. */
  readonly hasInfluences: boolean
  readonly replicates: Replicates
  /** Influence of each block on candidate - share * baseline; null where it was not computed. */
  readonly influencesOf: (share: number) => Float64Array | null
  /** How many rows' worth the value rests on: the range over what one row can move. */
  readonly worth: number
  readonly candidateUnseen: Unseen | null
  /** How unevenly the blocks weigh. */
  readonly unevenness: number
  readonly undefinedAs: Undefined
}

export function resample(
  candidate: Statistic,
  baseline: Statistic,
  sample: Sample,
  options: InferenceOptions,
): Run | Undefined {
  const n = countRows(sample)
  if (n === 0) return noRows
  const blocks = blocksOfRows(sample)
  const weighing = weightsOfBlocks(sample, blocks).filter(weight => weight > 0)
  const few = tooFewClusters(sample, weighing.length)
  if (few) return few
  const ours = computeValue(candidate, sample.weights)
  if (ours === null) return undefinedOf(candidate)
  const theirs = computeValue(baseline, sample.weights)
  if (theirs === null) return undefinedOf(baseline)
  const start = {
    kind: 'run',
    n,
    values: [ours, theirs],
    independent: weighing.length,
    unevenness: unevennessOf(weighing),
    undefinedAs: undefinedOf(candidate),
  } as const
  return candidate.kind === 'table' && baseline.kind === 'table'
    ? {...start, ...resampleTables(candidate, baseline, sample, blocks, options)}
    : {...start, ...resampleWeighted(candidate, baseline, sample, blocks, options)}
}

function weightsOfBlocks({rows, weights}: Sample, {of, count}: Blocks): Float64Array {
  const sums = new Float64Array(count)
  for (let row = 0; row < rows; row++) {
    const block = of === null ? row : (of[row] ?? 0)
    sums[block] = (sums[block] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0))
  }
  return sums
}

type Resampling = Pick<Run, 'replicates' | 'influencesOf' | 'hasInfluences' | 'worth' | 'candidateUnseen'>

function resampleTables(
  candidate: TableStatistic,
  baseline: TableStatistic,
  sample: Sample,
  blocks: Blocks,
  options: InferenceOptions,
): Resampling {
  const table = joinTables(candidate, baseline)
  const influences = tableInfluences(table, sample, blocks)
  return {
    replicates: resampleTable(table, sample, blocks, () => placesBy(influences.influencesOf, blocks.count), options),
    influencesOf: influences.influencesOf,
    hasInfluences: influences.isKnown,
    ...standing(influences.largestStep, influences.smallestCell, options),
  }
}

/**
 * How many rows' worth a value rests on that one row moves by `step`, and what rows without variation leave open.
 * @param fewest rows of the rarest kind, for a value that no single row moves
 */
function standing(step: number, fewest: number, {range: [low, high]}: InferenceOptions) {
  const width = high - low
  if (!Number.isFinite(width)) return {worth: Number.POSITIVE_INFINITY, candidateUnseen: null}
  // A step of a rounding error is none: it would make the value worth more rows than there are.
  const isStep = step > 1e-12 * width
  const worth = isStep ? width / step : Number.POSITIVE_INFINITY
  // Twice, because rows that have not been seen to vary may move the value by more than those that have.
  return {worth, candidateUnseen: {relevant: isStep ? worth : fewest, scale: 2 * width}}
}

function resampleWeighted(
  candidate: Statistic,
  baseline: Statistic,
  sample: Sample,
  blocks: Blocks,
  options: InferenceOptions,
): Resampling {
  const isOne = candidate === baseline
  const values: PairOfValues = weights => {
    const ours = computeValue(candidate, weights)
    return [ours, isOne ? ours : computeValue(baseline, weights)]
  }
  const byCounts = countsOf(candidate, baseline)
  if (!canLeaveOut(blocks.count, sample.rows, options.replicates)) {
    const replicates = resampleRows(values, byCounts, sample, blocks, null, options)
    return {
      replicates,
      influencesOf: () => null,
      hasInfluences: false,
      ...standingBySpread(replicates, blocks, options),
    }
  }
  const without = jackknife(values, sample, blocks)
  const influencesOf = (share: number) =>
    centered(without.candidate.map((each, at) => each - share * (without.baseline[at] ?? 0)))
  const step = without.candidate.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  return {
    replicates: resampleRows(values, byCounts, sample, blocks, placesBy(influencesOf, blocks.count), options),
    influencesOf,
    hasInfluences: true,
    ...standing(Number.isNaN(step) ? Number.POSITIVE_INFINITY : step, 0, options),
  }
}

function canLeaveOut(blocks: number, rows: number, replicates: number): boolean {
  return blocks <= mostLeftOut && (blocks <= replicates || blocks * rows <= mostWork)
}

/** Where nobody left out single blocks: a few times the spread of one, for the block that moves most. */
function standingBySpread({candidate}: Replicates, blocks: Blocks, options: InferenceOptions) {
  const spread = Math.sqrt(varianceOf(defined(candidate)))
  const {candidateUnseen} = standing((3 * spread) / Math.sqrt(blocks.count), 0, options)
  const width = options.range[1] - options.range[0]
  // A share that rests on 25 rows spreads by a tenth.
  const isWide = Number.isFinite(width) && spread > width / 10
  return {candidateUnseen, worth: isWide ? (width / (2 * spread)) ** 2 : Number.POSITIVE_INFINITY}
}

/** Both values by how often rows were drawn, where both statistics know that form. */
function countsOf(candidate: Statistic, baseline: Statistic): PairOfCounts | null {
  const ours = byCountsOf(candidate)
  const theirs = candidate === baseline ? ours : byCountsOf(baseline)
  if (ours === null || theirs === null) return null
  return counts => {
    const value = ours(counts)
    return [value, candidate === baseline ? value : theirs(counts)]
  }
}

function byCountsOf(statistic: Statistic): ((counts: Uint8Array) => number | null) | null {
  switch (statistic.kind) {
    case 'auc':
      return counts => aucValue(statistic, counts)
    case 'weighted':
      return statistic.ofCounts ?? null
    case 'mean':
    case 'table':
      return null
    default:
      return assertNever(statistic)
  }
}

/** About their mean, as influences are. */
function centered(values: Float64Array): Float64Array {
  let mean = 0
  for (let at = 0; at < values.length; at++) mean += (values[at] ?? 0) / values.length
  return values.map(value => value - mean)
}

function undefinedOf(statistic: Statistic): Undefined {
  switch (statistic.kind) {
    case 'table':
    case 'weighted':
      return statistic.undefinedAs
    case 'mean':
      return noRows
    case 'auc':
      return undefinedBecause('model/one-class-only', 'All rows belong to one class.')
  }
}

export function defined(values: Float64Array): Float64Array {
  return values.filter(value => !Number.isNaN(value))
}
