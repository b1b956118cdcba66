import type {MetricName} from '../../core/metric-catalog.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import {type Undefined, unanswerable, undefinedBecause} from '../inference/estimate.ts'
import type {RowValues} from '../metrics/metric.ts'
import {statisticOf} from '../metrics/registry.ts'
import type {Rate, RateName} from './rate.ts'

const noExpressions: RowValues = {
  valuesOf: expression => unanswerable('model/no-expression', `Nobody asked for "${expression}" here.`),
}

/**
 * How wrong the model is on each row, by the most telling loss that the predictions have: log loss where there are
 * scores, else whether the class is wrong; of numbers the absolute error. The loss that
 * "bounded group loss" limits (Agarwal, Dudik and Wu, "Fair regression", 2019).
 */
export function lossRate(outcomes: Outcomes): Rate | Undefined {
  switch (outcomes.task) {
    case 'binary':
    case 'multiclass':
      return outcomes.scores
        ? rowLoss(outcomes, 'log-loss', 'log loss', false)
        : rowLoss(outcomes, 'accuracy', 'error rate', true)
    case 'multilabel':
      return rowLoss(outcomes, 'hamming-loss', 'share of wrong labels', false)
    case 'regression':
      return rowLoss(outcomes, 'mae', 'mean absolute error', false)
    case 'text':
      return rowLoss(outcomes, outcomes.correct ? 'correct-share' : 'exact-match', 'error rate', true)
    case 'ranking':
      return unanswerable(
        'model/fairness-needs-rows',
        'The loss of a ranking belongs to a query and not to a row: groups of rows have none.',
      )
  }
}

/** The values that the metric is the mean of; turned where more is better. */
function rowLoss(outcomes: Outcomes, metric: MetricName, name: RateName, isShare: boolean): Rate | Undefined {
  const statistic = statisticOf(outcomes, {metric}, noExpressions)
  if (statistic.kind === 'undefined') return statistic
  if (statistic.kind !== 'mean' || statistic.unitOf !== null) {
    return undefinedBecause('model/fairness-needs-rows', `${metric} of these predictions is no mean over rows.`)
  }
  return {
    name,
    values: isShare ? complement(statistic.values) : statistic.values,
    among: statistic.among,
    isShare,
    range: isShare ? [0, 1] : [0, Number.POSITIVE_INFINITY],
  }
}

function complement(shares: Float64Array): Float64Array {
  const rest = new Float64Array(shares.length)
  for (let row = 0; row < shares.length; row++) rest[row] = 1 - (shares[row] ?? 0)
  return rest
}
