import {classRateMetrics} from './class-rate.ts'
import {neitherTrueNorPredicted} from './lacking.ts'
import {countOnes} from './one-class.ts'
import {shareOf} from './shares.ts'

/**
 * Rows of a class that are found, among all that are of it or predicted to be: hits / (hits + alarms + misses).
 * scikit-learn `jaccard_score`. Undefined where there is no such row; scikit-learn answers 0 with a warning.
 */
export const jaccardMetrics = classRateMetrics({
  name: 'jaccard',
  formula: () => 'hits / (hits + false alarms + misses)',
  rateOf: () => (hits, alarms, misses) => (hits + alarms + misses > 0 ? hits / (hits + alarms + misses) : null),
  ofOneClass: ({called, truth, predicted}) => {
    const either = truth.map((flag, row) => flag | (predicted[row] ?? 0))
    const both = truth.map((flag, row) => flag & (predicted[row] ?? 0))
    return countOnes(either) === 0 ? neitherTrueNorPredicted(called) : shareOf(both, either)
  },
  lacking: neitherTrueNorPredicted,
  accuracies: [],
})
