import {type Undefined, unanswerable} from '../inference/estimate.ts'
import type {RowValues} from '../metrics/metric.ts'
import type {Column} from '../readers/columns.ts'
import {numbersOf} from './evaluate.ts'
import {type ExpressionError, parseExpression} from './expression.ts'

/** Values of expressions on these rows. The baseline has columns of its own: what a decision is worth depends on the model. */
export function rowValuesOf(columns: ReadonlyMap<string, Column>, rows: number): RowValues {
  return {
    valuesOf: text => {
      const expression = parseExpression(text)
      return expression.kind === 'error' ? notReadable(text, expression) : numbersOf(expression, columns, rows)
    },
  }
}

/** A mistake in the expression itself, as a finding says it. */
export function notReadable(text: string, {what, hint}: ExpressionError): Undefined {
  return unanswerable('model/expression-not-readable', `"${text}", ${what}.${hint === undefined ? '' : ` ${hint}`}`)
}
