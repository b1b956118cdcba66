import {type Estimate, undefinedBecause} from '../inference/estimate.ts'
import {wilsonInterval} from '../inference/wilson.ts'
import {countOnes} from './answers.ts'

/** Share of rows whose predicted class is the true class (scikit-learn `accuracy_score`), with a Wilson interval. */
export function accuracy(correct: Uint8Array, coverage: number): Estimate {
  const n = correct.length
  if (n === 0) return undefinedBecause('model/no-rows', 'There is no row to judge.')
  const hits = countOnes(correct)
  return {kind: 'value', value: hits / n, interval: wilsonInterval(hits, n, coverage), n}
}
