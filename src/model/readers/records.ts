import type {Files} from '../../runtime/files.ts'
import {type PartReader, readWindows} from './byte-windows.ts'
import type {CellSink, Cells} from './cells.ts'
import {csvReader} from './csv.ts'
import {type DataSet, openDataSet} from './data-set.ts'
import type {InferredColumn} from './infer.ts'
import {jsonlReader} from './jsonl.ts'
import {parseNumber} from './number-cell.ts'
import {readParquetRecords} from './parquet-records.ts'
import {type OpenedPart, textOf} from './part.ts'
import {inferColumns} from './table.ts'

/** A row as JSON has it. */
export type JsonRecord = Readonly<Record<string, unknown>>

/**
 * Reads a data set row by row, as JSON values, in batches; only one batch is in memory. For questions about whole rows,
 * such as a data contract's.
 *
 * - JSON Lines: as written; NaN and Infinity are these numbers, which no contract allows.
 * - CSV and TSV have no types. Where every present cell of a column is a number, its cells are numbers; where every one
 *   is `true` or `false`, booleans; else texts. An empty cell is null. To know that, the data is read twice.
 * - Parquet: numbers (whole numbers beyond 2^53 are rounded), texts, booleans, lists, objects; times in ISO 8601; bytes
 *   in base64; an absent value is null.
 * @throws UserError as {@link readTable} does
 */
export async function* readRecords(
  files: Files,
  path: string,
  {batch = 1000}: {readonly batch?: number} = {},
): AsyncGenerator<readonly JsonRecord[]> {
  const dataSet = await openDataSet(files, path)
  const kinds = await cellKinds(files, dataSet)
  for (const part of dataSet.parts) {
    for await (const records of partRecords(files, part, kinds, batch)) {
      const keys = [...part.keys]
      yield keys.length === 0 ? records : records.map(record => ({...record, ...Object.fromEntries(keys)}))
    }
  }
}

type CellKinds = ReadonlyMap<string, 'number' | 'boolean' | 'text'>

async function cellKinds(files: Files, dataSet: DataSet): Promise<CellKinds> {
  const format = dataSet.parts[0]?.form.format
  if (format !== 'csv' && format !== 'tsv') return new Map()
  const inferred = await inferColumns(files, dataSet)
  return new Map(inferred.map(column => [column.request.name, kindOfCells(column)]))
}

function kindOfCells({numeric, boolean}: InferredColumn): 'number' | 'boolean' | 'text' {
  if (boolean) return 'boolean'
  return numeric ? 'number' : 'text'
}

function partRecords(
  files: Files,
  part: OpenedPart,
  kinds: CellKinds,
  batch: number,
): AsyncIterable<readonly JsonRecord[]> {
  const {format, compression} = part.form
  const text = () => textOf(files, part.path, compression)
  const read: Record<string, unknown>[] = []
  switch (format) {
    case 'csv':
      return batched(text(), csvReader(fieldSinks(read, kinds)), read, batch)
    case 'tsv':
      return batched(text(), csvReader(fieldSinks(read, kinds), {delimiter: '\t'}), read, batch)
    case 'jsonl': {
      const take = (bytes: Uint8Array, start: number, end: number) => {
        read.push(parseLine(decoder.decode(bytes.subarray(start, end))))
      }
      return batched(
        text(),
        jsonlReader(() => null, {onLine: take}),
        read,
        batch,
      )
    }
    case 'parquet':
      return readParquetRecords(files, part.path, batch)
  }
}

/** Hands on what each window brought, in batches. */
async function* batched(
  text: AsyncIterable<Uint8Array>,
  reader: PartReader,
  read: JsonRecord[],
  batch: number,
): AsyncGenerator<readonly JsonRecord[]> {
  for await (const _ of readWindows(text, reader.take)) {
    let from = 0
    for (; from + batch <= read.length; from += batch) yield read.slice(from, from + batch)
    read.splice(0, from)
  }
  reader.facts()
  if (read.length > 0) yield read
}

/** Columns come one after the other, each with the same rows: every column writes into the records of its rows. */
function fieldSinks(read: Record<string, unknown>[], kinds: CellKinds) {
  return (column: string): CellSink => {
    const kind = kinds.get(column) ?? 'text'
    return {
      append: ({bytes, starts, ends, from, count, first}: Cells) => {
        for (let index = 0; index < count; index++) {
          const text = decoder.decode(bytes.subarray(starts[from + index] ?? 0, ends[from + index] ?? 0))
          const value = cellValue(text, kind)
          if (first) read.push({[column]: value})
          else define(read[read.length - count + index] ?? {}, column, value)
        }
      },
      appendAbsent: () => undefined,
    }
  }
}

/** A column named `__proto__` is a column. */
function define(record: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(record, name, {value, enumerable: true, configurable: true, writable: true})
}

function cellValue(text: string, kind: 'number' | 'boolean' | 'text'): unknown {
  if (text === '') return null
  if (kind === 'text') return text
  if (kind === 'boolean') return text.toLowerCase() === 'true'
  const value = parseNumber(text)
  if (typeof value === 'number') return value
  if (value === 'infinite') return text.trim().startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return value === 'nan' ? Number.NaN : null
}

const decoder = new TextDecoder()

/** An object that the reader has found to be JSON, apart from NaN and Infinity. */
function parseLine(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse(withMarkedWords(text), (_, value) => {
      if (typeof value !== 'string' || !value.startsWith('\0')) return value
      return /^\0(-?Infinity|NaN)$/.test(value) ? Number(value.slice(1)) : value
    })
  }
}

/**
 * NaN and Infinity as strings that begin with NUL. What stands in quotes is passed over, step by step: a pattern for it
 * would keep a way back for each of its characters, and a line may have millions.
 */
function withMarkedWords(text: string): string {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++
      continue
    }
    if (sign !== 'N' && sign !== 'I') continue
    const start = text[at - 1] === '-' ? at - 1 : at
    at += (sign === 'N' ? 'NaN' : 'Infinity').length
    parts.push(text.slice(from, start), `"\\u0000${text.slice(start, at)}"`)
    from = at--
  }
  return parts.join('') + text.slice(from)
}
