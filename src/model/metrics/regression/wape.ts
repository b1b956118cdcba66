import {undefinedBecause} from '../../inference/estimate.ts'
import {weightedStatistic} from '../classification/weighted-statistic.ts'
import {tooLarge} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import type {WeightedStatistic} from '../statistic.ts'
import {absoluteErrors, ofPoints} from './point-predictions.ts'
import {largestOf, powerOfTwoAbove} from './scale.ts'

/**
 * Σ w |target - prediction| / Σ w |target|: the weighted absolute percentage error of forecasting (Kolassa and Schütz,
 * "Advantages of the MAD/Mean ratio over the MAPE", Foresight 6, 2007). No target of zero can decide it.
 */
export const wape: Metric<'regression'> = {
  name: 'wape',
  task: 'regression',
  convention: () => 'wape: sum of |target - prediction| over sum of |target|; a ratio, not a percentage',
  statistic: ofPoints((target, predicted) => {
    const errors = absoluteErrors(target, predicted)
    const largest = Math.max(largestOf(errors), largestOf(target))
    if (largest === Number.POSITIVE_INFINITY) return tooLarge
    const unit = largest > 1e250 ? powerOfTwoAbove(largest) : 1
    return ratio(
      errors.map(error => error / unit),
      target.map(truth => Math.abs(truth) / unit),
    )
  }),
}

function ratio(errors: Float64Array, sizes: Float64Array): WeightedStatistic {
  return weightedStatistic(
    weights => {
      let wrong = 0
      let size = 0
      for (let row = 0; row < sizes.length; row++) {
        const weight = weights === null ? 1 : (weights[row] ?? 0)
        wrong += weight * (errors[row] ?? 0)
        size += weight * (sizes[row] ?? 0)
      }
      const value = wrong / size
      return size > 0 && Number.isFinite(value) ? value : null
    },
    undefinedBecause('model/zero-targets', 'The targets are all zero, so wape would divide by zero.'),
  )
}
