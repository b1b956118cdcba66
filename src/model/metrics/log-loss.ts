import {type BootstrapOptions, bootstrapMean} from '../inference/bootstrap.ts'
import {type Estimate, undefinedBecause} from '../inference/estimate.ts'
import type {Positive} from './answers.ts'

/**
 * Mean negative log-likelihood of the true class (scikit-learn `log_loss`): natural logarithm, probabilities clipped
 * to [eps, 1 - eps] with the machine epsilon of float64 (2^-52). Less is better. Percentile bootstrap over rows.
 */
export function logLoss(positive: Positive, scores: Float64Array, options: BootstrapOptions): Estimate {
  const n = positive.length
  if (n === 0) return undefinedBecause('model/no-rows', 'There is no row to judge.')
  const losses = lossOfRows(positive, scores)
  const value = losses.reduce((sum, loss) => sum + loss, 0) / n
  return {kind: 'value', value, interval: bootstrapMean(losses, options).interval, n}
}

/** The loss of each row, in nats. */
export function lossOfRows(positive: Positive, scores: Float64Array): Float64Array {
  return scores.map((score, row) => {
    const clipped = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, score))
    return -Math.log(positive[row] === 1 ? clipped : 1 - clipped)
  })
}
