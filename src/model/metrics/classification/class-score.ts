/**
 * Metrics of how the scores of one class order the rows: area under the ROC curve, average precision. For several classes
 * they are averaged as scikit-learn does (`_average_binary_score`):
 *
 * - macro: the plain mean over the classes of the contract. Undefined while a class lacks rows.
 * - weighted: weighted by the rows of each class; a class without rows weighs nothing.
 * - micro: all scores of all classes in one column, each against whether the row has that class.
 * - samples (multilabel): the scores of each row over its labels, then the mean over the rows where that is defined.
 */
import type {MetricName} from '../../../core/metric-catalog.ts'
import type {MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion, OutcomesOf} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {type ClassificationMetric, type ClassificationTask, metricOf} from './classification-metric.ts'
import {
  classesWithoutRows,
  noRowOfSeveralLabels,
  noScores,
  oneClassOnly,
  samplesOfOneLabel,
  someClassWithoutRows,
} from './lacking.ts'
import {countOnes, type OneClass, oneClassOf, positiveClass, truthOf} from './one-class.ts'
import {type Ranked, rankedBy} from './ranked.ts'
import {sortDescending} from './score-order.ts'
import {meanOf} from './shares.ts'

export interface ClassScore {
  readonly name: MetricName
  /** For the report: what it is for one class. */
  readonly meaning: string
  /** The value of class 1 against all others; null where rows of either side are missing. */
  readonly ofClass: (ranked: Ranked, weights: Float64Array | null) => number | null
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
      return averaged(outcomes, scores, average, score)
    }),
    metricOf(name, 'multilabel', conventionOf(score, 'multilabel'), (outcomes, question) => {
      if (question.class !== undefined) return ofNamedClass(outcomes, question.class, score)
      const {scores} = outcomes
      if (scores === null) return noScores
      const {average = 'macro'} = question
      return average === 'samples' ? meanOfRows(outcomes, scores, score) : averaged(outcomes, scores, average, score)
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

function averaged(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  scores: readonly Float64Array[],
  average: 'macro' | 'micro' | 'weighted',
  score: ClassScore,
): Statistic | Undefined {
  const of = average === 'micro' ? ofPooled(outcomes, scores, score) : ofEach(outcomes, scores, average, score)
  if (of(null) !== null) {
    return {kind: 'weighted', of, undefinedAs: average === 'macro' ? someClassWithoutRows : oneClassOnly}
  }
  if (average !== 'macro') return oneClassOnly
  return classesWithoutRows(
    outcomes.classes.filter((_, index) => {
      const ones = countOnes(truthOf(outcomes, index))
      return ones === 0 || ones === outcomes.rows
    }),
  )
}

type OfWeights = (weights: Float64Array | null) => number | null

function ofEach(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  scores: readonly Float64Array[],
  average: 'macro' | 'weighted',
  {ofClass}: ClassScore,
): OfWeights {
  const classes = scores.map((column, index) => rankedBy(column, truthOf(outcomes, index)))
  return weights => {
    let sum = 0
    let all = 0
    for (const ranked of classes) {
      const weight = average === 'macro' ? 1 : weightOfClass(ranked, weights)
      if (weight === 0) continue
      const value = ofClass(ranked, weights)
      if (value === null) return null
      sum += weight * value
      all += weight
    }
    return all > 0 ? sum / all : null
  }
}

function weightOfClass({order, classes}: Ranked, weights: Float64Array | null): number {
  let sum = 0
  for (let place = 0; place < order.length; place++) {
    if (classes[place] === 1) sum += weights === null ? 1 : (weights[order[place] ?? 0] ?? 0)
  }
  return sum
}

function ofPooled(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  scores: readonly Float64Array[],
  {ofClass}: ClassScore,
): OfWeights {
  const {rows} = outcomes
  const pooled = new Float64Array(rows * scores.length)
  const flags = new Uint8Array(pooled.length)
  scores.forEach((column, index) => {
    pooled.set(column, index * rows)
    flags.set(truthOf(outcomes, index), index * rows)
  })
  const {order, ...rest} = rankedBy(pooled, flags)
  const ranked = {...rest, order: order.map(place => place % rows)}
  return weights => ofClass(ranked, weights)
}

function meanOfRows(
  {rows, labels}: MultilabelOutcomes,
  scores: readonly Float64Array[],
  {ofClass}: ClassScore,
): Statistic | Undefined {
  const values = new Float64Array(rows)
  const among = new Uint8Array(rows)
  const ofRow = new Float64Array(scores.length)
  const truth = new Uint8Array(scores.length)
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < ofRow.length; index++) {
      ofRow[index] = scores[index]?.[row] ?? 0
      truth[index] = labels[index]?.[row] ?? 0
    }
    const value = ofClass(rankedBy(ofRow, truth, sortDescending(ofRow)), null)
    if (value === null) continue
    values[row] = value
    among[row] = 1
  }
  if (among.every(flag => flag === 0)) return noRowOfSeveralLabels
  return meanOf(values, among.every(flag => flag === 1) ? null : among)
}
