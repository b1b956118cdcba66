/**
 * Rates of several classes, averaged as scikit-learn does (`precision_recall_fscore_support`, `jaccard_score`):
 *
 * - macro: the plain mean over the classes of the contract; also over those that no row has, so that the mean does not
 *   change its meaning when a class is missing from the rows. A class whose rate has no denominator counts 0.
 * - weighted: the same, weighted by the rows of each class.
 * - micro: the rate of the sums over all classes.
 * - samples (multilabel): the rate of each row over its labels, then the mean over rows; no denominator counts 0.
 *
 * Where a single class, or every class, has no denominator, the value is undefined; scikit-learn answers 0 with a warning.
 */
import type {MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {cellsBy} from './cells.ts'
import {type ClassCounts, classCells} from './class-counts.ts'
import {samplesOfOneLabel} from './lacking.ts'
import {countsOfRows} from './row-counts.ts'
import {agreement, shareOf} from './shares.ts'

/** The rate of one class from its weighted counts; null where it has no denominator. */
export type RateOf = (hits: number, alarms: number, misses: number) => number | null

export type Average = NonNullable<MetricQuestion['average']>

export interface Averaging {
  readonly rateOf: RateOf
  /** Averages that are the accuracy where each row has exactly one class: a share of rows, with its exact methods. */
  readonly accuracies: readonly Average[]
  /** What is missing where no class has a denominator. */
  readonly undefinedAs: Undefined
}

export function averagedRate(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  average: Average,
  {rateOf, accuracies, undefinedAs}: Averaging,
): Statistic | Undefined {
  if (outcomes.task === 'multiclass' && accuracies.includes(average)) {
    return shareOf(agreement(outcomes.label, outcomes.predicted), null)
  }
  switch (average) {
    case 'macro':
    case 'weighted': {
      const {cells, cellCount, countClasses} = classCells(outcomes)
      const of = (counts: Float64Array) => meanOverClasses(countClasses(counts), average, rateOf)
      return {kind: 'table', cells, cellCount, of, undefinedAs}
    }
    case 'micro':
      return outcomes.task === 'multilabel'
        ? {...ofSums(outcomes, rateOf), undefinedAs}
        : {...ofCorrectness(outcomes, rateOf), undefinedAs}
    case 'samples':
      return outcomes.task === 'multilabel' ? meanOfRows(outcomes, rateOf) : samplesOfOneLabel
  }
}

function meanOverClasses(
  {hits, alarms, misses}: ClassCounts,
  average: 'macro' | 'weighted',
  rateOf: RateOf,
): number | null {
  let sum = 0
  let weights = 0
  let defined = false
  for (let index = 0; index < hits.length; index++) {
    const found = hits[index] ?? 0
    const missed = misses[index] ?? 0
    const value = rateOf(found, alarms[index] ?? 0, missed)
    const weight = average === 'macro' ? 1 : found + missed
    weights += weight
    if (value === null) continue
    defined = true
    sum += weight * value
  }
  return defined && weights > 0 ? sum / weights : null
}

/** Two cells: wrong and right. A wrong row is an alarm of one class and a miss of another. */
function ofCorrectness({label, predicted}: MulticlassOutcomes, rateOf: RateOf) {
  return {
    kind: 'table' as const,
    cells: agreement(label, predicted),
    cellCount: 2,
    of: ([wrong = 0, right = 0]: Float64Array) => rateOf(right, wrong, wrong),
  }
}

/** Rows with equally many hits, alarms and misses among their labels are alike. */
function ofSums(outcomes: MultilabelOutcomes, rateOf: RateOf) {
  const {hits, alarms, misses} = countsOfRows(outcomes)
  const count = outcomes.classes.length + 1
  const {cells, cellCount, exampleOf} = cellsBy(outcomes.rows, [
    {codes: hits, count},
    {codes: alarms, count},
    {codes: misses, count},
  ])
  const totalOf = (perRow: Int32Array, counts: Float64Array) =>
    counts.reduce((sum, weight, cell) => sum + weight * (perRow[exampleOf[cell] ?? 0] ?? 0), 0)
  const of = (counts: Float64Array) => rateOf(totalOf(hits, counts), totalOf(alarms, counts), totalOf(misses, counts))
  return {kind: 'table' as const, cells, cellCount, of}
}

function meanOfRows(outcomes: MultilabelOutcomes, rateOf: RateOf): Statistic | Undefined {
  const {hits, alarms, misses} = countsOfRows(outcomes)
  const values = new Float64Array(outcomes.rows)
  for (let row = 0; row < values.length; row++) {
    values[row] = rateOf(hits[row] ?? 0, alarms[row] ?? 0, misses[row] ?? 0) ?? 0
  }
  return meanOf(values)
}
