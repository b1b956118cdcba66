/** Metrics that are a rate of one class, made of its hits, alarms and misses: precision, recall, F, Jaccard. */
import type {MetricName} from '../../../core/metric-catalog.ts'
import type {MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion, OutcomesOf} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {type Average, type Averaging, averagedRate, type RateOf} from './averaged-rate.ts'
import {type ClassificationMetric, type ClassificationTask, metricOf} from './classification-metric.ts'
import {asTwoClasses, type OneClass, oneClassOf, positiveClass} from './one-class.ts'

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

export function classRateMetrics(rate: ClassRate): readonly ClassificationMetric[] {
  const {name} = rate
  return [
    metricOf(name, 'binary', conventionOf(rate, 'binary'), (outcomes, question) => {
      if (question.class !== undefined) return ofNamedClass(outcomes, question.class, rate, question)
      if (question.average !== undefined)
        return averagedRate(asTwoClasses(outcomes), question.average, averaging(rate, question))
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
    ? averagedRate(outcomes, question.average ?? 'macro', averaging(rate, question))
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

function averaging({rateOf, lacking, accuracies}: ClassRate, question: MetricQuestion): Averaging {
  return {rateOf: rateOf(question), accuracies, undefinedAs: lacking('any class')}
}
