import {sortDescending} from '../classification/score-order.ts'
import {weightedStatistic} from '../classification/weighted-statistic.ts'
import {noWeight, tooLarge} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import {absoluteErrors, ofPoints} from './point-predictions.ts'

/** Largest |target - prediction|: scikit-learn `max_error`, which knows no weights; here a row of weight 0 is absent. */
export const maxError: Metric<'regression'> = {
  name: 'max-error',
  task: 'regression',
  convention: () =>
    'max-error: the largest |target - prediction|; one row decides it, so no interval can tell how large it may become',
  statistic: ofPoints((target, predicted) => {
    const errors = absoluteErrors(target, predicted)
    if (errors.includes(Number.POSITIVE_INFINITY)) return tooLarge
    const descending = sortDescending(errors)
    return weightedStatistic(weights => {
      const row = weights === null ? descending[0] : descending.find(each => (weights[each] ?? 0) > 0)
      return row === undefined ? null : (errors[row] ?? null)
    }, noWeight)
  }),
}
