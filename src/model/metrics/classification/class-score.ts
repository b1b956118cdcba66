/** Metrics of how the scores of one class order the rows: area under the ROC curve, average precision. */
import type {MetricName} from '../../../core/metric-catalog.ts'
import type {MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion, OutcomesOf} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {averagedScore, meanOfRows, type OfClass} from './averaged-score.ts'
import {type ClassificationMetric, type ClassificationTask, metricOf} from './classification-metric.ts'
import {noScores, samplesOfOneLabel} from './lacking.ts'
import {type OneClass, oneClassOf, positiveClass} from './one-class.ts'

export interface ClassScore {
  readonly name: MetricName
  /** For the report: what it is for one class. */
  readonly meaning: string
  readonly ofClass: OfClass
  readonly ofOneClass: (view: OneClass, scores: Float64Array) => Statistic | Undefined
  /** Several classes in pairs, where the metric knows that. */
  readonly inPairs: ((outcomes: ScoredClasses, average: 'macro' | 'micro' | 'weighted') => Statistic | Undefined) | null
}

export type ScoredClasses = MulticlassOutcomes & {readonly scores: readonly Float64Array[]}

export function classScoreMetrics(score: ClassScore): readonly ClassificationMetric[] {
  const {name} = score
  return [
    metricOf(name, 'binary', conventionOf(score, 'binary'), (outcomes, question) => {
      if (question.class !== undefined) return ofNamedClass(outcomes, question.class, score)
      return ofOneClass(positiveClass(outcomes), score)
    }),
    metricOf(name, 'multiclass', conventionOf(score, 'multiclass'), (outcomes, question) => {
      if (question.class !== undefined) return ofNamedClass(outcomes, question.class, score)
      const {scores} = outcomes
      if (scores === null) return noScores
      const {average = 'macro', pairs} = question
      if (average === 'samples') return samplesOfOneLabel
      if (pairs === 'one-vs-one' && score.inPairs) return score.inPairs({...outcomes, scores}, average)
      return averagedScore(outcomes, scores, average, score.ofClass)
    }),
    metricOf(name, 'multilabel', conventionOf(score, 'multilabel'), (outcomes, question) => {
      if (question.class !== undefined) return ofNamedClass(outcomes, question.class, score)
      const {scores} = outcomes
      if (scores === null) return noScores
      const {average = 'macro'} = question
      return average === 'samples'
        ? meanOfRows(outcomes, scores, score.ofClass)
        : averagedScore(outcomes, scores, average, score.ofClass)
    }),
  ]
}

function conventionOf(score: ClassScore, task: ClassificationTask): (question: MetricQuestion) => string {
  return ({class: named, average = 'macro', pairs}) => {
    if (task === 'binary' && named === undefined) return score.meaning
    if (named !== undefined) return `${score.meaning}, for class "${named}" against all others`
    const against = task === 'multiclass' && score.inPairs && pairs === 'one-vs-one' ? 'pair of classes' : 'class'
    switch (average) {
      case 'macro':
        return `${score.meaning}, then the plain mean over each ${against}; none while a class has no rows`
      case 'weighted':
        return `${score.meaning}, then the mean over each ${against} weighted by its true rows`
      case 'micro':
        return `${score.meaning}, over the scores of all classes in one column`
      case 'samples':
        return `${score.meaning}, over the labels of each row, then the mean over the rows where that is defined`
    }
  }
}

function ofOneClass(view: OneClass, score: ClassScore): Statistic | Undefined {
  return view.scores === null ? noScores : score.ofOneClass(view, view.scores)
}

function ofNamedClass(
  outcomes: OutcomesOf<ClassificationTask>,
  name: string,
  score: ClassScore,
): Statistic | Undefined {
  const view = oneClassOf(outcomes, name)
  return view.kind === 'undefined' ? view : ofOneClass(view, score)
}
