import {type BootstrapOptions, bootstrapTable} from '../inference/bootstrap.ts'
import {type Estimate, undefinedBecause} from '../inference/estimate.ts'
import {widenWhereFlat} from '../inference/widen.ts'
import type {Confusion} from './confusion.ts'

/**
 * Harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn) (scikit-learn `f1_score` since 1.3). Undefined only
 * where nothing is positive and nothing is predicted positive. Percentile bootstrap over rows.
 */
export function f1(confusion: Confusion, options: BootstrapOptions): Estimate {
  const {truePositive, falsePositive, falseNegative, trueNegative} = confusion
  const value = f1Of(truePositive, falsePositive, falseNegative)
  if (value === null)
    return undefinedBecause('model/no-positive-rows', 'No row is positive and none is predicted positive.')
  const cells = [truePositive, falsePositive, falseNegative, trueNegative]
  const {interval} = bootstrapTable(cells, ([tp = 0, fp = 0, fn = 0]) => f1Of(tp, fp, fn), options)
  const relevant = truePositive + falsePositive + falseNegative
  return {
    kind: 'value',
    value,
    interval: widenWhereFlat(interval, value, relevant, {lowest: 0}),
    n: relevant + trueNegative,
  }
}

export function f1Of(truePositive: number, falsePositive: number, falseNegative: number): number | null {
  const bottom = 2 * truePositive + falsePositive + falseNegative
  return bottom === 0 ? null : (2 * truePositive) / bottom
}
