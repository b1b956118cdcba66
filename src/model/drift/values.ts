import {assertNever} from '../../core/assert.ts'
import {plainNumber} from '../data/column-form.ts'
import {type CategoryColumn, type Column, type ListColumn, type TextColumn, textAt} from '../readers/columns.ts'

/** A column as drift sees it: how many rows lack a value, and what the others hold. */
export type Values = NumberValues | WordValues | TooManyWords

interface Seen {
  readonly rows: number
  readonly missing: number
}

export interface NumberValues extends Seen {
  readonly kind: 'numbers'
  /** Sorted upwards, finite. */
  readonly sorted: Float64Array
  /** Cells that are infinite, or text among numbers: no place among the others can be given to them. */
  readonly unusable: number
}

export interface WordValues extends Seen {
  readonly kind: 'words'
  /** Rows by word; a row of a list counts for each of its entries. */
  readonly counts: ReadonlyMap<string, number>
  /** Rows that the words stand in. */
  readonly present: number
  /** Each row has several words: their shares do not add up to 1. */
  readonly several: boolean
}

/** Free text or ids: no two rows alike, so that no shares can be compared. */
export interface TooManyWords extends Seen {
  readonly kind: 'too-many-words'
}

/** More distinct words are text or ids, not categories. */
export const maxWords = 10_000

export function valuesOf(column: Column): Values {
  switch (column.kind) {
    case 'number': {
      const {empty, nan, infinite, text} = column.flaws
      return numbers(column.values, empty + nan, infinite + text)
    }
    case 'instant':
      return numbers(column.values, column.flaws.empty, column.flaws.text)
    case 'category':
      return categories(column)
    case 'text':
      return texts(column)
    case 'list':
      return lists(column)
    default:
      return assertNever(column)
  }
}

/**
 * Whole numbers with few distinct values may have been read as categories on one side and as numbers on the other. Words
 * that are numbers, all of them, are numbers wherever the other side has numbers.
 */
export function asNumbers(values: Values): NumberValues | null {
  if (values.kind === 'numbers') return values
  if (values.kind !== 'words' || values.several) return null
  const parsed = [...values.counts].map(([word, count]) => ({value: plainNumber(word), count}))
  if (parsed.some(({value}) => value === null)) return null
  const sorted = new Float64Array(values.present)
  let row = 0
  for (const {value, count} of parsed.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))) {
    sorted.fill(value ?? 0, row, row + count)
    row += count
  }
  return {kind: 'numbers', rows: values.rows, missing: values.missing, sorted, unusable: 0}
}

function numbers(values: Float64Array, missing: number, unusable: number): NumberValues {
  const sorted = new Float64Array(values.length)
  let kept = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0
    if (Number.isNaN(value)) continue
    // Minus zero and zero are one value.
    sorted[kept++] = value + 0
  }
  return {kind: 'numbers', rows: values.length, missing, sorted: sorted.subarray(0, kept).sort(), unusable}
}

function categories({codes, names}: CategoryColumn): WordValues {
  const byCode = new Float64Array(names.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    byCode[code] = (byCode[code] ?? 0) + 1
  }
  const counts = new Map<string, number>()
  let missing = 0
  for (const [code, name] of names.entries()) {
    const count = byCode[code] ?? 0
    if (name === '') missing += count
    else if (count > 0) counts.set(name, count)
  }
  return {kind: 'words', rows: codes.length, missing, counts, present: codes.length - missing, several: false}
}

function texts(column: TextColumn): WordValues | TooManyWords {
  const rows = column.offsets.length - 1
  const counts = new Map<string, number>()
  let missing = 0
  for (let row = 0; row < rows; row++) {
    const word = textAt(column, row)
    if (word === '') missing++
    else counts.set(word, (counts.get(word) ?? 0) + 1)
    if (counts.size > maxWords) return {kind: 'too-many-words', rows, missing: column.empty}
  }
  return {kind: 'words', rows, missing, counts, present: rows - missing, several: false}
}

function lists({codes, offsets, names, empty}: ListColumn): WordValues {
  const byCode = new Float64Array(names.length)
  for (let entry = 0; entry < codes.length; entry++) {
    const code = codes[entry] ?? 0
    byCode[code] = (byCode[code] ?? 0) + 1
  }
  const counts = new Map([...names.entries()].map(([code, name]) => [name, byCode[code] ?? 0]))
  const rows = offsets.length - 1
  return {kind: 'words', rows, missing: empty, counts, present: rows - empty, several: true}
}
