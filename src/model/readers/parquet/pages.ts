import {crc32} from 'node:zlib'
import {parquetHeader} from 'hyparquet/src/column.js'
import type {ColumnMetaData, DataReader, PageHeader} from 'hyparquet/src/types.js'
import {decompressPage} from './codecs.ts'
import {type PageValues, type Physical, readPlain, readValues, type ValueType} from './encodings.ts'
import {readRunLengths} from './run-lengths.ts'

/** One page of data. */
export interface Page extends PageValues {
  /** Entries, absent ones and those of empty lists among them. */
  readonly count: number
  /** Null where the column has no such levels. */
  readonly repetition: Uint8Array | null
  readonly definition: Uint8Array | null
}

export interface Levels extends ValueType {
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
