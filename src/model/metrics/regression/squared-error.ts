import {weightedStatistic} from '../classification/weighted-statistic.ts'
import {meanOf, noWeight, tooLarge} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import type {WeightedStatistic} from '../statistic.ts'
import {absoluteErrors, ofPoints} from './point-predictions.ts'
import {largestOf, powerOfTwoAbove} from './scale.ts'

/** Mean of (target - prediction)²: scikit-learn `mean_squared_error`. */
export const mse: Metric<'regression'> = {
  name: 'mse',
  task: 'regression',
  convention: () => 'mse: mean of (target - prediction)², in the squared unit of the target',
  statistic: ofPoints((target, predicted) => meanOf(squared(absoluteErrors(target, predicted)))),
}

/** Square root of the mean of (target - prediction)²: scikit-learn `root_mean_squared_error`. */
export const rmse: Metric<'regression'> = {
  name: 'rmse',
  task: 'regression',
  convention: () => 'rmse: square root of the mean of (target - prediction)², in the unit of the target',
  statistic: ofPoints((target, predicted) => {
    const errors = absoluteErrors(target, predicted)
    const largest = largestOf(errors)
    if (largest === Number.POSITIVE_INFINITY) return tooLarge
    if (largest === 0 || (largest > 1e-100 && largest < 1e100)) return meanOf(squared(errors), {link: 'square-root'})
    return scaled(errors, powerOfTwoAbove(largest))
  }),
}

function squared(errors: Float64Array): Float64Array {
  return errors.map(error => error * error)
}

/** Squares of huge errors are infinite, and those of tiny ones are zero, which would be a perfect model. */
function scaled(errors: Float64Array, unit: number): WeightedStatistic {
  const squares = errors.map(error => (error / unit) ** 2)
  return weightedStatistic(weights => {
    let total = 0
    let sum = 0
    for (let row = 0; row < squares.length; row++) {
      const weight = weights === null ? 1 : (weights[row] ?? 0)
      total += weight
      sum += weight * (squares[row] ?? 0)
    }
    return total > 0 ? unit * Math.sqrt(sum / total) : null
  }, noWeight)
}
