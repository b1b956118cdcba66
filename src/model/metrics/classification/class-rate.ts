/**
 * Metrics that are a rate of one class, made of its hits, alarms and misses: precision, recall, F, Jaccard. For several
 * classes they are averaged as scikit-learn does (`precision_recall_fscore_support`, `jaccard_score`):
 *
 * - macro: the plain mean over the classes of the contract; also over those that no row has, so that the mean does not
 *   change its meaning when a class is missing from the rows. A class whose rate has no denominator counts 0.
 * - weighted: the same, weighted by the rows of each class.
 * - micro: the rate of the sums over all classes.
 * - samples (multilabel): the rate of each row over its labels, then the mean over rows; no denominator counts 0.
 *
 * Where a single class, or every class, has no denominator, the value is undefined; scikit-learn answers 0 with a warning.
 */
import type {MetricName} from '../../../core/metric-catalog.ts'
import type {MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion, OutcomesOf} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {cellsBy} from './cells.ts'
import {type ClassCounts, classCells} from './class-counts.ts'
import {type ClassificationMetric, type ClassificationTask, metricOf} from './classification-metric.ts'
import {samplesOfOneLabel} from './lacking.ts'
import {asTwoClasses, type OneClass, oneClassOf, positiveClass} from './one-class.ts'
import {countsOfRows} from './row-counts.ts'
import {agreement, meanOf, shareOf} from './shares.ts'

/** The rate of one class from its weighted counts; null where it has no denominator. */
export type RateOf = (hits: number, alarms: number, misses: number) => number | null

export interface ClassRate {
  readonly name: MetricName
  /** For the report: `hits / (hits + alarms)`. */
  readonly formula: (question: MetricQuestion) => string
  readonly rateOf: (question: MetricQuestion) => RateOf
  /** One class by the statistic that tells inference the most. */
  readonly ofOneClass: (view: OneClass, question: MetricQuestion) => Statistic | Undefined
  /** What is missing where the rate has no denominator. */
  readonly lacking: (theClass: string) => Undefined
  /** Averages that are the accuracy where each row has exactly one class: a share of rows, with its exact methods. */
  readonly accuracies: readonly Average[]
}

type Average = NonNullable<MetricQuestion['average']>

export function classRateMetrics(rate: ClassRate): readonly ClassificationMetric[] {
  const {name} = rate
  return [
    metricOf(name, 'binary', conventionOf(rate, 'binary'), (outcomes, question) => {
      if (question.class !== undefined) return ofNamedClass(outcomes, question.class, rate, question)
      if (question.average !== undefined) return averaged(asTwoClasses(outcomes), question.average, rate, question)
      return rate.ofOneClass(positiveClass(outcomes), question)
    }),
    metricOf(name, 'multiclass', conventionOf(rate, 'multiclass'), (outcomes, question) =>
      ofClasses(outcomes, rate, question),
    ),
    metricOf(name, 'multilabel', conventionOf(rate, 'multilabel'), (outcomes, question) =>
      ofClasses(outcomes, rate, question),
    ),
  ]
}

function conventionOf(rate: ClassRate, task: ClassificationTask): (question: MetricQuestion) => string {
  return question => {
    const formula = rate.formula(question)
    const {class: named, average = task === 'binary' ? undefined : 'macro'} = question
    if (named !== undefined) return `${formula}, for class "${named}" against all others`
    if (task !== 'multilabel' && average !== undefined && rate.accuracies.includes(average)) {
      return `${formula}, average "${average}": with one class for each row the same as the accuracy`
    }
    switch (average) {
      case undefined:
        return `${formula}, for the positive class`
      case 'macro':
        return `${formula}, then the plain mean over all classes; a class without denominator counts 0`
      case 'weighted':
        return `${formula}, then the mean over classes weighted by their true rows; a class without denominator counts 0`
      case 'micro':
        return `${formula}, with sums over all classes`
      case 'samples':
        return `${formula}, over the labels of each row, then the mean over rows; a row without denominator counts 0`
    }
  }
}

function ofClasses(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  rate: ClassRate,
  question: MetricQuestion,
): Statistic | Undefined {
  return question.class === undefined
    ? averaged(outcomes, question.average ?? 'macro', rate, question)
    : ofNamedClass(outcomes, question.class, rate, question)
}

function ofNamedClass(
  outcomes: OutcomesOf<ClassificationTask>,
  name: string,
  rate: ClassRate,
  question: MetricQuestion,
): Statistic | Undefined {
  const view = oneClassOf(outcomes, name)
  return view.kind === 'undefined' ? view : rate.ofOneClass(view, question)
}

function averaged(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  average: Average,
  rate: ClassRate,
  question: MetricQuestion,
): Statistic | Undefined {
  if (outcomes.task === 'multiclass' && rate.accuracies.includes(average)) {
    return shareOf(agreement(outcomes.label, outcomes.predicted), null)
  }
  const rateOf = rate.rateOf(question)
  const undefinedAs = rate.lacking('any class')
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

function meanOfRows(outcomes: MultilabelOutcomes, rateOf: RateOf): Statistic {
  const {hits, alarms, misses} = countsOfRows(outcomes)
  const values = new Float64Array(outcomes.rows)
  for (let row = 0; row < values.length; row++) {
    values[row] = rateOf(hits[row] ?? 0, alarms[row] ?? 0, misses[row] ?? 0) ?? 0
  }
  return meanOf(values)
}
