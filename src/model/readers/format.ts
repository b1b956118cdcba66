import {UserError} from '../../core/failure.ts'
import {type Compression, compressionOf} from './compression.ts'

export type Format = 'csv' | 'tsv' | 'jsonl' | 'parquet'

/** What a file is: its format, and how that is packed. */
export interface FileForm {
  readonly format: Format
  readonly compression: Compression | null
}

const formatOfEnding: ReadonlyMap<string, Format> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['tab', 'tsv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'jsonl'],
  ['parquet', 'parquet'],
  ['pq', 'parquet'],
])
const compressionOfEnding: ReadonlyMap<string, Compression> = new Map([
  ['gz', 'gzip'],
  ['gzip', 'gzip'],
  ['zst', 'zstd'],
  ['zstd', 'zstd'],
])
const formatNames: Readonly<Record<Format, string>> = {csv: 'CSV', tsv: 'TSV', jsonl: 'JSON Lines', parquet: 'Parquet'}

/** How a file is packed. @throws UserError `model/predictions-format` where name and content disagree */
export function recogniseCompression(path: string, head: Uint8Array): Compression | null {
  const named = compressionOfEnding.get(endingsOf(path)[0] ?? '') ?? null
  const seen = compressionOf(head)
  if (named === seen) return seen
  if (named === null) {
    const format = formatOf(path)
    const ending = seen === 'gzip' ? 'gz' : 'zst'
    throw disagree(
      path,
      format === null ? 'a plain file' : formatNames[format],
      `${seen} data`,
      `Name it "….${ending}".`,
    )
  }
  const what = seen === null ? 'something else' : `${seen} data`
  throw disagree(path, `${named} data`, what, 'Was it decompressed on the way? Name it after what it is.')
}

/**
 * What a file holds: by its first bytes (after decompression) where they tell, by the end of its name where they do not.
 * @throws UserError `model/predictions-format` where the two disagree, or neither tells
 */
export function recogniseFormat(path: string, head: Uint8Array, compression: Compression | null): FileForm {
  const named = formatOf(path)
  const seen = formatOfContent(head)
  if (seen === 'parquet' && compression !== null) {
    throw new UserError('model/predictions-format', `"${path}" is a Parquet file inside of ${compression} data.`, {
      hint: 'Parquet compresses its columns itself: hand over the Parquet file.',
    })
  }
  if (named === null) {
    if (seen === null) throw unknown(path)
    return {format: seen, compression}
  }
  if (seen !== null && seen !== named) {
    throw disagree(path, formatNames[named], formatNames[seen], 'Name the file after what it is.')
  }
  // An empty file is refused by its reader; for the rest the name stands.
  if (named === 'parquet' && seen === null && head.length > 0) {
    throw disagree(
      path,
      'Parquet',
      'no Parquet (it does not begin with PAR1)',
      'Was it written or downloaded completely?',
    )
  }
  return {format: named, compression}
}

/** The first bytes of Parquet, or the brace of an object; null where they tell nothing. */
function formatOfContent(head: Uint8Array): Format | null {
  const magic = String.fromCharCode(...head.subarray(0, 4))
  if (magic === 'PAR1' || magic === 'PARE') return 'parquet'
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  for (const byte of head.subarray(start)) {
    if (byte === 0x7b) return 'jsonl'
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return null
  }
  return null
}

function formatOf(path: string): Format | null {
  const [last = '', before = ''] = endingsOf(path)
  return formatOfEnding.get(compressionOfEnding.has(last) ? before : last) ?? null
}

/** Endings of a file's name in lower case, the last first. */
function endingsOf(path: string): string[] {
  const name = path.split(/[/\\]/).at(-1) ?? ''
  return name.toLowerCase().split('.').slice(1).reverse()
}

function disagree(path: string, named: string, seen: string, hint: string): UserError {
  return new UserError('model/predictions-format', `"${path}" is named as ${named}, and holds ${seen}.`, {hint})
}

function unknown(path: string): UserError {
  return new UserError('model/predictions-format', `"${path}" is of no kind that can be read.`, {
    hint: 'Expected a file that ends with .csv, .tsv, .jsonl, .ndjson or .parquet; text also with .gz or .zst behind it.',
  })
}
