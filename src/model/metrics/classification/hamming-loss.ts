import {meanOf} from '../mean-statistic.ts'
import {metricOf} from './classification-metric.ts'
import {countsOfRows} from './row-counts.ts'

/** Share of all labels of all rows that are wrong. scikit-learn `hamming_loss`. */
export const hammingLossMetrics = [
  metricOf(
    'hamming-loss',
    'multilabel',
    () => 'share of all labels of all rows that are wrong',
    outcomes => {
      const {alarms, misses} = countsOfRows(outcomes)
      const labels = outcomes.classes.length
      return meanOf(Float64Array.from(alarms, (count, row) => (count + (misses[row] ?? 0)) / labels))
    },
  ),
]
