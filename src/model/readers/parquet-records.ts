import {type Compressors, parquetReadObjects} from 'hyparquet'
import type {Files} from '../../runtime/files.ts'
import {decompressPage} from './parquet/codecs.ts'
import {asyncBuffer, encrypted, openParquet, whole} from './parquet/file.ts'

/** Rows that are decoded together: each time, the column chunks of their row group are read again. */
const slab = 50_000

/**
 * Rows of a Parquet file as JSON values, nested ones too.
 * @throws UserError `model/parquet-…`
 */
export async function* readParquetRecords(
  files: Files,
  path: string,
  batch: number,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await files.open(path, async bytes => {
    const {metadata} = await openParquet(bytes)
    if (metadata.row_groups.some(group => group.columns.some(column => !column.meta_data || column.crypto_metadata))) {
      throw encrypted('A column')
    }
    return Number(metadata.num_rows)
  })
  for (let from = 0; from < rows; from += slab) {
    const read = await files.open(path, bytes =>
      whole(async () => {
        const {metadata} = await openParquet(bytes)
        const range = {rowStart: from, rowEnd: Math.min(rows, from + slab)}
        return parquetReadObjects({
          file: asyncBuffer(bytes),
          metadata,
          ...range,
          compressors,
          parsers,
          geoparquet: false,
        })
      }),
    )
    for (let at = 0; at < read.length; at += batch) yield read.slice(at, at + batch).map(record => jsonObject(record))
  }
}

const compressors: Compressors = {
  GZIP: (input, length) => decompressPage(input, length, 'GZIP'),
  BROTLI: (input, length) => decompressPage(input, length, 'BROTLI'),
  ZSTD: (input, length) => decompressPage(input, length, 'ZSTD'),
  LZ4: (input, length) => decompressPage(input, length, 'LZ4'),
  LZ4_RAW: (input, length) => decompressPage(input, length, 'LZ4_RAW'),
}

/** A day has no time of day. */
const parsers = {dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10)}

function jsonObject(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, jsonValue(value)]))
}

function jsonValue(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object') return value
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonValue)
  return jsonObject(value)
}
