import type {Undefined} from '../inference/estimate.ts'

/**
 * What helps where a question about rows has no answer, by why it has none. Other rows may have one; a question that does
 * not fit the data has none on any rows.
 */
export function remedyOfUnanswered({reason, verdict}: Pick<Undefined, 'reason' | 'verdict'>): string {
  return remedies[reason] ?? (verdict === 'error' ? correct : evaluateMore)
}

const correct = 'Correct the gate, or the columns that it needs.'
const evaluateMore = 'Evaluate on rows that the metric can speak of, or gate on another metric.'
const eachClass = 'Evaluate on more rows of each class that the metric asks about.'

const remedies: Readonly<Record<string, string>> = {
  'model/baseline-interval-contradictory': 'Correct the value and its interval under validation.predictions.baseline.',
  'model/baseline-unusable': 'Do what the finding about the baseline says.',
  'model/baseline-value-missing': 'Name the baseline’s file of predictions, or give its value by this very name.',
  'model/baseline-value-out-of-range': 'Write it in the metric’s own unit: a share from 0 to 1, not a percentage.',
  'model/class-without-rows': eachClass,
  'model/extreme-value': 'Gate on a mean or a median of the errors, or on the value itself.',
  'model/no-negative-rows': eachClass,
  'model/no-positive-rows': eachClass,
  'model/no-variation': 'Check that the two files come from two models that differ.',
  'model/number-too-large':
    'Look for a wrong unit, or for a value that stands for "unknown", in labels and predictions.',
  'model/one-class-only': eachClass,
  'model/too-few-clusters': 'Evaluate on rows of more clusters: rows of one cluster are no evidence of each other.',
  'model/too-few-rows-of-a-class': eachClass,
  'model/too-few-samples': 'Take as many samples of each problem as k says, or choose a smaller k.',
  'model/value-missing': 'Write the missing values, or say in the expression what they count.',
}
