import {type Undefined, undefinedBecause} from '../../inference/estimate.ts'
import type {RowWeights} from '../classification/ranked.ts'
import {weightedStatistic} from '../classification/weighted-statistic.ts'
import type {Metric} from '../metric.ts'
import type {WeightedStatistic} from '../statistic.ts'
import {ofPoints} from './point-predictions.ts'
import {powerOfTwoAbove} from './scale.ts'

/**
 * Coefficient of determination, 1 - Σ w (target - prediction)² / Σ w (target - mean)²: scikit-learn `r2_score`. Where
 * all targets are equal scikit-learn answers 1 or 0; here there is no answer, because no model could be told from
 * another by it.
 */
export const r2: Metric<'regression'> = {
  name: 'r2',
  task: 'regression',
  convention: () =>
    'r2: 1 - residual / total sum of squares; a constant target has no r2 (scikit-learn would say 0 or 1)',
  statistic: ofPoints((target, predicted) => determination(target, predicted)),
}

const constantTarget = undefinedBecause(
  'model/constant-target',
  'All targets are equal, so there is nothing for r2 to explain.',
)

/** Everything halved and in a unit near the spread of the target, so that no square overflows or vanishes. */
function determination(target: Float64Array, predicted: Float64Array): WeightedStatistic | Undefined {
  const {length} = target
  let half = 0
  for (let row = 0; row < length; row++) half += (target[row] ?? 0) / 2 / length
  let spread = 0
  for (let row = 0; row < length; row++) spread = Math.max(spread, Math.abs((target[row] ?? 0) / 2 - half))
  if (spread === 0 || target.every(value => value === target[0])) return constantTarget
  const unit = powerOfTwoAbove(spread)
  const centered = new Float64Array(length)
  const squaredErrors = new Float64Array(length)
  for (let row = 0; row < length; row++) {
    centered[row] = ((target[row] ?? 0) / 2 - half) / unit
    squaredErrors[row] = (((target[row] ?? 0) / 2 - (predicted[row] ?? 0) / 2) / unit) ** 2
  }
  return weightedStatistic(weights => explained(centered, squaredErrors, weights), constantTarget)
}

function explained(centered: Float64Array, squaredErrors: Float64Array, weights: RowWeights | null): number | null {
  let total = 0
  let sum = 0
  let squares = 0
  let residual = 0
  for (let row = 0; row < centered.length; row++) {
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    const value = centered[row] ?? 0
    total += weight
    sum += weight * value
    squares += weight * value * value
    residual += weight * (squaredErrors[row] ?? 0)
  }
  if (!(squares > 0)) return null
  // One pass is exact enough as long as the mean of these rows lies near that of all; else little would be left of both.
  const ofMean = (sum / total) * sum
  const spread = ofMean < squares / 2 ? squares - ofMean : spreadAround(sum / total, centered, weights)
  const value = 1 - residual / spread
  return Number.isFinite(value) ? value : null
}

/** 0 where all rows with weight have the same target, whatever the mean was rounded to. */
function spreadAround(mean: number, centered: Float64Array, weights: RowWeights | null): number {
  let spread = 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let row = 0; row < centered.length; row++) {
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    if (weight === 0) continue
    const value = centered[row] ?? 0
    spread += weight * (value - mean) ** 2
    if (value < low) low = value
    if (value > high) high = value
  }
  return high > low ? spread : 0
}
