/** The values of a column in the form that an expression needs, or a sentence that says why it does not have them. */
import {rows as rowCount} from '../evaluation/problem.ts'
import {createByteDictionary} from '../readers/byte-dictionary.ts'
import {type CategoryColumn, type Column, type TextColumn, textAt} from '../readers/columns.ts'
import {parseNumber} from '../readers/number-cell.ts'

type ReadableColumn = Exclude<Column, {kind: 'list'}>

/**
 * NaN where the value is absent, or not finite; or why there are no numbers. Names of classes are read as numbers where all
 * of them are.
 */
export function numbersIn(column: ReadableColumn, name: string): Float64Array | string {
  switch (column.kind) {
    case 'number':
      return column.flaws.text === 0 ? column.values : noNumber(name, `on ${rowCount(column.flaws.text)}`)
    case 'instant':
      return `the column "${name}" holds points in time; compare it with one, such as '2026-01-31'.`
    case 'text':
      return numbersIn(categoriesOf(column), name)
    case 'category': {
      const parsed = column.names.map(parseNumber)
      const texts = column.codes.reduce((count, code) => (parsed[code] === 'text' ? count + 1 : count), 0)
      if (texts > 0) return noNumber(name, `on ${rowCount(texts)}`)
      const values = Float64Array.from(parsed, value => (typeof value === 'number' ? value : Number.NaN))
      return Float64Array.from(column.codes, code => values[code] ?? Number.NaN)
    }
  }
}

function noNumber(name: string, where: string): string {
  return `the column "${name}" holds text ${where}, where the expression needs numbers.`
}

/** Milliseconds since 1970, NaN where the value is absent; or why there are none. */
export function instantsIn(column: ReadableColumn, name: string): Float64Array | string {
  if (column.kind !== 'instant') return `the column "${name}" is compared with a point in time and holds none.`
  if (column.flaws.text === 0) return column.values
  return `the column "${name}" holds text on ${rowCount(column.flaws.text)}, where the expression needs points in time.`
}

export function categoriesOf({bytes, offsets, empty}: TextColumn): CategoryColumn {
  const dictionary = createByteDictionary()
  const codes = new Int32Array(offsets.length - 1)
  for (let row = 0; row < codes.length; row++) {
    codes[row] = dictionary.codeOf(bytes, offsets[row] ?? 0, offsets[row + 1] ?? 0)
  }
  const names = Array.from({length: dictionary.size}, (_, code) => dictionary.text(code))
  return {kind: 'category', codes, names, empty}
}

/** 1 where the value is absent. */
export function missingRows(column: ReadableColumn, rows: number): Uint8Array {
  const missing = new Uint8Array(rows)
  switch (column.kind) {
    case 'number':
    case 'instant':
      return missing.map((_, row) => (Number.isNaN(column.values[row]) ? 1 : 0))
    case 'category': {
      const absent = absentNames(column.names)
      return missing.map((_, row) => absent[column.codes[row] ?? 0] ?? 0)
    }
    case 'text':
      return missingTexts(column)
  }
}

/** In a column of numbers "NaN" is a missing value, as it is where the column is read as numbers; among texts "NA" is a text. */
function absentNames(names: readonly string[]): Uint8Array {
  const parsed = names.map(parseNumber)
  const areNumbers = parsed.every(value => value !== 'text')
  return Uint8Array.from(names, (name, code) =>
    name === '' || (areNumbers && typeof parsed[code] !== 'number') ? 1 : 0,
  )
}

/** The same of texts, which may be ten million different ones: none is kept. */
function missingTexts(column: TextColumn): Uint8Array {
  const empty = new Uint8Array(column.offsets.length - 1)
  const notNumbers = new Uint8Array(empty.length)
  let areNumbers = true
  for (let row = 0; row < empty.length; row++) {
    if (column.offsets[row] === column.offsets[row + 1]) empty[row] = notNumbers[row] = 1
    else if (areNumbers) {
      const value = parseNumber(textAt(column, row))
      if (value === 'text') areNumbers = false
      else if (typeof value !== 'number') notNumbers[row] = 1
    }
  }
  return areNumbers ? notNumbers : empty
}
