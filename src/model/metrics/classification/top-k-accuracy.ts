import {unanswerable} from '../../inference/estimate.ts'
import {metricOf} from './classification-metric.ts'
import {noScores} from './lacking.ts'
import {shareOf} from './shares.ts'

/**
 * Share of rows whose true class is among the k classes with the highest scores. scikit-learn `top_k_accuracy_score`:
 * of equal scores the class that comes later in the order of the classes goes first. With k classes or fewer every row
 * is right, which scikit-learn warns of and we refuse.
 */
export const topKAccuracyMetrics = [
  metricOf(
    'top-k-accuracy',
    'multiclass',
    ({k = 1}) =>
      `share of rows whose class is among the ${k} with the highest scores; of equal scores the later class goes first`,
    ({rows, classes, label, scores}, {k = 1}) => {
      if (scores === null) return noScores
      if (k >= classes.length) {
        return unanswerable(
          'model/top-k-always-right',
          `Among the ${k} best of ${classes.length} classes every class is found: choose a smaller k.`,
        )
      }
      return shareOf(hitsWithin(k, rows, label, scores), null)
    },
  ),
]

function hitsWithin(k: number, rows: number, label: Int32Array, scores: readonly Float64Array[]): Uint8Array {
  const own = new Float64Array(rows)
  for (let row = 0; row < rows; row++) own[row] = scores[label[row] ?? 0]?.[row] ?? 0
  const ahead = new Int32Array(rows)
  scores.forEach((column, index) => {
    for (let row = 0; row < rows; row++) {
      const score = column[row] ?? 0
      const mine = own[row] ?? 0
      if (score > mine || (score === mine && index > (label[row] ?? 0))) ahead[row] = (ahead[row] ?? 0) + 1
    }
  })
  return Uint8Array.from(ahead, count => (count < k ? 1 : 0))
}
