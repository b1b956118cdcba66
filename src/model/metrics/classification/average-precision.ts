import {classScoreMetrics} from './class-score.ts'
import {noRowsOf, noRowsOutside} from './lacking.ts'
import {countOnes} from './one-class.ts'
import {averagePrecisionOf, rankedBy} from './ranked.ts'
import {weightedStatistic} from './weighted-statistic.ts'

/**
 * Sum over thresholds of precision times the recall that the threshold adds; equal scores are one threshold. It is the
 * step sum, not the trapezoid under the precision-recall curve, which is too high. scikit-learn `average_precision_score`.
 * Without a row of the class it is undefined, where scikit-learn answers 0; so is the plain mean over classes then.
 */
export const averagePrecisionMetrics = classScoreMetrics({
  name: 'average-precision',
  meaning: 'precision at each threshold weighted by the recall it adds (step sum), equal scores being one threshold',
  ofClass: averagePrecisionOf,
  ofOneClass: ({called, rows, truth}, scores) => {
    const ones = countOnes(truth)
    if (ones === 0) return noRowsOf(called)
    if (ones === rows) return noRowsOutside(called)
    const ranked = rankedBy(scores, truth)
    return weightedStatistic(weights => averagePrecisionOf(ranked, weights), noRowsOf(called))
  },
  inPairs: null,
})
