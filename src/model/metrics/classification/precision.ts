import {classRateMetrics} from './class-rate.ts'
import {nothingPredictedAs} from './lacking.ts'
import {countOnes} from './one-class.ts'
import {shareOf} from './shares.ts'

/**
 * Share of the rows predicted to be of a class that are: hits / (hits + alarms). scikit-learn `precision_score`.
 * One class without a predicted row is undefined, where scikit-learn answers 0 with a warning.
 */
export const precisionMetrics = classRateMetrics({
  name: 'precision',
  formula: () => 'hits / (hits + false alarms)',
  rateOf: () => (hits, alarms) => (hits + alarms > 0 ? hits / (hits + alarms) : null),
  ofOneClass: ({called, truth, predicted}) =>
    countOnes(predicted) === 0 ? nothingPredictedAs(called) : shareOf(truth, predicted),
  lacking: nothingPredictedAs,
  accuracies: ['micro'],
})
