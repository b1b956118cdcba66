import {flagsOf} from '../evaluation/class-names.ts'
import type {Outcomes} from '../evaluation/outcomes.ts'
import {type Undefined, unanswerable} from '../inference/estimate.ts'

/** Predictions seen as yes or no: of the positive class, or of one class against all others. */
export interface BinaryView {
  readonly positive: Uint8Array
  readonly predicted: Uint8Array
  /** Probability of "yes" in [0, 1]; null where no scores are named. */
  readonly scores: Float64Array | null
}

/**
 * Which answer is the one that a group may get too often or too seldom must be said where there are several classes:
 * fairlearn takes the largest label, which is right by accident.
 * @param only the class that the gate names
 */
export function binaryView(outcomes: Outcomes, only: string | undefined): BinaryView | Undefined {
  switch (outcomes.task) {
    case 'binary':
      if (only !== undefined) {
        return unanswerable(
          'model/fairness-class-unknown',
          `The gate names the class "${only}", but these predictions are binary: their class is validation.predictions.positive.`,
        )
      }
      return outcomes
    case 'multiclass': {
      const at = classIndex(outcomes.classes, only)
      if (typeof at !== 'number') return at
      return {
        positive: flagsOf(outcomes.label, at),
        predicted: flagsOf(outcomes.predicted, at),
        scores: outcomes.scores?.[at] ?? null,
      }
    }
    case 'multilabel': {
      const at = classIndex(outcomes.classes, only)
      if (typeof at !== 'number') return at
      const [positive, predicted] = [outcomes.labels[at], outcomes.predicted[at]]
      if (!positive || !predicted) return unknownClass(outcomes.classes, only ?? '')
      return {positive, predicted, scores: outcomes.scores?.[at] ?? null}
    }
    case 'regression':
    case 'ranking':
    case 'text':
      return unanswerable(
        'model/fairness-needs-binary',
        `Rates of yes and no are asked of classes; these predictions are ${outcomes.task}.`,
      )
  }
}

function classIndex(classes: readonly string[], only: string | undefined): number | Undefined {
  if (only === undefined) {
    return unanswerable(
      'model/fairness-needs-binary',
      `There are ${classes.length} classes, and the gate does not say which one the groups are compared in (class: …).`,
    )
  }
  const at = classes.indexOf(only)
  return at >= 0 ? at : unknownClass(classes, only)
}

function unknownClass(classes: readonly string[], only: string): Undefined {
  const known = classes.slice(0, 10).map(name => `"${name}"`)
  const further = classes.length > 10 ? ` and ${classes.length - 10} more` : ''
  return unanswerable(
    'model/fairness-class-unknown',
    `The gate names the class "${only}"; the classes are ${known.join(', ')}${further}.`,
  )
}
