/** The columns that an expression names, found in the data and turned into the form that it needs. */
import {nearest} from '../../core/nearest.ts'
import {type Undefined, unanswerable} from '../inference/estimate.ts'
import {type CategoryColumn, type Column, type TextColumn, textAt} from '../readers/columns.ts'
import {parseNumber} from '../readers/number-cell.ts'
import {type ColumnUse, type Expression, nodesOf} from './expression.ts'

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
  for (const [name, use] of expression.columns) {
    const column = columns.get(name)
    const problem = column
      ? bind(name, use === 'any' ? (numeric.has(name) ? 'number' : 'category') : use, column)
      : null
    if (problem) return unanswerable('model/expression-type', `"${expression.text}": ${problem}`)
  }
  return {kind: 'bound', numbers, texts, missing}

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
export function unknownColumn(
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
    `"${text}" names the column "${stranger}", which the data does not have. ${hint}`,
  )
}

/** NaN where the value is absent, or not finite. Names of classes are read as numbers where all of them are. */
function numbersIn(column: Exclude<Column, {kind: 'list'}>, name: string): Float64Array | string {
  switch (column.kind) {
    case 'number':
      return column.flaws.text === 0 ? column.values : noNumber(name, `on ${column.flaws.text} rows`)
    case 'instant':
      return `the column "${name}" holds points in time; compare it with one, such as '2026-01-31'.`
    case 'text':
      return numbersIn(categoriesOf(column), name)
    case 'category': {
      const parsed = column.names.map(parseNumber)
      const stranger = column.codes.find(code => parsed[code] === 'text')
      if (stranger !== undefined) return noNumber(name, `such as '${(column.names[stranger] ?? '').slice(0, 40)}'`)
      const values = Float64Array.from(parsed, value => (typeof value === 'number' ? value : Number.NaN))
      return Float64Array.from(column.codes, code => values[code] ?? Number.NaN)
    }
  }
}

function noNumber(name: string, where: string): string {
  return `the column "${name}" holds text ${where}, where the expression needs numbers.`
}

function instantsIn(column: Exclude<Column, {kind: 'list'}>, name: string): Float64Array | string {
  if (column.kind !== 'instant') return `the column "${name}" is compared with a point in time and holds none.`
  if (column.flaws.text === 0) return column.values
  return `the column "${name}" holds text on ${column.flaws.text} rows, where the expression needs points in time.`
}

function categoriesOf(column: TextColumn): CategoryColumn {
  const codeOf = new Map<string, number>()
  const codes = new Int32Array(column.offsets.length - 1)
  for (let row = 0; row < codes.length; row++) {
    const value = textAt(column, row)
    const code = codeOf.get(value) ?? codeOf.size
    codeOf.set(value, code)
    codes[row] = code
  }
  return {kind: 'category', codes, names: [...codeOf.keys()], empty: column.empty}
}

function missingRows(column: Exclude<Column, {kind: 'list'}>, rows: number): Uint8Array {
  const missing = new Uint8Array(rows)
  switch (column.kind) {
    case 'number':
    case 'instant':
      return missing.map((_, row) => (Number.isNaN(column.values[row]) ? 1 : 0))
    case 'category':
      return missing.map((_, row) => (column.names[column.codes[row] ?? 0] === '' ? 1 : 0))
    case 'text':
      return missing.map((_, row) => (column.offsets[row] === column.offsets[row + 1] ? 1 : 0))
  }
}
