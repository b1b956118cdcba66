/** Expressions on typed columns, a block of rows at a time: each step is one plain loop over arrays that stay in the cache. */

import type {Undefined} from '../inference/estimate.ts'
import {unanswerable} from '../inference/estimate.ts'
import type {Column} from '../readers/columns.ts'
import {bindColumns} from './bindings.ts'
import {blockRows, compileNumber, compileTruth} from './blocks.ts'
import {type Expression, quoted} from './expression.ts'
import {unknown} from './loops.ts'

/** Which rows an expression chooses. */
export interface Selection {
  readonly kind: 'selection'
  /** 1 where it is true; 0 where it is false or unknown. */
  readonly chosen: Uint8Array
  /** Rows of which it is neither true nor false, because a value is missing. Whoever cuts a slice must say so. */
  readonly unknown: number
}

/**
 * The value on each row; NaN where it has none: a missing value, a division by zero, a result beyond a double. A
 * condition gives 1 and 0.
 */
export function numbersOf(
  expression: Expression,
  columns: ReadonlyMap<string, Column>,
  rows: number,
): Float64Array | Undefined {
  const {root} = expression
  const bound = bindColumns(expression, columns, rows)
  if (bound.kind === 'undefined') return bound
  const {out, fill} = compileNumber(
    root.gives === 'number' ? root : {gives: 'number', kind: 'indicator', of: root},
    bound,
  )
  const values = new Float64Array(rows)
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(blockRows, rows - from)
    fill(from, count)
    values.set(count === blockRows ? out : out.subarray(0, count), from)
  }
  return values
}

export function selectRows(
  expression: Expression,
  columns: ReadonlyMap<string, Column>,
  rows: number,
): Selection | Undefined {
  const {root} = expression
  if (root.gives !== 'truth') {
    return unanswerable(
      'model/expression-no-condition',
      `${quoted(expression.text)} gives a number; expected a condition, as in … > 0.`,
    )
  }
  const bound = bindColumns(expression, columns, rows)
  if (bound.kind === 'undefined') return bound
  const {out, fill} = compileTruth(root, bound)
  const chosen = new Uint8Array(rows)
  let unknownRows = 0
  for (let from = 0; from < rows; from += blockRows) {
    const count = Math.min(blockRows, rows - from)
    fill(from, count)
    for (let at = 0; at < count; at++) {
      if (out[at] === 1) chosen[from + at] = 1
      else if (out[at] === unknown) unknownRows++
    }
  }
  return {kind: 'selection', chosen, unknown: unknownRows}
}
