import type {BinaryOutcomes, MulticlassOutcomes} from '../../evaluation/outcomes.ts'

export interface ConfusionMatrix {
  readonly classes: readonly string[]
  /** `counts[true class][predicted class]`: rows, or their weight. */
  readonly counts: readonly Float64Array[]
}

/**
 * Rows by true and predicted class. scikit-learn `confusion_matrix` with the labels of the contract. Of a binary model the
 * negative class comes first.
 *
 * @param weights null to count rows; else the sum of their weights
 */
export function confusionMatrix(
  outcomes: BinaryOutcomes | MulticlassOutcomes,
  weights: Float64Array | null,
): ConfusionMatrix {
  const {classes, label, predicted} = codesOf(outcomes)
  const counts = classes.map(() => new Float64Array(classes.length))
  for (let row = 0; row < outcomes.rows; row++) {
    const line = counts[label[row] ?? 0]
    const answer = predicted[row] ?? 0
    if (line) line[answer] = (line[answer] ?? 0) + (weights === null ? 1 : (weights[row] ?? 0))
  }
  return {classes, counts}
}

function codesOf(outcomes: BinaryOutcomes | MulticlassOutcomes) {
  if (outcomes.task === 'multiclass') return outcomes
  const {names, positive, predicted} = outcomes
  const classes = [names?.negative ?? 'not positive', names?.positive ?? 'positive']
  return {classes, label: positive, predicted}
}
