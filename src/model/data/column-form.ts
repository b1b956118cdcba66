import {assertNever} from '../../core/assert.ts'
import type {CategoryColumn, Column, NumberColumn} from '../readers/columns.ts'

/** How a cell of this column is compared: columns of different forms are never equal. */
export type CellForm = 'number' | 'instant' | 'words' | 'list'

export function formOf({kind}: Column): CellForm {
  switch (kind) {
    case 'number':
    case 'instant':
    case 'list':
      return kind
    // Whether words are few or many is no property of the data that anybody promised.
    case 'text':
    case 'category':
      return 'words'
    default:
      return assertNever(kind)
  }
}

/**
 * Whether a column holds numbers that were read as categories because few of them differ: then its numbers, else null.
 * Two columns are compared by value where both hold numbers, however many of them differ on either side.
 */
export function asNumberColumn(column: Column): NumberColumn | null {
  if (column.kind === 'number') return column
  if (column.kind !== 'category') return null
  const values = column.names.map(name => (name === '' ? Number.NaN : plainNumber(name)))
  if (values.every(value => value === null || Number.isNaN(value))) return null
  return values.some(value => value === null) ? null : numbersOf(column, values)
}

function numbersOf({codes, empty}: CategoryColumn, byCode: readonly (number | null)[]): NumberColumn {
  const lookup = Float64Array.from(byCode, value => value ?? Number.NaN)
  const values = new Float64Array(codes.length)
  for (let row = 0; row < codes.length; row++) values[row] = lookup[codes[row] ?? 0] ?? Number.NaN
  return {kind: 'number', values, flaws: {empty, nan: 0, infinite: 0, text: 0}, rounded: 0}
}

/** The number that a word is, or null: words with leading zeros are codes (postal codes, account numbers). */
export function plainNumber(word: string): number | null {
  if (!/^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(word)) return null
  const value = Number(word)
  return Number.isFinite(value) && !(Number.isInteger(value) && !Number.isSafeInteger(value)) ? value : null
}

/** How many rows have no value. */
export function missingIn(column: Column): number {
  switch (column.kind) {
    case 'number':
      return column.flaws.empty + column.flaws.nan
    case 'instant':
      return column.flaws.empty
    case 'text':
    case 'category':
    case 'list':
      return column.empty
    default:
      return assertNever(column)
  }
}

/** Cells that hold something, but nothing that can be compared: infinities, text among numbers. */
export function unusableIn(column: Column): number {
  switch (column.kind) {
    case 'number':
      return column.flaws.infinite + column.flaws.text
    case 'instant':
      return column.flaws.text
    case 'text':
    case 'category':
    case 'list':
      return 0
    default:
      return assertNever(column)
  }
}
