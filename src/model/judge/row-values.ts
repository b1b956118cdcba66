import type {Evaluation} from '../evaluation/evaluation.ts'
import {numbersOf} from '../expression/evaluate.ts'
import {parseExpression} from '../expression/expression.ts'
import {unanswerable} from '../inference/estimate.ts'
import type {RowValues} from '../metrics/metric.ts'

/**
 * Expressions of the columns of one model's file. What the baseline's file does not have is taken from the candidate's:
 * an amount belongs to the row, a decision to the model.
 */
export function rowValuesOf(evaluation: Evaluation, side: 'candidate' | 'baseline'): RowValues {
  const {columns, baselineColumns, rows} = evaluation
  const own = side === 'candidate' ? columns : new Map([...columns, ...(baselineColumns ?? [])])
  return {
    valuesOf: text => {
      const expression = parseExpression(text)
      if (expression.kind !== 'error') return numbersOf(expression, own, rows)
      const hint = expression.hint === undefined ? '' : ` ${expression.hint}`
      return unanswerable('model/expression-malformed', `"${text}" cannot be read: ${expression.what}.${hint}`)
    },
  }
}
