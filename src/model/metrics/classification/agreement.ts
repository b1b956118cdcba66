/** Matthews correlation and Cohen's kappa: agreement of truth and prediction beyond what their shares alone give. */
import type {MulticlassOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import {cellsOfPairs, type PairCells} from './class-counts.ts'
import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {oneClassOnly, oneClassPredicted} from './lacking.ts'
import {asTwoClasses} from './one-class.ts'

/**
 * Matthews correlation coefficient, for several classes R_K of Gorodkin (2004): scikit-learn `matthews_corrcoef`.
 * Undefined where all rows are of one class or get the same answer; scikit-learn answers 0.
 */
export const mccMetrics: readonly ClassificationMetric[] = [
  metricOf('mcc', 'binary', mccConvention, outcomes => ofPairs(asTwoClasses(outcomes), mccOf)),
  metricOf('mcc', 'multiclass', mccConvention, outcomes => ofPairs(outcomes, mccOf)),
]

/**
 * Cohen's kappa: scikit-learn `cohen_kappa_score`; weighting by the distance of classes in the order of the contract.
 * Undefined where truth and prediction are one and the same class on every row; scikit-learn answers NaN.
 */
export const kappaMetrics: readonly ClassificationMetric[] = [
  metricOf('cohen-kappa', 'binary', kappaConvention, outcomes => ofPairs(asTwoClasses(outcomes), kappaOf(undefined))),
  metricOf('cohen-kappa', 'multiclass', kappaConvention, (outcomes, {weighting}) =>
    ofPairs(outcomes, kappaOf(weighting)),
  ),
]

function mccConvention(): string {
  return 'correlation of truth and prediction, for several classes as Gorodkin (2004) defines it'
}

function kappaConvention({weighting}: MetricQuestion): string {
  if (weighting === undefined) return 'agreement beyond chance; every confusion of two classes weighs alike'
  switch (weighting) {
    case 'linear':
      return 'agreement beyond chance; a confusion weighs as much as its classes lie apart in the order of the classes'
    case 'quadratic':
      return 'agreement beyond chance; a confusion weighs as the square of how far its classes lie apart in their order'
  }
}

/** Weighted counts of pairs of classes, and their sums by true and by predicted class. */
interface PairCounts extends PairCells {
  readonly counts: Float64Array
  readonly truths: Float64Array
  readonly answers: Float64Array
  readonly total: number
}

function ofPairs(outcomes: MulticlassOutcomes, of: (pairs: PairCounts) => number | null): Statistic | Undefined {
  const {cells, cellCount, labelOf, predictedOf} = cellsOfPairs(outcomes)
  const {length} = outcomes.classes
  const ofCounts = (counts: Float64Array) => {
    const truths = new Float64Array(length)
    const answers = new Float64Array(length)
    let total = 0
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0
      const truth = labelOf[cell] ?? 0
      const answer = predictedOf[cell] ?? 0
      truths[truth] = (truths[truth] ?? 0) + count
      answers[answer] = (answers[answer] ?? 0) + count
      total += count
    }
    return of({counts, labelOf, predictedOf, truths, answers, total})
  }
  const undefinedAs = labelOf.every(code => code === labelOf[0]) ? oneClassOnly : oneClassPredicted
  const onRows = new Float64Array(cellCount)
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? 0
    onRows[cell] = (onRows[cell] ?? 0) + 1
  }
  return ofCounts(onRows) === null ? undefinedAs : {kind: 'table', cells, cellCount, of: ofCounts, undefinedAs}
}

function mccOf({counts, labelOf, predictedOf, truths, answers, total}: PairCounts): number | null {
  let right = 0
  for (let cell = 0; cell < counts.length; cell++) {
    if (labelOf[cell] === predictedOf[cell]) right += counts[cell] ?? 0
  }
  let together = 0
  let ofTruths = 0
  let ofAnswers = 0
  for (let index = 0; index < truths.length; index++) {
    const truth = truths[index] ?? 0
    const answer = answers[index] ?? 0
    together += truth * answer
    ofTruths += truth * truth
    ofAnswers += answer * answer
  }
  const variance = (total * total - ofTruths) * (total * total - ofAnswers)
  return variance > 0 ? (right * total - together) / Math.sqrt(variance) : null
}

function kappaOf(weighting: MetricQuestion['weighting']): (pairs: PairCounts) => number | null {
  const penalty = penaltyOf(weighting)
  return ({counts, labelOf, predictedOf, truths, answers, total}) => {
    let seen = 0
    for (let cell = 0; cell < counts.length; cell++) {
      seen += penalty((labelOf[cell] ?? 0) - (predictedOf[cell] ?? 0)) * (counts[cell] ?? 0)
    }
    let expected = 0
    for (let truth = 0; truth < truths.length; truth++) {
      const rows = truths[truth] ?? 0
      if (rows === 0) continue
      for (let answer = 0; answer < answers.length; answer++) {
        expected += penalty(truth - answer) * rows * (answers[answer] ?? 0)
      }
    }
    return expected > 0 ? 1 - seen / (expected / total) : null
  }
}

function penaltyOf(weighting: MetricQuestion['weighting']): (distance: number) => number {
  switch (weighting) {
    case undefined:
      return distance => (distance === 0 ? 0 : 1)
    case 'linear':
      return Math.abs
    case 'quadratic':
      return distance => distance * distance
  }
}
