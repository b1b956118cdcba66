/** The columns that an expression names, found in the data and turned into the form that it needs. */
import {nearest} from '../../core/nearest.ts'
import {type Undefined, unanswerable} from '../inference/estimate.ts'
import type {CategoryColumn, Column} from '../readers/columns.ts'
import {categoriesOf, instantsIn, missingRows, numbersIn} from './column-values.ts'
import {type ColumnUse, type Expression, type NumberNode, nodesOf, quoted} from './expression.ts'

export interface Bindings {
  readonly kind: 'bound'
  readonly numbers: ReadonlyMap<string, Float64Array>
  readonly texts: ReadonlyMap<string, CategoryColumn>
  /** Columns that are only asked whether they are missing: 1 where they are. */
  readonly missing: ReadonlyMap<string, Uint8Array>
}

/** @returns why not, where a column is absent or holds something else than the expression needs */
export function bindColumns(
  expression: Expression,
  columns: ReadonlyMap<string, Column>,
  rows: number,
): Bindings | Undefined {
  const stranger = unknownColumn(expression, [...columns.keys()])
  if (stranger) return stranger
  const numbers = new Map<string, Float64Array>()
  const texts = new Map<string, CategoryColumn>()
  const missing = new Map<string, Uint8Array>()
  const numeric = numericPairs(expression, columns)
  const exact = comparedExactly(expression)
  for (const [name, use] of expression.columns) {
    const column = columns.get(name)
    const wanted = use === 'any' ? (numeric.has(name) ? 'number' : 'category') : use
    const problem = column ? (inexact(name, column) ?? bind(name, wanted, column)) : null
    if (problem) return unanswerable('model/expression-type', `${quoted(expression.text)}: ${problem}`)
  }
  return {kind: 'bound', numbers, texts, missing}

  /** Two account numbers that round to the same double would be one account. */
  function inexact(name: string, column: Column): string | null {
    if (column.kind !== 'number' || column.rounded === 0 || !exact.has(name)) return null
    return `the column "${name}" holds whole numbers beyond 2^53, which cannot be compared exactly as numbers; compare it with a text, as in ${name} == '9007199254740993'.`
  }

  function bind(name: string, use: Exclude<ColumnUse, 'any'>, column: Column): string | null {
    if (column.kind === 'list') return `the column "${name}" holds lists, which an expression cannot read.`
    if (use === 'text') {
      missing.set(name, missingRows(column, rows))
      return null
    }
    if (use === 'category') {
      if (column.kind === 'number')
        return `the column "${name}" holds numbers; compare it with a number, not with a text.`
      if (column.kind === 'instant') return `the column "${name}" holds points in time; compare it by <, <=, > or >=.`
      texts.set(name, column.kind === 'text' ? categoriesOf(column) : column)
      return null
    }
    const values = use === 'number' ? numbersIn(column, name) : instantsIn(column, name)
    if (typeof values === 'string') return values
    numbers.set(name, values)
    return null
  }
}

/** Columns of which it is asked whether they equal something. */
function comparedExactly({root}: Expression): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (node: NumberNode) => node.kind === 'column' && names.add(node.name)
  for (const node of nodesOf(root)) {
    if (node.kind === 'same') names.add(node.left).add(node.right)
    else if (node.kind === 'among-numbers') add(node.of)
    else if (node.kind === 'comparison' && (node.sign === '==' || node.sign === '!=')) {
      add(node.left)
      add(node.right)
    }
  }
  return names
}

/** Columns that are only compared with each other hold numbers where one of them does. */
function numericPairs({root, columns: uses}: Expression, columns: ReadonlyMap<string, Column>): ReadonlySet<string> {
  const numeric = new Set(
    [...uses].flatMap(([name, use]) => (use === 'any' && columns.get(name)?.kind === 'number' ? [name] : [])),
  )
  const pairs = [...nodesOf(root)].filter(node => node.kind === 'same')
  for (let before = -1; before < numeric.size; ) {
    before = numeric.size
    for (const {left, right} of pairs) if (numeric.has(left) || numeric.has(right)) numeric.add(left).add(right)
  }
  return numeric
}

/** Why the data cannot answer the expression: it names a column that no file has. Null where every column is there. */
function unknownColumn(
  {text, columns}: Pick<Expression, 'text' | 'columns'>,
  header: readonly string[],
): Undefined | null {
  const stranger = [...columns.keys()].find(name => !header.includes(name))
  if (stranger === undefined) return null
  const meant = header.find(name => name.startsWith(stranger) && /\W/.test(name)) ?? nearest(stranger, header)
  const hint =
    meant === undefined
      ? "A text stands in quotes: 'text'."
      : `Did you mean ${/^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.test(meant) ? meant : `\`${meant}\` in backquotes`}?`
  return unanswerable(
    'model/expression-unknown-column',
    `${quoted(text)} names the column "${stranger}", which the data does not have. ${hint}`,
  )
}
