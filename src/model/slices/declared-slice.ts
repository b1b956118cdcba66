import type {SliceConfig} from '../../config/validation-schema.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {selectRows} from '../expression/evaluate.ts'
import {parseExpression} from '../expression/expression.ts'
import {rowsWithFlag} from './row-index.ts'
import type {Slice} from './slice.ts'

/** The rows of which a slice's expression is true. Where a value is missing it is neither true nor false: told, not cut. */
export function declaredSlice({name, where}: SliceConfig, {columns, rows}: Evaluation): Slice {
  const slice = {name, source: name, rows: new Uint32Array(0)}
  const expression = parseExpression(where)
  if (expression.kind === 'error') {
    const {what, hint} = expression
    return {
      ...slice,
      problem: {
        verdict: 'error',
        reason: 'model/slice-expression',
        what: `The expression of slice "${name}" cannot be read: ${what}.`,
        remedy: hint ?? 'Correct validation.slices.',
      },
    }
  }
  const selection = selectRows(expression, columns, rows)
  if (selection.kind === 'undefined') {
    const {verdict, reason, what} = selection
    const remedy = 'Correct the expression under validation.slices, or the data.'
    return {...slice, problem: {verdict, reason, what: `Slice "${name}": ${what}`, remedy}}
  }
  const undecided = selection.unknown > 0 ? {undecided: selection.unknown} : {}
  return {...slice, rows: rowsWithFlag(selection.chosen), ...undecided}
}
