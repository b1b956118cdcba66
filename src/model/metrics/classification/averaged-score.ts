/**
 * Metrics of the scores of several classes, averaged as scikit-learn does (`_average_binary_score`):
 *
 * - macro: the plain mean over the classes of the contract. Undefined while a class lacks rows.
 * - weighted: weighted by the rows of each class; a class without rows weighs nothing.
 * - micro: all scores of all classes in one column, each against whether the row has that class.
 * - samples (multilabel): the scores of each row over its labels, then the mean over the rows where that is defined.
 */
import type {MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {Statistic} from '../statistic.ts'
import {classesWithoutRows, noRowOfSeveralLabels, noRowsOf, oneClassOnly, someClassWithoutRows} from './lacking.ts'
import {countOnes, truthOf} from './one-class.ts'
import {type Ranked, type RowWeights, rankedBy, rankedInOrder} from './ranked.ts'
import {sortDescending} from './score-order.ts'
import {weightedStatistic} from './weighted-statistic.ts'

/** The value of class 1 against all others; null where rows of either side are missing. */
export type OfClass = (ranked: Ranked, weights: RowWeights | null) => number | null

export function averagedScore(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  scores: readonly Float64Array[],
  average: 'macro' | 'micro' | 'weighted',
  ofClass: OfClass,
): Statistic | Undefined {
  const of = average === 'micro' ? ofPooled(outcomes, scores, ofClass) : ofEach(outcomes, scores, average, ofClass)
  if (of(null) !== null) return weightedStatistic(of, average === 'macro' ? someClassWithoutRows : oneClassOnly)
  return whyUndefined(outcomes, average)
}

function whyUndefined(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  average: 'macro' | 'micro' | 'weighted',
): Undefined {
  if (average === 'micro' || (average === 'weighted' && outcomes.task === 'multiclass')) return oneClassOnly
  const lacking = outcomes.classes.filter((_, index) => {
    const ones = countOnes(truthOf(outcomes, index))
    return ones === outcomes.rows || (ones === 0 && average === 'macro')
  })
  return lacking.length === 0 ? noRowsOf('any class') : classesWithoutRows(lacking)
}

type OfWeights = (weights: RowWeights | null) => number | null

function ofEach(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  scores: readonly Float64Array[],
  average: 'macro' | 'weighted',
  ofClass: OfClass,
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

function weightOfClass({order, classes}: Ranked, weights: RowWeights | null): number {
  let sum = 0
  for (let place = 0; place < order.length; place++) {
    if (classes[place] === 1) sum += weights === null ? 1 : (weights[order[place] ?? 0] ?? 0)
  }
  return sum
}

function ofPooled(
  outcomes: MulticlassOutcomes | MultilabelOutcomes,
  scores: readonly Float64Array[],
  ofClass: OfClass,
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

export function meanOfRows(
  {rows, labels}: MultilabelOutcomes,
  scores: readonly Float64Array[],
  ofClass: OfClass,
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
    const value = ofClass(rankedInOrder(ofRow, truth, sortDescending(ofRow)), null)
    if (value === null) continue
    values[row] = value
    among[row] = 1
  }
  if (among.every(flag => flag === 0)) return noRowOfSeveralLabels
  return meanOf(values, {among: among.every(flag => flag === 1) ? null : among})
}
