import type {MetricName} from '../../../core/metric-catalog.ts'
import type {Undefined} from '../../inference/estimate.ts'
import type {MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'
import type {RateOf} from './averaged-rate.ts'
import {classRateMetrics} from './class-rate.ts'
import {neitherTrueNorPredicted} from './lacking.ts'
import {countOnes, type OneClass} from './one-class.ts'

/**
 * Weighted harmonic mean of precision and recall, b = 1 for F1 (van Rijsbergen 1979; scikit-learn `f1_score`,
 * `fbeta_score`): (1 + b²) hits / ((1 + b²) hits + b² misses + alarms). Undefined only where no row belongs to the class
 * and none is predicted to; with one of the two it is 0, as in scikit-learn since 1.3.
 */
export const fScoreMetrics = [...fScore('f1'), ...fScore('f-beta')]

function fScore(name: Extract<MetricName, 'f1' | 'f-beta'>) {
  return classRateMetrics({
    name,
    formula: question => {
      const beta = betaOf(question)
      return beta === 1
        ? '2 hits / (2 hits + misses + false alarms)'
        : `(1 + b²) hits / ((1 + b²) hits + b² misses + false alarms) with b = ${beta}`
    },
    rateOf: question => rateWith(betaOf(question)),
    ofOneClass: (view, question) => ofTable(view, rateWith(betaOf(question))),
    lacking: neitherTrueNorPredicted,
    accuracies: ['micro'],
  })
}

function betaOf({metric, beta}: MetricQuestion): number {
  return metric === 'f-beta' ? (beta ?? 1) : 1
}

function rateWith(beta: number): RateOf {
  const square = beta * beta
  return (hits, alarms, misses) => {
    const denominator = (1 + square) * hits + square * misses + alarms
    return denominator > 0 ? ((1 + square) * hits) / denominator : null
  }
}

/** Cells: 2 where the row is of the class, plus 1 where it is predicted to be. */
function ofTable({called, truth, predicted}: OneClass, rateOf: RateOf): Statistic | Undefined {
  const undefinedAs = neitherTrueNorPredicted(called)
  if (countOnes(truth) + countOnes(predicted) === 0) return undefinedAs
  return {
    kind: 'table',
    cells: truth.map((flag, row) => 2 * flag + (predicted[row] ?? 0)),
    cellCount: 4,
    of: ([, alarms = 0, misses = 0, hits = 0]) => rateOf(hits, alarms, misses),
    undefinedAs,
  }
}
