import type {Undefined} from '../../inference/estimate.ts'
import type {WeightedStatistic} from '../statistic.ts'
import type {RowWeights} from './ranked.ts'

/** A metric as a function of the weights of rows, in bytes where they are counts of a resample. */
export function weightedStatistic(
  of: (weights: RowWeights | null) => number | null,
  undefinedAs: Undefined,
): WeightedStatistic {
  return {kind: 'weighted', of, ofCounts: of, undefinedAs}
}
