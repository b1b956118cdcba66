import {meanOf} from '../mean-statistic.ts'
import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {noScores} from './lacking.ts'

/**
 * Mean squared distance of probability and truth (Brier 1950). scikit-learn `brier_score_loss`: binary (p - y)², from 0
 * to 1; several classes the sum over classes, from 0 to 2, not halved (`scale_by_half='auto'` halves two classes only).
 */
export const brierMetrics: readonly ClassificationMetric[] = [
  metricOf(
    'brier',
    'binary',
    () => 'mean squared distance of the probability of the positive class from 1 or 0; at most 1',
    ({rows, positive, scores}) => {
      if (scores === null) return noScores
      const distances = new Float64Array(rows)
      for (let row = 0; row < rows; row++) distances[row] = ((scores[row] ?? 0) - (positive[row] ?? 0)) ** 2
      return meanOf(distances)
    },
  ),
  metricOf(
    'brier',
    'multiclass',
    () =>
      'sum over classes of the squared distance of probability and truth, at most 2; halved only where there are two classes',
    ({rows, label, scores, classes}) => {
      if (scores === null) return noScores
      const distances = new Float64Array(rows)
      scores.forEach((column, index) => {
        for (let row = 0; row < rows; row++) {
          const distance = (column[row] ?? 0) - (label[row] === index ? 1 : 0)
          distances[row] = (distances[row] ?? 0) + distance * distance
        }
      })
      return meanOf(classes.length === 2 ? distances.map(each => each / 2) : distances)
    },
  ),
]
