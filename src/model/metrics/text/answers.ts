import type {TextOutcomes} from '../../evaluation/outcomes.ts'
import {type Undefined, unanswerable, undefinedBecause} from '../../inference/estimate.ts'
import {isProportion, meanOf} from '../mean-statistic.ts'
import type {MetricQuestion} from '../metric.ts'
import type {Statistic} from '../statistic.ts'

/**
 * A mean over rows of the best agreement between what the model wrote and one of the accepted answers. As in SQuAD 2.0
 * an accepted answer without any word counts only where it is the only one: then nothing should be answered.
 * @param agreement from 0 to 1; both in the form that `prepare` gives
 */
export function bestAgreement<T>(
  prepare: (text: string) => T,
  isEmpty: (prepared: T) => boolean,
  agreement: (answer: T, reference: T) => number,
): (outcomes: TextOutcomes, question: MetricQuestion) => Statistic | Undefined {
  return ({rows, answerOf, referencesOf}, {metric}) => {
    if (answerOf === null)
      return unanswerable(
        'model/no-prediction',
        `${metric} needs what the model wrote, and columns.prediction is not given.`,
      )
    const values = new Float64Array(rows)
    let without = 0
    for (let row = 0; row < rows; row++) {
      const references = referencesOf(row).map(prepare)
      if (references.length === 0) without++
      const answer = prepare(answerOf(row))
      const worded = references.filter(reference => !isEmpty(reference))
      for (const reference of worded.length > 0 ? worded : references) {
        values[row] = Math.max(values[row] ?? 0, agreement(answer, reference))
      }
    }
    if (without > 0) return noReference(metric, without, rows)
    return meanOf(values, {isShare: isProportion(values, null)})
  }
}

function noReference(metric: string, without: number, rows: number): Undefined {
  if (without === rows)
    return unanswerable('model/no-reference', `${metric} needs accepted answers, and no row has one in columns.label.`)
  return undefinedBecause('model/no-reference', `${without} of ${rows} rows have no accepted answer to compare with.`)
}
