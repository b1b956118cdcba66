import {deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray} from 'hyparquet/src/delta.js'
import {byteStreamSplit} from 'hyparquet/src/encoding.js'
import type {DataReader, DecodedArray, Encoding, ParquetType} from 'hyparquet/src/types.js'
import {readRunLengths} from './run-lengths.ts'

/** Values in their physical form, without those that are absent. */
export type Physical =
  | {readonly form: 'bytes'; readonly bytes: Uint8Array; readonly starts: Int32Array; readonly ends: Int32Array}
  | {readonly form: 'int32'; readonly values: Int32Array}
  /** Little-endian pairs: the low half, then the high half. */
  | {readonly form: 'int64'; readonly halves: Int32Array}
  | {readonly form: 'float'; readonly values: Float32Array | Float64Array}
  | {readonly form: 'boolean'; readonly values: Uint8Array}

/** What a column says of its values. */
export interface ValueType {
  readonly type: ParquetType
  readonly typeLength: number | undefined
}

/** What stands in a page: the values, or their places in the dictionary of the column. */
export interface PageValues {
  /** The present values; null where they are in the dictionary. */
  readonly values: Physical | null
  /** Places in the dictionary of the present values. */
  readonly indexes: Int32Array | null
}

/** Reads the values of a page, by all encodings of the current format (Encodings.md). @throws Error where it holds fewer */
export function readValues(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  count: number,
  column: ValueType,
): PageValues {
  const reader: DataReader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: start}
  switch (encoding) {
    case 'PLAIN':
      return {values: readPlain(bytes, start, count, column), indexes: null}
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      const indexes = new Int32Array(count)
      if (count === 0) return {values: null, indexes}
      const width = reader.view.getUint8(reader.offset++)
      if (width > 32) throw new Error('a dictionary index is wider than 32 bits')
      if (width > 0) readRunLengths(bytes, reader.offset, bytes.length, width, indexes)
      return {values: null, indexes}
    }
    case 'RLE': {
      if (column.type !== 'BOOLEAN') throw new Error('run lengths stand for booleans only')
      const values = new Uint8Array(count)
      // Its length stands before it.
      readRunLengths(bytes, reader.offset + 4, bytes.length, 1, values)
      return {values: {form: 'boolean', values}, indexes: null}
    }
    case 'DELTA_BINARY_PACKED': {
      const values = column.type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count)
      if (count > 0) deltaBinaryUnpack(reader, count, values)
      return {values: physicalOf(values, column), indexes: null}
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY': {
      const values: Uint8Array[] = new Array(count)
      if (count > 0) (encoding === 'DELTA_BYTE_ARRAY' ? deltaByteArray : deltaLengthByteArray)(reader, count, values)
      return {values: joined(values), indexes: null}
    }
    case 'BYTE_STREAM_SPLIT':
      return {values: physicalOf(byteStreamSplit(reader, count, column.type, column.typeLength), column), indexes: null}
    case 'GROUP_VAR_INT':
    case 'BIT_PACKED':
      throw new Error(`the encoding ${encoding} is not read`)
    default:
      throw new Error('a page has no known encoding')
  }
}

/** Values one after the other, as dictionaries hold them, too. */
export function readPlain(bytes: Uint8Array, start: number, count: number, {type, typeLength}: ValueType): Physical {
  switch (type) {
    case 'BOOLEAN': {
      const values = new Uint8Array(count)
      for (let index = 0; index < count; index++)
        values[index] = ((bytes[start + (index >> 3)] ?? 0) >> (index & 7)) & 1
      needed(bytes, start, (count + 7) >> 3)
      return {form: 'boolean', values}
    }
    case 'INT32':
      return {form: 'int32', values: new Int32Array(aligned(bytes, start, count * 4))}
    case 'INT64':
      return {form: 'int64', halves: new Int32Array(aligned(bytes, start, count * 8))}
    case 'FLOAT':
      return {form: 'float', values: new Float32Array(aligned(bytes, start, count * 4))}
    case 'DOUBLE':
      return {form: 'float', values: new Float64Array(aligned(bytes, start, count * 8))}
    case 'INT96':
      return fixed(bytes, start, count, 12)
    case 'FIXED_LEN_BYTE_ARRAY':
      return fixed(bytes, start, count, typeLength ?? 0)
    case 'BYTE_ARRAY': {
      const starts = new Int32Array(count)
      const ends = new Int32Array(count)
      let at = start
      for (let index = 0; index < count; index++) {
        const length =
          ((bytes[at] ?? 0) |
            ((bytes[at + 1] ?? 0) << 8) |
            ((bytes[at + 2] ?? 0) << 16) |
            ((bytes[at + 3] ?? 0) << 24)) >>>
          0
        at += 4
        starts[index] = at
        at += length
        ends[index] = at
        if (at > bytes.length) throw new Error('a value reaches beyond its page')
      }
      return {form: 'bytes', bytes, starts, ends}
    }
  }
}

function fixed(bytes: Uint8Array, start: number, count: number, width: number): Physical {
  needed(bytes, start, count * width)
  const starts = Int32Array.from({length: count}, (_, index) => start + index * width)
  return {form: 'bytes', bytes, starts, ends: starts.map(each => each + width)}
}

function needed(bytes: Uint8Array, start: number, length: number): void {
  if (start + length > bytes.length) throw new Error('a page is shorter than its values')
}

/** A copy that begins where typed arrays can. */
function aligned(bytes: Uint8Array, start: number, length: number): ArrayBuffer {
  needed(bytes, start, length)
  const copy = new Uint8Array(length)
  copy.set(bytes.subarray(start, start + length))
  return copy.buffer
}

function physicalOf(values: DecodedArray, {type}: ValueType): Physical {
  if (values instanceof Int32Array && type === 'INT32') return {form: 'int32', values}
  if (values instanceof BigInt64Array) return {form: 'int64', halves: new Int32Array(values.buffer)}
  if (values instanceof Int32Array) return {form: 'int64', halves: values}
  if (values instanceof Float32Array || values instanceof Float64Array) return {form: 'float', values}
  if (Array.isArray(values)) return joined(values)
  throw new Error('an encoding does not fit the type of its column')
}

function joined(values: readonly Uint8Array[]): Physical {
  const starts = new Int32Array(values.length)
  const ends = new Int32Array(values.length)
  let length = 0
  for (const value of values) length += value.length
  const bytes = new Uint8Array(length)
  let at = 0
  values.forEach((value, index) => {
    starts[index] = at
    bytes.set(value, at)
    at += value.length
    ends[index] = at
  })
  return {form: 'bytes', bytes, starts, ends}
}
