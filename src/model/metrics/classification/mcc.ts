import {type ClassificationMetric, metricOf} from './classification-metric.ts'
import {asTwoClasses} from './one-class.ts'
import {ofPairs, type PairCounts} from './pair-counts.ts'

/**
 * Matthews correlation coefficient, for several classes R_K of Gorodkin (2004): scikit-learn `matthews_corrcoef`.
 * Undefined where all rows are of one class or get the same answer; scikit-learn answers 0.
 */
export const mccMetrics: readonly ClassificationMetric[] = [
  metricOf('mcc', 'binary', convention, outcomes => ofPairs(asTwoClasses(outcomes), mccOf)),
  metricOf('mcc', 'multiclass', convention, outcomes => ofPairs(outcomes, mccOf)),
]

function convention(): string {
  return 'correlation of truth and prediction, for several classes as Gorodkin (2004) defines it'
}

function mccOf({counts, labelOf, predictedOf, truths, answers, total}: PairCounts): number | null {
  let right = 0
  for (let cell = 0; cell < counts.length; cell++) {
    if (labelOf[cell] === predictedOf[cell]) right += counts[cell] ?? 0
  }
  let together = 0
  let ofTruths = 0
  let ofAnswers = 0
  for (let index = 0; index < truths.length; index++) {
    const truth = truths[index] ?? 0
    const answer = answers[index] ?? 0
    together += truth * answer
    ofTruths += truth * truth
    ofAnswers += answer * answer
  }
  const variance = (total * total - ofTruths) * (total * total - ofAnswers)
  return variance > 0 ? (right * total - together) / Math.sqrt(variance) : null
}
