import {crc32} from 'node:zlib'
import {parquetHeader} from 'hyparquet/src/column.js'
import {deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray} from 'hyparquet/src/delta.js'
import {byteStreamSplit} from 'hyparquet/src/encoding.js'
import type {ColumnMetaData, DataReader, DecodedArray, Encoding, PageHeader, ParquetType} from 'hyparquet/src/types.js'
import {decompressPage} from './codecs.ts'
import {readRunLengths} from './run-lengths.ts'

/** Values in their physical form, without those that are absent. */
export type Physical =
  | {readonly form: 'bytes'; readonly bytes: Uint8Array; readonly starts: Int32Array; readonly ends: Int32Array}
  | {readonly form: 'int32'; readonly values: Int32Array}
  /** Little-endian pairs: the low half, then the high half. */
  | {readonly form: 'int64'; readonly halves: Int32Array}
  | {readonly form: 'float'; readonly values: Float32Array | Float64Array}
  | {readonly form: 'boolean'; readonly values: Uint8Array}

/** One page of data. */
export interface Page {
  /** Entries, absent ones and those of empty lists among them. */
  readonly count: number
  /** Null where the column has no such levels. */
  readonly repetition: Uint8Array | null
  readonly definition: Uint8Array | null
  /** The present values; null where they are in the dictionary. */
  readonly values: Physical | null
  /** Places in the dictionary of the present values. */
  readonly indexes: Int32Array | null
}

export interface Levels {
  readonly type: ParquetType
  readonly typeLength: number | undefined
  readonly maxRepetition: number
  readonly maxDefinition: number
}

/** More entries than this in one page are a damaged header. */
const maxEntries = 2 ** 27

/**
 * The pages of one column in one row group, in order; the dictionary comes first, where there is one.
 * @param bytes the column chunk
 */
export function* pagesOf(
  bytes: Uint8Array,
  {codec, num_values: total}: ColumnMetaData,
  levels: Levels,
): Generator<{readonly dictionary: Physical} | {readonly page: Page}> {
  const reader: DataReader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0}
  let left = Number(total)
  while (left > 0) {
    const header = parquetHeader(reader)
    const end = reader.offset + header.compressed_page_size
    // A damaged header may lack its sizes, whatever its type says.
    if (!(header.compressed_page_size >= 0 && end <= bytes.length)) throw new Error('a page reaches beyond its column')
    const content = bytes.subarray(reader.offset, end)
    reader.offset = end
    if (header.crc !== undefined && crc32(content) !== header.crc >>> 0)
      throw new Error('the checksum of a page does not fit')
    switch (header.type) {
      case 'DICTIONARY_PAGE': {
        const count = header.dictionary_page_header?.num_values ?? 0
        const plain = decompressPage(content, header.uncompressed_page_size, codec)
        yield {dictionary: readPlain(plain, 0, checkedCount(count), levels)}
        break
      }
      case 'DATA_PAGE': {
        const page = firstVersion(decompressPage(content, header.uncompressed_page_size, codec), header, levels)
        left -= page.count
        yield {page}
        break
      }
      case 'DATA_PAGE_V2': {
        const page = secondVersion(content, header, codec, levels)
        left -= page.count
        yield {page}
        break
      }
      case 'INDEX_PAGE':
        break
      default:
        throw new Error('a page is of no known type')
    }
  }
  if (left < 0) throw new Error('a column has more values than its header says')
}

function firstVersion(bytes: Uint8Array, header: PageHeader, levels: Levels): Page {
  const page = header.data_page_header
  if (!page) throw new Error('a page has no header of its own')
  const count = checkedCount(page.num_values)
  const reader: DataReader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0}
  const repetition = readLevels(reader, bytes, levels.maxRepetition, count, null)
  const definition = readLevels(reader, bytes, levels.maxDefinition, count, null)
  return {
    count,
    repetition,
    definition,
    ...readValues(bytes, reader.offset, page.encoding, presentIn(definition, count, levels), levels),
  }
}

function secondVersion(content: Uint8Array, header: PageHeader, codec: ColumnMetaData['codec'], levels: Levels): Page {
  const page = header.data_page_header_v2
  if (!page) throw new Error('a page has no header of its own')
  const count = checkedCount(page.num_values)
  const {repetition_levels_byte_length: repetitionBytes, definition_levels_byte_length: definitionBytes} = page
  if (!(repetitionBytes >= 0 && definitionBytes >= 0 && repetitionBytes + definitionBytes <= content.length)) {
    throw new Error('the levels of a page reach beyond it')
  }
  const reader: DataReader = {view: new DataView(content.buffer, content.byteOffset, content.byteLength), offset: 0}
  const repetition = readLevels(reader, content, levels.maxRepetition, count, repetitionBytes)
  reader.offset = repetitionBytes
  const definition = readLevels(reader, content, levels.maxDefinition, count, definitionBytes)
  const packed = content.subarray(repetitionBytes + definitionBytes)
  const length = header.uncompressed_page_size - repetitionBytes - definitionBytes
  const bytes = page.is_compressed === false ? packed : decompressPage(packed, length, codec)
  return {
    count,
    repetition,
    definition,
    ...readValues(bytes, 0, page.encoding, presentIn(definition, count, levels), levels),
  }
}

function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= maxEntries) return count
  throw new Error(`a page claims ${count} values`)
}

function presentIn(definition: Uint8Array | null, count: number, {maxDefinition}: Levels): number {
  if (definition === null) return count
  let present = 0
  for (let index = 0; index < count; index++) if (definition[index] === maxDefinition) present++
  return present
}

/** @param length of the levels; null where it stands before them */
function readLevels(
  reader: DataReader,
  bytes: Uint8Array,
  max: number,
  count: number,
  length: number | null,
): Uint8Array | null {
  if (max === 0) return null
  const levels = new Uint8Array(count)
  const size = length ?? reader.view.getUint32(reader.offset, true)
  const start = length === null ? reader.offset + 4 : reader.offset
  if (!(start + size <= bytes.length)) throw new Error('the levels of a page reach beyond it')
  readRunLengths(bytes, start, start + size, bitsFor(max), levels)
  reader.offset = start + size
  return levels
}

function bitsFor(max: number): number {
  return 32 - Math.clz32(max)
}

function readValues(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  count: number,
  levels: Levels,
): Pick<Page, 'values' | 'indexes'> {
  const reader: DataReader = {view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: start}
  switch (encoding) {
    case 'PLAIN':
      return {values: readPlain(bytes, start, count, levels), indexes: null}
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
      if (levels.type !== 'BOOLEAN') throw new Error('run lengths stand for booleans only')
      const values = new Uint8Array(count)
      // Its length stands before it.
      readRunLengths(bytes, reader.offset + 4, bytes.length, 1, values)
      return {values: {form: 'boolean', values}, indexes: null}
    }
    case 'DELTA_BINARY_PACKED': {
      const values = levels.type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count)
      if (count > 0) deltaBinaryUnpack(reader, count, values)
      return {values: physicalOf(values, levels), indexes: null}
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY': {
      const values: Uint8Array[] = new Array(count)
      if (count > 0) (encoding === 'DELTA_BYTE_ARRAY' ? deltaByteArray : deltaLengthByteArray)(reader, count, values)
      return {values: joined(values), indexes: null}
    }
    case 'BYTE_STREAM_SPLIT':
      return {values: physicalOf(byteStreamSplit(reader, count, levels.type, levels.typeLength), levels), indexes: null}
    case 'GROUP_VAR_INT':
    case 'BIT_PACKED':
      throw new Error(`the encoding ${encoding} is not read`)
    default:
      throw new Error('a page has no known encoding')
  }
}

function readPlain(bytes: Uint8Array, start: number, count: number, {type, typeLength}: Levels): Physical {
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

function physicalOf(values: DecodedArray, {type}: Levels): Physical {
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
