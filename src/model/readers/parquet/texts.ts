import {isUtf8} from 'node:buffer'
import {booleanCell, numberCell, stringCell} from '../cells.ts'
import {decimalText} from './decimal-text.ts'
import type {Physical} from './encodings.ts'
import type {Leaf} from './leaf.ts'
import {checkedIndex, type Values, valuesOf} from './values.ts'

/** Values as text: value k is bytes[starts[k]] up to bytes[ends[k]]. */
export interface Texts {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** The type that a value has as a cell of JSON. */
export function cellTypeOf(leaf: Leaf): number {
  switch (leaf.kind) {
    case 'boolean':
      return booleanCell
    case 'integer':
    case 'float':
    case 'decimal':
      return numberCell
    case 'string':
    case 'date':
    case 'timestamp':
    case 'time':
    case 'int96':
    case 'uuid':
    case 'binary':
      return stringCell
  }
}

/**
 * Values as text, exactly: whole numbers with all digits, decimals with the digits of their scale, floats with the fewest
 * digits that give the same float, times in ISO 8601 with all digits that the column has.
 */
export function textsOf(physical: Physical, leaf: Leaf): Texts {
  switch (leaf.kind) {
    case 'string':
      return checkedTexts(bytesOf(physical))
    case 'boolean':
      return writtenTexts(valuesOf(physical), (values, index) => (values.flag(index) ? 'true' : 'false'))
    case 'integer':
      return physical.form === 'int32' && leaf.signed
        ? smallIntegers(physical.values)
        : writtenTexts(valuesOf(physical), (values, index) => String(values.integer(index, leaf.signed)))
    case 'float':
      return writtenTexts(valuesOf(physical), (values, index) => floatText(values, index))
    case 'decimal':
      return writtenTexts(valuesOf(physical), (values, index) => decimalText(values.integer(index, true), leaf.scale))
    case 'date':
      return writtenTexts(valuesOf(physical), (values, index) => dateText(values.integer(index, true)))
    case 'timestamp':
      return writtenTexts(valuesOf(physical), (values, index) =>
        timestampText(values.integer(index, true), leaf.digits, leaf.utc),
      )
    case 'time':
      return writtenTexts(valuesOf(physical), (values, index) => timeText(values.integer(index, true), leaf.digits))
    case 'int96':
      return writtenTexts(valuesOf(physical), (values, index) => timestampText(values.int96Nanos(index), 9, false))
    case 'uuid':
      return writtenTexts(valuesOf(physical), (values, index) => uuidText(values.hex(index)))
    case 'binary':
      throw new Error(`bytes of the type ${leaf.name} are no text`)
  }
}

/** The values of a dictionary at the given places. */
export function textsAt({bytes, starts, ends}: Texts, indexes: Int32Array): Texts {
  const size = starts.length
  const pickedStarts = new Int32Array(indexes.length)
  const pickedEnds = new Int32Array(indexes.length)
  for (let row = 0; row < indexes.length; row++) {
    const index = checkedIndex(indexes[row] ?? 0, size)
    pickedStarts[row] = starts[index] ?? 0
    pickedEnds[row] = ends[index] ?? 0
  }
  return {bytes, starts: pickedStarts, ends: pickedEnds}
}

function bytesOf(physical: Physical): Texts {
  if (physical.form === 'bytes') return physical
  throw new Error(`a column of texts has values of the type ${physical.form}`)
}

/** Texts without the mark of one may be any bytes. */
function checkedTexts(texts: Texts): Texts {
  const {bytes, starts, ends} = texts
  for (let index = 0; index < starts.length; index++) {
    const start = starts[index] ?? 0
    const end = ends[index] ?? 0
    for (let at = start; at < end; at++) {
      if ((bytes[at] ?? 0) < 128) continue
      if (!isUtf8(bytes.subarray(start, end))) throw new Error('a text is not UTF-8')
      break
    }
  }
  return texts
}

function writtenTexts(values: Values, textOf: (values: Values, index: number) => string): Texts {
  const {length} = values
  const starts = new Int32Array(length)
  const ends = new Int32Array(length)
  const texts: string[] = new Array(length)
  let at = 0
  for (let index = 0; index < length; index++) {
    // ASCII: as many bytes as characters.
    const text = textOf(values, index)
    texts[index] = text
    starts[index] = at
    at += text.length
    ends[index] = at
  }
  return {bytes: Buffer.from(texts.join(''), 'latin1'), starts, ends}
}

/** The usual ids and classes, digit by digit. */
function smallIntegers(values: Int32Array): Texts {
  const {length} = values
  const starts = new Int32Array(length)
  const ends = new Int32Array(length)
  const bytes = new Uint8Array(length * 11)
  let at = 0
  for (let index = 0; index < length; index++) {
    const value = values[index] ?? 0
    starts[index] = at
    if (value < 0) bytes[at++] = 45
    let left = Math.abs(value)
    let digits = 1
    for (let power = 10; power <= left; power *= 10) digits++
    at += digits
    for (let place = at - 1; digits > 0; digits--, place--) {
      const next = Math.floor(left / 10)
      bytes[place] = 48 + left - next * 10
      left = next
    }
    ends[index] = at
  }
  return {bytes, starts, ends}
}

function floatText(values: Values, index: number): string {
  const value = values.float(index)
  if (!values.single || !Number.isFinite(value)) return String(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

function dateText(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().slice(0, -'T00:00:00.000Z'.length)
}

function timestampText(value: bigint, digits: 3 | 6 | 9, utc: boolean): string {
  const perSecond = 10n ** BigInt(digits)
  const fraction = ((value % perSecond) + perSecond) % perSecond
  const seconds = (value - fraction) / perSecond
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, -'.000Z'.length)
  return `${text}.${String(fraction).padStart(digits, '0')}${utc ? 'Z' : ''}`
}

function timeText(value: bigint, digits: 3 | 6 | 9): string {
  return timestampText(value, digits, false).slice('1970-01-01T'.length)
}

function uuidText(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
