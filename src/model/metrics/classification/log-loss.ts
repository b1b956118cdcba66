import {meanOf} from '../mean-statistic.ts'
import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {noScores} from './lacking.ts'

/**
 * Mean negative log-likelihood of the true class, in nats. scikit-learn `log_loss`: probabilities are cut to
 * [eps, 1 - eps] with the machine epsilon of float64 (2^-52), and are taken as they are, whether or not a row sums to 1.
 * Scores are read as float64: scikit-learn cuts float32 scores at 2^-23, which gives another value.
 */
export const logLossMetrics: readonly ClassificationMetric[] = [
  metricOf('log-loss', 'binary', convention, ({rows, positive, scores}) => {
    if (scores === null) return noScores
    const losses = new Float64Array(rows)
    for (let row = 0; row < rows; row++) {
      const score = scores[row] ?? 0
      losses[row] = lossOf(positive[row] === 1 ? score : 1 - score)
    }
    return meanOf(losses)
  }),
  metricOf('log-loss', 'multiclass', convention, ({rows, label, scores}) => {
    if (scores === null) return noScores
    const losses = new Float64Array(rows)
    for (let row = 0; row < rows; row++) losses[row] = lossOf(scores[label[row] ?? 0]?.[row] ?? 0)
    return meanOf(losses)
  }),
]

function convention(): string {
  return 'mean of -ln of the probability of the true class, cut to 2^-52 from 0 and 1'
}

function lossOf(probability: number): number {
  return -Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability)))
}
