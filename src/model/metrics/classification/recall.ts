import {classRateMetrics} from './class-rate.ts'
import {noRowsOf} from './lacking.ts'
import {countOnes} from './one-class.ts'
import {shareOf} from './shares.ts'

/**
 * Share of the rows of a class that are found: hits / (hits + misses). scikit-learn `recall_score`.
 * A class without a row is undefined, where scikit-learn answers 0 with a warning.
 */
export const recallMetrics = classRateMetrics({
  name: 'recall',
  formula: () => 'hits / (hits + misses)',
  rateOf: () => (hits, _alarms, misses) => (hits + misses > 0 ? hits / (hits + misses) : null),
  ofOneClass: ({called, truth, predicted}) => (countOnes(truth) === 0 ? noRowsOf(called) : shareOf(predicted, truth)),
  lacking: noRowsOf,
  accuracies: ['micro', 'weighted'],
})
