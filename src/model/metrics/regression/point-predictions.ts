import type {RegressionOutcomes} from '../../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../../inference/estimate.ts'
import type {MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'

/** Target and prediction side by side; a model may answer quantiles or an interval only, and then has no such error. */
export function ofPoints(
  build: (target: Float64Array, predicted: Float64Array) => Statistic | Undefined,
): (outcomes: RegressionOutcomes, question: MetricQuestion) => Statistic | Undefined {
  return ({target, predicted}, {metric}) =>
    predicted
      ? build(target, predicted)
      : unanswerable('model/no-prediction', `${metric} needs predicted values, and columns.prediction is not given.`)
}

/** target - prediction on each row, in absolute value. Infinite where the two are too far apart for a double. */
export function absoluteErrors(target: Float64Array, predicted: Float64Array): Float64Array {
  const errors = new Float64Array(target.length)
  for (let row = 0; row < errors.length; row++) errors[row] = Math.abs((target[row] ?? 0) - (predicted[row] ?? 0))
  return errors
}
