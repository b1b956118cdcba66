import {meanOf} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import {absoluteErrors, ofPoints} from './point-predictions.ts'

/** Mean of |target - prediction| / max(|target|, 2^-52): scikit-learn `mean_absolute_percentage_error`. */
export const mape: Metric<'regression'> = {
  name: 'mape',
  task: 'regression',
  convention: () =>
    'mape: a ratio, not a percentage; each error is divided by |target|, and by 2.2e-16 where that is less, as in scikit-learn: one target of zero decides the mean (wape has no such trap)',
  statistic: ofPoints((target, predicted) =>
    meanOf(
      absoluteErrors(target, predicted).map(
        (error, row) => error / Math.max(Math.abs(target[row] ?? 0), Number.EPSILON),
      ),
    ),
  ),
}

/** Mean of 2 |target - prediction| / (|target| + |prediction|), from 0 to 2; 0 where both are zero. */
export const smape: Metric<'regression'> = {
  name: 'smape',
  task: 'regression',
  convention: () =>
    'smape: mean of 2 |target - prediction| / (|target| + |prediction|), from 0 to 2; 0 where both are 0',
  statistic: ofPoints((target, predicted) =>
    meanOf(target.map((truth, row) => symmetricError(truth, predicted[row] ?? 0))),
  ),
}

function symmetricError(target: number, predicted: number): number {
  const size = Math.abs(target) + Math.abs(predicted)
  if (size === 0) return 0
  if (size === Number.POSITIVE_INFINITY) return symmetricError(target / 4, predicted / 4)
  return (2 * Math.abs(target - predicted)) / size
}
