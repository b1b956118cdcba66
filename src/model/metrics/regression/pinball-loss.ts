import type {RegressionOutcomes} from '../../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../../inference/estimate.ts'
import {meanOf} from '../mean-statistic.ts'
import type {Metric} from '../metric.ts'

/**
 * Mean of level · (target - quantile) where the target lies above the predicted quantile, (1 - level) · (quantile -
 * target) where it lies below: scikit-learn `mean_pinball_loss` with `alpha` = level.
 */
export const pinballLoss: Metric<'regression'> = {
  name: 'pinball-loss',
  task: 'regression',
  convention: ({level = 0.5}) =>
    `pinball-loss at ${level}: what lies above the predicted quantile costs ${level} for each unit, what lies below ${Number((1 - level).toPrecision(12))}`,
  statistic: (outcomes, {level = 0.5}) => {
    const quantile = quantileAt(outcomes, level)
    if (!(quantile instanceof Float64Array)) return quantile
    return meanOf(outcomes.target.map((truth, row) => loss(truth - (quantile[row] ?? 0), level)))
  },
}

function loss(above: number, level: number): number {
  return above >= 0 ? level * above : (level - 1) * above
}

/** The column of this level; without any quantile column the prediction is taken for it, as in scikit-learn. */
function quantileAt({quantiles, predicted}: RegressionOutcomes, level: number): Float64Array | Undefined {
  const found = quantiles.find(each => each.level === level)
  if (found) return found.values
  if (quantiles.length === 0 && predicted) return predicted
  const levels = quantiles.map(each => each.level).join(', ')
  return unanswerable(
    'model/no-quantile',
    levels === ''
      ? 'pinball-loss needs a predicted quantile, and columns.quantiles is not given.'
      : `No column holds the quantile at ${level}: columns.quantiles names ${levels}.`,
  )
}
