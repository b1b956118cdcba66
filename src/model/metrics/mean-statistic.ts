import {type Undefined, unanswerable, undefinedBecause} from '../inference/estimate.ts'
import type {MeanStatistic} from './statistic.ts'

/**
 * The mean of one number for each row, unless their sum is beyond a double: an infinite loss is no number to compare
 * with a limit.
 */
export function meanOf(
  values: Float64Array,
  {among = null, unitOf = null, isShare = false, link = null}: Partial<Omit<MeanStatistic, 'kind' | 'values'>> = {},
): MeanStatistic | Undefined {
  let total = 0
  for (let row = 0; row < values.length; row++) {
    if (among === null || among[row] === 1) total += Math.abs(values[row] ?? 0)
  }
  return Number.isFinite(total) ? {kind: 'mean', values, among, unitOf, isShare, link} : tooLarge
}

/** A proportion that counts in `among`, where every value there is exactly 0 or 1. */
export function isProportion(values: Float64Array, among: Uint8Array | null): boolean {
  return values.every((value, unit) => value === 0 || value === 1 || (among !== null && among[unit] !== 1))
}

export const tooLarge: Undefined = unanswerable(
  'model/number-too-large',
  'Targets and predictions lie so far apart that the metric is beyond what a 64-bit number holds.',
)

export const noWeight: Undefined = undefinedBecause('model/no-weight', 'No row has a weight above zero.')
