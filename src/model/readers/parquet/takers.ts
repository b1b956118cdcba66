import type {ColumnMetaData} from 'hyparquet/src/types.js'
import {UserError} from '../../../core/failure.ts'
import type {CategoryBuilder} from '../builders/category.ts'
import type {ListBuilder} from '../builders/list.ts'
import type {OpenColumn} from '../builders/open.ts'
import {absentCell, type CellSink, objectCell, stringCell} from '../cells.ts'
import type {Physical} from './encodings.ts'
import type {Shape} from './leaf.ts'
import {instantsOf, type Numbers, numbersAt, numbersOf} from './numbers.ts'
import {type Page, pagesOf} from './pages.ts'
import {cellTypeOf, type Texts, textsAt, textsOf} from './texts.ts'
import {checkedIndex} from './values.ts'

/** Reads one column chunk and returns how many rows it had; `ahead` are to come in the file. */
export type Taker = (chunk: Uint8Array, meta: ColumnMetaData, ahead: number) => number

export function takerOf(name: string, shape: Shape, column: OpenColumn): Taker {
  if (shape.kind === 'nested') {
    if (column.kind === 'any') return () => 0
    throw new UserError('model/parquet-nested', `"${name}" is ${shape.what}; one value in each row is needed.`, {
      hint: 'Write the member that is meant as a column of its own.',
    })
  }
  if (shape.leaf.kind === 'binary') {
    if (column.kind === 'any') return markingTaker(name, column.builder, objectCell)
    throw new UserError('model/parquet-binary', `"${name}" holds bytes (${shape.leaf.name}), which are no text.`, {
      hint: 'Write it as a text or a number.',
    })
  }
  if (shape.kind === 'list') {
    if (column.kind === 'list') return listTaker(shape, column.builder)
    if (column.kind === 'any') return () => 0
    throw new UserError('model/parquet-nested', `"${name}" is a list; one value in each row is needed.`, {
      hint: 'Write the element that is meant as a column of its own.',
    })
  }
  const {leaf} = shape
  switch (column.kind) {
    case 'number':
      if (leaf.kind !== 'integer' && leaf.kind !== 'float' && leaf.kind !== 'decimal') {
        return markingTaker(name, column.builder, stringCell)
      }
      return flatTaker(
        shape,
        physical => numbersOf(physical, leaf),
        numbersAt,
        (numbers, page, ahead) => {
          const {values, present} = spreadNumbers(numbers, page)
          column.builder.appendValues(
            values,
            present,
            numbers.rounded?.reduce((sum, flag) => sum + flag, 0) ?? 0,
            ahead,
          )
        },
      )
    case 'instant':
      if (leaf.kind === 'date' || leaf.kind === 'timestamp' || leaf.kind === 'int96') {
        const instants = (physical: Physical) => ({
          values: instantsOf(physical, leaf) ?? new Float64Array(0),
          rounded: null,
        })
        return flatTaker(shape, instants, numbersAt, (numbers, page, ahead) => {
          const {values, present} = spreadNumbers(numbers, page)
          column.builder.appendValues(values, present, ahead)
        })
      }
      return textTaker(name, shape, column.builder)
    case 'category':
      return categoryTaker(name, shape, column.builder)
    case 'text':
    case 'list':
    case 'any':
      return textTaker(name, shape, column.builder)
  }
}

type FlatShape = Extract<Shape, {kind: 'flat'}>
type ListShape = Extract<Shape, {kind: 'list'}>

function textTaker(name: string, shape: FlatShape, sink: CellSink): Taker {
  const type = cellTypeOf(shape.leaf)
  let rows = 0
  return flatTaker(
    shape,
    physical => textsOf(physical, shape.leaf),
    textsAt,
    (texts, page, ahead) => {
      const first = rows
      rows += page.count
      const place = (index: number) => `row ${first + index + 1}`
      const cells = spreadTexts(texts, page, type)
      if (shape.leaf.kind === 'float') markNaN(cells)
      sink.append({...cells, from: 0, count: page.count, ahead, first: false, column: name, place})
    },
  )
}

/** Numbers the values of the dictionary once, and only those that a row has: the others are no classes. */
function categoryTaker(name: string, shape: FlatShape, builder: CategoryBuilder): Taker {
  const type = cellTypeOf(shape.leaf)
  const convert = (physical: Physical): KnownTexts => {
    const texts = textsOf(physical, shape.leaf)
    return {...texts, codes: new Int32Array(texts.starts.length).fill(-1)}
  }
  const codesAt = ({bytes, starts, ends, codes}: KnownTexts, indexes: Int32Array): Int32Array => {
    const picked = new Int32Array(indexes.length)
    for (let row = 0; row < indexes.length; row++) {
      const index = checkedIndex(indexes[row] ?? 0, codes.length)
      let code = codes[index] ?? -1
      if (code === -1) {
        const start = starts[index] ?? 0
        // NaN is no class: it is an absent one, as in JSON.
        const end = shape.leaf.kind === 'float' && bytes[start] === 78 ? start : (ends[index] ?? 0)
        code = builder.codeOf(bytes, start, end)
        codes[index] = code
      }
      picked[row] = code
    }
    return picked
  }
  builder.noteType(type, name)
  const all = (texts: KnownTexts) =>
    codesAt(
      texts,
      Int32Array.from(texts.codes, (_, index) => index),
    )
  const {element, optional} = shape
  return (chunk, meta, ahead) => {
    const levels = {type: meta.type, typeLength: element.type_length, maxRepetition: 0, maxDefinition: optional ? 1 : 0}
    let dictionary: KnownTexts | null = null
    let rows = 0
    for (const part of pagesOf(chunk, meta, levels)) {
      if ('dictionary' in part) {
        dictionary = convert(part.dictionary)
        continue
      }
      const {count, definition, values, indexes} = part.page
      const codes = values === null ? codesAt(dictionary ?? noTexts, indexes ?? noTexts.codes) : all(convert(values))
      builder.appendCodes(codes, definition, ahead - rows)
      rows += count
    }
    return rows
  }
}

interface KnownTexts extends Texts {
  /** -1 where no row had the value yet. */
  readonly codes: Int32Array
}

const nothing = new Int32Array(0)
const noTexts: KnownTexts = {bytes: new Uint8Array(0), starts: nothing, ends: nothing, codes: nothing}

/** Converts the dictionary once and the pages one by one. */
function flatTaker<T>(
  {element, optional}: FlatShape,
  convert: (physical: Physical) => T,
  pick: (dictionary: T, indexes: Int32Array) => T,
  append: (values: T, page: Page, ahead: number) => void,
): Taker {
  const levels = {maxRepetition: 0, maxDefinition: optional ? 1 : 0}
  return (chunk, meta, ahead) => {
    let dictionary: T | null = null
    let rows = 0
    for (const part of pagesOf(chunk, meta, {type: meta.type, typeLength: element.type_length, ...levels})) {
      if ('dictionary' in part) {
        dictionary = convert(part.dictionary)
        continue
      }
      append(valuesOf(part.page, dictionary, convert, pick), part.page, ahead - rows)
      rows += part.page.count
    }
    return rows
  }
}

function valuesOf<T>(
  {values, indexes}: Page,
  dictionary: T | null,
  convert: (physical: Physical) => T,
  pick: (dictionary: T, indexes: Int32Array) => T,
): T {
  if (values !== null) return convert(values)
  if (dictionary !== null && indexes !== null) return pick(dictionary, indexes)
  if (indexes?.length === 0) return convert({form: 'bytes', bytes: new Uint8Array(0), starts: indexes, ends: indexes})
  throw new Error('a page has no dictionary')
}

function spreadNumbers(
  {values}: Numbers,
  {count, definition}: Page,
): {values: Float64Array; present: Uint8Array | null} {
  if (definition === null || values.length === count) return {values, present: null}
  const spread = new Float64Array(count).fill(Number.NaN)
  let next = 0
  for (let row = 0; row < count; row++) if (definition[row] === 1) spread[row] = values[next++] ?? Number.NaN
  return {values: spread, present: definition}
}

/** NaN is no class and no id: it is an absent one, as in JSON. */
function markNaN({bytes, starts, types}: {bytes: Uint8Array; starts: Int32Array; types: Uint8Array}): void {
  for (let row = 0; row < types.length; row++) if (bytes[starts[row] ?? 0] === 78) types[row] = absentCell
}

function spreadTexts({bytes, starts, ends}: Texts, {count, definition}: Page, type: number) {
  const types = new Uint8Array(count).fill(type)
  if (definition === null || starts.length === count) return {bytes, starts, ends, types}
  const spreadStarts = new Int32Array(count)
  const spreadEnds = new Int32Array(count)
  let next = 0
  for (let row = 0; row < count; row++) {
    if (definition[row] === 1) {
      spreadStarts[row] = starts[next] ?? 0
      spreadEnds[row] = ends[next++] ?? 0
    } else {
      types[row] = absentCell
    }
  }
  return {bytes, starts: spreadStarts, ends: spreadEnds, types}
}

/** A list may go on in the next page: a row ends where the next one begins. */
function listTaker({leaf, element, emptyLevel, valueLevel}: ListShape, builder: ListBuilder): Taker {
  const convert = (physical: Physical) => textsOf(physical, leaf)
  return (chunk, meta) => {
    const levels = {type: meta.type, typeLength: element.type_length, maxRepetition: 1, maxDefinition: valueLevel}
    let dictionary: Texts | null = null
    let rows = 0
    let absent = false
    for (const part of pagesOf(chunk, meta, levels)) {
      if ('dictionary' in part) {
        dictionary = convert(part.dictionary)
        continue
      }
      const {count, repetition, definition} = part.page
      const {bytes, starts, ends} = valuesOf(part.page, dictionary, convert, textsAt)
      let next = 0
      for (let entry = 0; entry < count; entry++) {
        const level = definition?.[entry] ?? valueLevel
        if (repetition?.[entry] !== 1) {
          if (rows > 0) builder.endRow(absent)
          rows++
          absent = level < emptyLevel
        }
        if (level === valueLevel) {
          builder.addItem(bytes, starts[next] ?? 0, ends[next] ?? 0)
          next++
        } else if (level > emptyLevel) {
          // An absent value has the name '' here as everywhere.
          builder.addItem(bytes, 0, 0)
        }
      }
    }
    if (rows > 0) builder.endRow(absent)
    return rows
  }
}

/** Of each row only the type is told: no value of it can be used. */
function markingTaker(name: string, sink: CellSink, type: number): Taker {
  return (_, meta) => {
    const rows = Number(meta.num_values)
    markRows(sink, name, rows, type)
    return rows
  }
}

/** Rows of which only the type is looked at. */
export function markRows(sink: CellSink, column: string, rows: number, type: number): void {
  const block = Math.min(rows, 4096)
  const none = new Int32Array(block)
  for (let done = 0; done < rows; done += block) {
    const types = new Uint8Array(block).fill(type)
    const count = Math.min(block, rows - done)
    const bytes = new Uint8Array(0)
    sink.append({
      bytes,
      ahead: 0,
      starts: none,
      ends: none,
      types,
      from: 0,
      count,
      first: false,
      column,
      place: index => `row ${index}`,
    })
  }
}
