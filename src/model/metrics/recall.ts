import {type Estimate, undefinedBecause} from '../inference/estimate.ts'
import {wilsonInterval} from '../inference/wilson.ts'
import type {Confusion} from './confusion.ts'

/**
 * Share of positives that are predicted positive: tp / (tp + fn) (scikit-learn `recall_score`). Without any positive
 * row scikit-learn answers 0 with a warning; here it is undefined. Wilson interval over the positive rows.
 */
export function recall({truePositive, falseNegative}: Confusion, coverage: number): Estimate {
  const n = truePositive + falseNegative
  if (n === 0) return undefinedBecause('model/no-positive-rows', 'No row belongs to the positive class.')
  return {kind: 'value', value: truePositive / n, interval: wilsonInterval(truePositive, n, coverage), n}
}
