import {meanOf} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import {absoluteErrors, ofPoints} from './point-predictions.ts'

/** Mean of |target - prediction|: scikit-learn `mean_absolute_error`. */
export const meanAbsoluteError: Metric<'regression'> = {
  name: 'mae',
  task: 'regression',
  convention: () => 'mae: mean of |target - prediction|, in the unit of the target',
  statistic: ofPoints((target, predicted) => meanOf(absoluteErrors(target, predicted))),
}

/** Mean of prediction - target: above 0 the model answers too much. Its absolute value is no metric of accuracy. */
export const meanError: Metric<'regression'> = {
  name: 'mean-error',
  task: 'regression',
  convention: () => 'mean-error: mean of prediction - target; above 0 the model answers too much',
  statistic: ofPoints((target, predicted) => meanOf(predicted.map((answer, row) => answer - (target[row] ?? 0)))),
}
