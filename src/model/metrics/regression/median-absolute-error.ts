import type {RowWeights} from '../classification/ranked.ts'
import {sortDescending} from '../classification/score-order.ts'
import {weightedStatistic} from '../classification/weighted-statistic.ts'
import {noWeight, tooLarge} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'
import type {WeightedStatistic} from '../statistic.ts'
import {absoluteErrors, ofPoints} from './point-predictions.ts'

/**
 * Median of |target - prediction|: scikit-learn `median_absolute_error` (1.8 or newer for weights). The error at which
 * half of the weight is reached; the mean of two neighbours where it is reached exactly.
 */
export const medianAbsoluteError: Metric<'regression'> = {
  name: 'median-absolute-error',
  task: 'regression',
  convention: () =>
    'median-absolute-error: the error that half of the rows (by weight) do not exceed; the mean of the two middle ones of an even number',
  statistic: ofPoints((target, predicted) => {
    const errors = absoluteErrors(target, predicted)
    return errors.includes(Number.POSITIVE_INFINITY) ? tooLarge : medianOf(errors)
  }),
}

function medianOf(values: Float64Array): WeightedStatistic {
  const order = sortDescending(values).reverse()
  const sorted = Float64Array.from(order, row => values[row] ?? 0)
  return weightedStatistic(
    weights => (weights === null ? plainMedian(sorted) : weightedMedian(sorted, order, weights)),
    noWeight,
  )
}

function plainMedian(sorted: Float64Array): number | null {
  if (sorted.length === 0) return null
  return between(sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0)
}

function weightedMedian(sorted: Float64Array, order: Uint32Array, weights: RowWeights): number | null {
  let total = 0
  for (let at = 0; at < order.length; at++) total += weights[order[at] ?? 0] ?? 0
  if (!(total > 0)) return null
  const half = total / 2
  // The same weights in another unit or another order round to another sum.
  const rounding = total * 1e-12
  let reached = 0
  let at = 0
  while (at < order.length && reached < half - rounding) reached += weights[order[at++] ?? 0] ?? 0
  const middle = sorted[at - 1] ?? 0
  if (reached - half > rounding) return middle
  while (at < order.length && (weights[order[at] ?? 0] ?? 0) === 0) at++
  return at < order.length ? between(middle, sorted[at] ?? 0) : middle
}

/** The mean of two numbers whose sum may be beyond a double. */
function between(low: number, high: number): number {
  const sum = low + high
  return sum === Number.POSITIVE_INFINITY ? low / 2 + high / 2 : sum / 2
}
