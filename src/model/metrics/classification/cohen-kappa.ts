import type {MetricQuestion} from '../metric.ts'
import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {asTwoClasses} from './one-class.ts'
import {ofPairs, type PairCounts} from './pair-counts.ts'

/**
 * Cohen's kappa: scikit-learn `cohen_kappa_score`; weighting by the distance of classes in the order of the contract.
 * Undefined where truth and prediction are one and the same class on every row; scikit-learn answers NaN.
 */
export const kappaMetrics: readonly ClassificationMetric[] = [
  metricOf('cohen-kappa', 'binary', convention, outcomes => ofPairs(asTwoClasses(outcomes), kappaOf(undefined))),
  metricOf('cohen-kappa', 'multiclass', convention, (outcomes, {weighting}) => ofPairs(outcomes, kappaOf(weighting))),
]

function convention({weighting}: MetricQuestion): string {
  if (weighting === undefined) return 'agreement beyond chance; every confusion of two classes weighs alike'
  switch (weighting) {
    case 'linear':
      return 'agreement beyond chance; a confusion weighs as much as its classes lie apart in the order of the classes'
    case 'quadratic':
      return 'agreement beyond chance; a confusion weighs as the square of how far its classes lie apart in their order'
  }
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
