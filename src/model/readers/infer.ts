import {createByteDictionary} from './byte-dictionary.ts'
import {
  absentCell,
  booleanCell,
  type CellSink,
  type Cells,
  listCell,
  notFiniteCell,
  numberCell,
  objectCell,
  stringCell,
} from './cells.ts'
import type {CategoryColumn, ColumnRequest} from './columns.ts'
import {parseInstant} from './instant-cell.ts'
import {isRounded, parseDecimal, parseNumber} from './number-cell.ts'

/** More distinct values than this are texts, not categories. */
const maxCategories = 10_000
/** So are values that are longer than this together: answers of a model, documents. */
const maxCategoryBytes = 16 * 1024 * 1024
/** Whole numbers with up to this many distinct values are categories: classes, flags, ratings. */
const maxWholeCategories = 20

/** What is known of a column whose kind nobody named. */
export interface InferredColumn {
  readonly request: ColumnRequest
  /** Every present cell is a number: categories then have the names that JSON gives these numbers. */
  readonly numeric: boolean
  /** Every present cell is `true` or `false`, as text or in JSON. */
  readonly boolean: boolean
}

export interface InferenceSink extends CellSink {
  /** Null for a column of objects, or of lists of such, which has no kind. */
  infer(name: string): InferredColumn | null
}

/**
 * Looks at every cell of a column and tells its kind:
 * - instant: every present cell is an ISO 8601 date or time;
 * - number: every present cell is a number, and there is a fraction or there are more than 20 distinct values; not where
 *   a whole number would be rounded (such ids are text);
 * - list: JSON lists;
 * - category: up to 10,000 distinct values, of 16 MiB together;
 * - text: the rest.
 *
 * NaN, infinities and the words for them count as numbers. 007 is none: it is a code, and 7 is another. JSON strings are
 * no numbers, whatever they hold.
 */
export function createInferenceSink(): InferenceSink {
  const distinct = createByteDictionary()
  let distinctBytes = 0
  let present = 0
  let numeric = true
  let fraction = false
  let rounded = false
  let instants = true
  let boolean = true
  let lists = false
  let nested = false
  let notFinite = false

  const isTexts = () => distinct.size > maxCategories || distinctBytes > maxCategoryBytes

  const look = (bytes: Uint8Array, start: number, end: number, type: number) => {
    if (type === listCell) {
      lists = true
      return
    }
    if (type === objectCell) {
      nested = true
      return
    }
    // A value that was seen before changes nothing.
    const known = distinct.size
    if (!isTexts()) {
      if (distinct.codeOf(bytes, start, end) < known) return
      distinctBytes += end - start
    } else if (!numeric && !instants) {
      return
    }
    if (boolean && !isBoolean(bytes, start, end)) boolean = false
    if (numeric) lookAtNumber(bytes, start, end, type)
    if (instants && (type === numberCell || type === booleanCell || Number.isNaN(parseInstant(bytes, start, end)))) {
      instants = false
    }
  }

  const lookAtNumber = (bytes: Uint8Array, start: number, end: number, type: number) => {
    if (type === stringCell || type === booleanCell || hasLeadingZero(bytes, start, end)) {
      numeric = false
      return
    }
    const quick = parseDecimal(bytes, start, end)
    if (!Number.isNaN(quick)) {
      if (!Number.isInteger(quick)) fraction = true
      return
    }
    const text = decoder.decode(bytes.subarray(start, end))
    const value = parseNumber(text)
    if (value === 'text') numeric = false
    if (typeof value !== 'number') return
    if (!Number.isInteger(value)) fraction = true
    if (isRounded(text, value)) rounded = true
  }

  return {
    append: ({bytes, starts, ends, types, from, count}: Cells) => {
      for (let cell = from; cell < from + count; cell++) {
        const type = types[cell] ?? absentCell
        const start = starts[cell] ?? 0
        const end = ends[cell] ?? 0
        if (type === notFiniteCell) notFinite = true
        if (type === absentCell || type === notFiniteCell || (start === end && type <= stringCell)) continue
        present++
        look(bytes, start, end, type)
      }
    },
    appendAbsent: () => undefined,
    infer: name => {
      const facts = {numeric: present > 0 && numeric && !lists, boolean: present > 0 && boolean && !lists}
      if (nested) return null
      // NaN and nothing else.
      if (present === 0 && notFinite) return {request: {name, kind: 'number'}, ...facts}
      if (lists) return {request: {name, kind: 'list', separator: '|'}, ...facts}
      if (present > 0 && instants) return {request: {name, kind: 'instant'}, ...facts}
      if (facts.numeric && !rounded && (fraction || distinct.size > maxWholeCategories)) {
        return {request: {name, kind: 'number'}, ...facts}
      }
      return {request: {name, kind: isTexts() ? 'text' : 'category'}, ...facts}
    },
  }
}

/**
 * A category whose names are all numbers, with one name for each number: 1, 1.0 and 1e0 are one class where nobody says
 * that they are not. Whole numbers that a double cannot hold keep their text.
 */
export function withNumberNames(column: CategoryColumn): CategoryColumn {
  const names: string[] = []
  const codeOf = new Map<string, number>()
  const newCodes = column.names.map(name => {
    const value = parseNumber(name)
    const canonical =
      typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value)) ? String(value) : name
    const known = codeOf.get(canonical)
    if (known !== undefined) return known
    codeOf.set(canonical, names.length)
    return names.push(canonical) - 1
  })
  return {...column, names, codes: column.codes.map(code => newCodes[code] ?? code)}
}

const decoder = new TextDecoder()

/** Numbers are not written like that; codes such as postal codes are. */
function hasLeadingZero(bytes: Uint8Array, start: number, end: number): boolean {
  const at = bytes[start] === 45 ? start + 1 : start
  const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0
  return bytes[at] === 48 && next >= 48 && next <= 57
}

/** `true` and `false`, as JSON and as Python write them. */
function isBoolean(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length !== 4 && length !== 5) return false
  const word = decoder.decode(bytes.subarray(start, end))
  return word === 'true' || word === 'false' || word === 'True' || word === 'False'
}
