import type {MetricName} from '../../config/schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {Interval} from '../../core/finding.ts'
import {type Bootstrap, type BootstrapOptions, bootstrapMean, bootstrapTable} from '../inference/bootstrap.ts'
import {aucDifference, computePlacements, delongInterval} from '../inference/delong.ts'
import {type Undefined, undefinedBecause} from '../inference/estimate.ts'
import {type Discordance, tangoInterval} from '../inference/tango.ts'
import {widenWhereFlat} from '../inference/widen.ts'
import type {Answers, Positive} from './answers.ts'
import {f1Of} from './f1.ts'
import {lossOfRows} from './log-loss.ts'
import {noScores} from './measure.ts'
import {missingForAuc, smallerClassOf} from './roc-auc.ts'

/** Candidate minus baseline on the same rows. */
export type Comparison =
  | {
      readonly kind: 'compared'
      readonly difference: number
      readonly interval: Interval
      /** All rows of the evaluation set. */
      readonly n: number
      /** Variance of the difference times n: what one row adds. For "how many rows would settle it". */
      readonly variancePerRow: number
    }
  | Undefined

export interface Pair {
  readonly positive: Positive
  readonly candidate: Answers
  readonly baseline: Answers
}

/** Below this many rows of a class a percentile bootstrap promises more than it keeps. */
const leastRowsOfAClass = 30

/**
 * The paired difference of one metric, by the best method for it: score interval of Tango for accuracy and recall,
 * DeLong for the AUC, paired percentile bootstrap for precision, F1 and log loss.
 */
export function compare(metric: MetricName, pair: Pair, options: BootstrapOptions): Comparison {
  const {positive, candidate, baseline} = pair
  if (positive.length === 0) return undefinedBecause('model/no-rows', 'There is no row to judge.')
  switch (metric) {
    case 'accuracy':
      return compareShares(countDiscordance(candidate.correct, baseline.correct), positive.length, options)
    case 'recall':
      return compareRecall(pair, options)
    case 'precision':
      return compareTables(pair, precisionOf, options)
    case 'f1':
      return compareTables(pair, ({hits, alarms, misses}) => f1Of(hits, alarms, misses), options)
    case 'roc-auc':
      return candidate.scores && baseline.scores
        ? compareAuc(positive, candidate.scores, baseline.scores, options)
        : noScores
    case 'log-loss':
      return candidate.scores && baseline.scores
        ? compareLogLoss(positive, candidate.scores, baseline.scores, options)
        : noScores
    default:
      return assertNever(metric)
  }
}

function compareShares(pairs: Discordance, rows: number, {coverage}: BootstrapOptions): Comparison {
  const difference = (pairs.gained - pairs.lost) / pairs.n
  const variance = (pairs.gained + pairs.lost) / pairs.n - difference ** 2
  return {
    kind: 'compared',
    difference,
    interval: tangoInterval(pairs, coverage),
    n: rows,
    variancePerRow: (variance * rows) / pairs.n,
  }
}

/** Recall is an accuracy among the positive rows, which are the same for both models. */
function compareRecall({positive, candidate, baseline}: Pair, options: BootstrapOptions): Comparison {
  const among = (flags: Uint8Array) => flags.filter((_, row) => positive[row] === 1)
  const pairs = countDiscordance(among(candidate.predictedPositive), among(baseline.predictedPositive))
  if (pairs.n === 0) return undefinedBecause('model/no-positive-rows', 'No row belongs to the positive class.')
  return compareShares(pairs, positive.length, options)
}

function countDiscordance(candidate: Uint8Array, baseline: Uint8Array): Discordance {
  let gained = 0
  let lost = 0
  for (let row = 0; row < candidate.length; row++) {
    const step = (candidate[row] ?? 0) - (baseline[row] ?? 0)
    if (step > 0) gained++
    else if (step < 0) lost++
  }
  return {gained, lost, n: candidate.length}
}

function compareAuc(
  positive: Positive,
  candidate: Float64Array,
  baseline: Float64Array,
  {coverage}: BootstrapOptions,
): Comparison {
  const missing = missingForAuc(positive)
  if (missing) return missing
  const {difference, variance} = aucDifference(
    computePlacements(positive, candidate),
    computePlacements(positive, baseline),
  )
  const n = positive.length
  const interval = delongInterval(difference, variance, {coverage, lowest: -1, smallerClass: smallerClassOf(positive)})
  return {kind: 'compared', difference, interval, n, variancePerRow: variance * n}
}

function compareLogLoss(
  positive: Positive,
  candidate: Float64Array,
  baseline: Float64Array,
  options: BootstrapOptions,
): Comparison {
  const tooFew = tooFewForBootstrap(positive)
  if (tooFew) return tooFew
  const baselineLosses = lossOfRows(positive, baseline)
  const differences = lossOfRows(positive, candidate).map((loss, row) => loss - (baselineLosses[row] ?? 0))
  // A loss has no upper end, so nothing bounds what these rows have not shown.
  if (differences.every(each => each === differences[0])) {
    return undefinedBecause(
      'model/no-variation',
      'Both models lose the same on every row: there is nothing to compare.',
    )
  }
  const difference = differences.reduce((sum, each) => sum + each, 0) / differences.length
  return compared(difference, bootstrapMean(differences, options), differences.length)
}

/** Rows of one model by what happened: the three counts that precision and F1 are made of. */
interface Outcomes {
  readonly hits: number
  readonly alarms: number
  readonly misses: number
}

function compareTables(
  {positive, candidate, baseline}: Pair,
  metricOf: (outcomes: Outcomes) => number | null,
  options: BootstrapOptions,
): Comparison {
  const cells = new Array<number>(8).fill(0)
  for (let row = 0; row < positive.length; row++) {
    const cell =
      4 * (positive[row] ?? 0) + 2 * (candidate.predictedPositive[row] ?? 0) + (baseline.predictedPositive[row] ?? 0)
    cells[cell] = (cells[cell] ?? 0) + 1
  }
  const differenceOf = (counts: readonly number[]) => {
    const ofCandidate = metricOf(candidateOutcomes(counts))
    const ofBaseline = metricOf(baselineOutcomes(counts))
    return ofCandidate === null || ofBaseline === null ? null : ofCandidate - ofBaseline
  }
  const difference = differenceOf(cells)
  if (difference === null) {
    return undefinedBecause('model/nothing-predicted-positive', 'One of the two models predicts no row positive.')
  }
  const tooFew = tooFewForBootstrap(positive)
  if (tooFew) return tooFew
  const bootstrap = bootstrapTable(cells, differenceOf, options)
  const relevant = Math.min(relevantRows(candidateOutcomes(cells)), relevantRows(baselineOutcomes(cells)))
  const interval = widenWhereFlat(bootstrap.interval, difference, relevant, {lowest: -1})
  return compared(difference, {...bootstrap, interval}, positive.length)
}

function compared(difference: number, {interval, variance, undefinedShare}: Bootstrap, n: number): Comparison {
  if (undefinedShare > 0.01) {
    return undefinedBecause(
      'model/nothing-predicted-positive',
      `Too few rows are predicted positive: ${(undefinedShare * 100).toFixed(1)} % of the resamples have none.`,
    )
  }
  return {kind: 'compared', difference, interval, n, variancePerRow: variance * n}
}

function tooFewForBootstrap(positive: Positive): Undefined | null {
  const rows = smallerClassOf(positive)
  if (rows >= leastRowsOfAClass) return null
  return undefinedBecause(
    'model/too-few-rows-of-a-class',
    `The smaller class has ${rows} rows; a bootstrap needs at least ${leastRowsOfAClass}.`,
  )
}

// Cell index: 4 * positive + 2 * candidate says positive + baseline says positive.
function candidateOutcomes(cells: readonly number[]): Outcomes {
  const [, , c2 = 0, c3 = 0, c4 = 0, c5 = 0, c6 = 0, c7 = 0] = cells
  return {hits: c6 + c7, alarms: c2 + c3, misses: c4 + c5}
}

function baselineOutcomes(cells: readonly number[]): Outcomes {
  const [, c1 = 0, , c3 = 0, c4 = 0, c5 = 0, c6 = 0, c7 = 0] = cells
  return {hits: c5 + c7, alarms: c1 + c3, misses: c4 + c6}
}

function precisionOf({hits, alarms}: Outcomes): number | null {
  return hits + alarms === 0 ? null : hits / (hits + alarms)
}

function relevantRows({hits, alarms}: Outcomes): number {
  return hits + alarms
}
