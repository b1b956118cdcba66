import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {columnAt} from './column-at.ts'
import {agreement, shareOf} from './shares.ts'

/** Share of rows whose answer is right. scikit-learn `accuracy_score`; multilabel: all labels of the row (subset accuracy). */
export const accuracyMetrics: readonly ClassificationMetric[] = [
  metricOf(
    'accuracy',
    'binary',
    () => 'share of rows with the right class',
    ({positive, predicted}) => shareOf(agreement(positive, predicted), null),
  ),
  metricOf(
    'accuracy',
    'multiclass',
    () => 'share of rows with the right class',
    ({label, predicted}) => shareOf(agreement(label, predicted), null),
  ),
  metricOf(
    'accuracy',
    'multilabel',
    () => 'share of rows on which every label is right',
    ({rows, labels, predicted}) => {
      const right = new Uint8Array(rows).fill(1)
      labels.forEach((truth, index) => {
        const answer = columnAt(predicted, index)
        for (let row = 0; row < rows; row++) if (truth[row] !== answer[row]) right[row] = 0
      })
      return shareOf(right, null)
    },
  ),
]
