import {assertNever} from '../../core/assert.ts'
import type {Sample} from '../evaluation/outcomes.ts'
import type {Statistic} from '../metrics/statistic.ts'
import {estimateArea} from './area-inference.ts'
import type {Estimate} from './estimate.ts'
import {estimateMean} from './mean-inference.ts'
import type {InferenceOptions} from './options.ts'
import {estimateByResampling} from './resampled-inference.ts'

/**
 * The metric's value on these rows with an interval, by the best method for its kind, or why there is none. `n` counts
 * the rows, or the queries, that the value rests on.
 */
export function estimateOf(statistic: Statistic, sample: Sample, options: InferenceOptions): Estimate {
  switch (statistic.kind) {
    case 'mean':
      return estimateMean(statistic, sample, options)
    case 'auc':
      return estimateArea(statistic, sample, options)
    case 'table':
    case 'weighted':
      return estimateByResampling(statistic, sample, options)
    default:
      return assertNever(statistic)
  }
}
