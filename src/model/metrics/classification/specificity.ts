import {metricOf} from './classification-metric.ts'
import {noRowsOutside} from './lacking.ts'
import {countOnes} from './one-class.ts'
import {shareOf} from './shares.ts'

/**
 * Share of the negative rows that are predicted negative: the recall of the other class. scikit-learn
 * `recall_score(pos_label=<negative class>)`. Without a negative row it is undefined.
 */
export const specificityMetrics = [
  metricOf(
    'specificity',
    'binary',
    () => 'share of the negative rows that are predicted negative',
    ({rows, positive, predicted}) =>
      countOnes(positive) === rows
        ? noRowsOutside('the positive class')
        : shareOf(
            predicted.map(flag => 1 - flag),
            positive.map(flag => 1 - flag),
          ),
  ),
]
