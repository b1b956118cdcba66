import {type Estimate, undefinedBecause} from '../inference/estimate.ts'
import {wilsonInterval} from '../inference/wilson.ts'
import type {Confusion} from './confusion.ts'

/**
 * Share of predicted positives that are positive: tp / (tp + fp) (scikit-learn `precision_score`). Where nothing is
 * predicted positive scikit-learn answers 0 with a warning; here it is undefined. Wilson interval given the number of
 * predicted positives.
 */
export function precision({truePositive, falsePositive}: Confusion, coverage: number): Estimate {
  const n = truePositive + falsePositive
  if (n === 0) return undefinedBecause('model/nothing-predicted-positive', 'No row is predicted positive.')
  return {kind: 'value', value: truePositive / n, interval: wilsonInterval(truePositive, n, coverage), n}
}
