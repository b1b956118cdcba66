import {assertNever} from '../../core/assert.ts'
import type {MeanStatistic, Statistic, TableStatistic} from '../metrics/statistic.ts'
import {aucValue} from './area.ts'
import {meanWeights} from './blocks.ts'

/**
 * The metric's value where each row weighs so much.
 * @param weights one for each row, >= 0; null where all weigh alike
 * @returns null where the metric has no value on these rows
 */
export function computeValue(statistic: Statistic, weights: Float64Array | null): number | null {
  switch (statistic.kind) {
    case 'mean':
      return meanValue(statistic, weights)
    case 'table':
      return statistic.of(countCells(statistic, weights))
    case 'auc':
      return aucValue(statistic, weights)
    case 'weighted':
      return statistic.of(weights)
    default:
      return assertNever(statistic)
  }
}

/** The name under which other folders know it. */
export {computeValue as valueOf}

function meanValue({values, among, unitOf, link}: MeanStatistic, rowWeights: Float64Array | null): number | null {
  const weights = rowWeights !== null && unitOf !== null ? meanWeights(rowWeights, unitOf, values.length) : rowWeights
  let sum = 0
  let total = 0
  for (let unit = 0; unit < values.length; unit++) {
    if (among !== null && among[unit] !== 1) continue
    const weight = weights === null ? 1 : (weights[unit] ?? 0)
    if (weight === 0) continue
    sum += weight * (values[unit] ?? 0)
    total += weight
  }
  if (total === 0) return null
  const mean = sum / total
  return link === 'square-root' ? Math.sqrt(mean) : mean
}

export function countCells({cells, cellCount}: TableStatistic, weights: Float64Array | null): Float64Array {
  const counts = new Float64Array(cellCount)
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? 0
    counts[cell] = (counts[cell] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0))
  }
  return counts
}
