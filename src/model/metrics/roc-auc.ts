import {aucOf, computePlacements, delongInterval} from '../inference/delong.ts'
import {type Estimate, type Undefined, undefinedBecause} from '../inference/estimate.ts'
import {countOnes, type Positive} from './answers.ts'

/**
 * Chance that a random positive row scores higher than a random negative row; a tie counts one half (scikit-learn
 * `roc_auc_score`, by midranks). With one class only it is undefined: scikit-learn answers NaN with a warning.
 * DeLong interval, cut at 0 and 1.
 */
export function rocAuc(positive: Positive, scores: Float64Array, coverage: number): Estimate {
  const missing = missingForAuc(positive)
  if (missing) return missing
  const {auc, variance} = aucOf(computePlacements(positive, scores))
  const interval = delongInterval(auc, variance, {coverage, lowest: 0, smallerClass: smallerClassOf(positive)})
  return {kind: 'value', value: auc, interval, n: positive.length}
}

/** Why there is no AUC with an interval on these rows; null when there is one. */
export function missingForAuc(positive: Positive): Undefined | null {
  if (positive.length === 0) return undefinedBecause('model/no-rows', 'There is no row to judge.')
  const smaller = smallerClassOf(positive)
  if (smaller === 0) return undefinedBecause('model/one-class-only', 'All rows belong to one class.')
  if (smaller === 1) return undefinedBecause('model/too-few-rows-of-a-class', 'A class has one row only.')
  return null
}

/** Rows of the class that has fewer. */
export function smallerClassOf(positive: Positive): number {
  const positives = countOnes(positive)
  return Math.min(positives, positive.length - positives)
}
