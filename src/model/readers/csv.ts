import {UserError} from '../../core/failure.ts'
import {checkText, type PartReader, readWindows} from './byte-windows.ts'
import {type CellSink, type Cells, fieldCell, type PartFacts, type Sinks} from './cells.ts'
import {checkedHeader, refuseOtherDialect} from './csv-header.ts'
import {type CsvPosition, place, rowTooLong} from './csv-problems.ts'
import {maxRowLength, type Scan, scanOf, scanRecords, unescapeFields} from './csv-scan.ts'

export interface CsvOptions {
  readonly delimiter?: ',' | '\t'
  /** Bytes of the whole text, where they are known: columns make room at once. */
  readonly size?: number
  /** Least number of bytes that are looked at together; for tests. */
  readonly window?: number
}

/**
 * Reads CSV or TSV into columns: RFC 4180, read strictly, over bytes. Quoted fields may hold delimiters, quotes and line
 * breaks; lines end with LF or CRLF; a UTF-8 byte order mark is skipped; blank lines are skipped. Every row must have as
 * many fields as the header.
 * @param chunks the file in order, cut anywhere
 * @param sinks asked once for each column of the header
 * @throws UserError `model/csv-…`, `model/predictions-…` that names the row; never with the content of a cell
 */
export async function readCsvPart(
  chunks: AsyncIterable<Uint8Array>,
  sinks: Sinks,
  options: CsvOptions = {},
): Promise<PartFacts> {
  const reader = csvReader(sinks, options)
  for await (const _ of readWindows(chunks, reader.take, options.window));
  return reader.facts()
}

/** The reader itself, for windows that somebody else provides. */
export function csvReader(sinks: Sinks, {delimiter = ',', size = 0}: CsvOptions = {}): PartReader {
  const delimiterByte = delimiter.charCodeAt(0)
  let table: CsvTable | null = null
  let line = 1

  const take = (bytes: Uint8Array, end: number, last: boolean, offset: number): number => {
    const at = takeRows(bytes, end, last, offset)
    if (end - at > maxRowLength) throw rowTooLong({row: (table?.rows() ?? -1) + 2, line})
    return at
  }

  const takeRows: PartReader['take'] = (bytes, end, last, offset) => {
    let at = 0
    if (table === null) {
      const scan = scanOf(countOf(bytes, end, delimiterByte) + 1, 1, -1)
      at = scanRecords(bytes, 0, end, last, delimiterByte, {row: 1, line}, scan)
      line = scan.nextLine
      if (scan.count === 0) return at
      checkText(bytes, scan.begins[0] ?? 0, at, offset, () => 'the header line')
      table = openTable(bytes, scan, sinks, delimiterByte, size)
    }
    for (;;) {
      const before = at
      at = table.take(bytes, at, end, last, line, offset)
      line = table.nextLine()
      if (at === before || at >= end) return at
    }
  }

  const facts = (): PartFacts => {
    if (table !== null) return {rows: table.rows(), header: table.header}
    throw new UserError('model/predictions-empty', 'The file is empty: it has no header line.', {
      hint: 'Expected a header line with the column names, then one line for each row.',
    })
  }
  return {take, facts}
}

interface CsvTable {
  readonly header: readonly string[]
  rows(): number
  /** Line of the next record. */
  nextLine(): number
  /** Reads up to one block of records; returns where the next begins. */
  take(bytes: Uint8Array, start: number, end: number, last: boolean, line: number, offset: number): number
}

/** Rows that are handed on together. */
const blockRows = 4096

function openTable(bytes: Uint8Array, first: Scan, sinks: Sinks, delimiter: number, size: number): CsvTable {
  unescapeFields(bytes, first)
  const decoder = new TextDecoder()
  const header = Array.from({length: first.fields}, (_, field) =>
    decoder.decode(bytes.subarray(first.starts[field] ?? 0, first.ends[field] ?? 0)),
  )
  const wanted: {column: string; sink: CellSink}[] = []
  const slotOf = new Int32Array(header.length).fill(-1)
  const asked = new Set<string>()
  header.forEach((column, field) => {
    const sink = asked.has(column) ? null : sinks(column)
    asked.add(column)
    if (sink === null) return
    slotOf[field] = wanted.length
    wanted.push({column, sink})
  })
  refuseOtherDialect(header, delimiter, wanted.length > 0)
  checkedHeader(header, wanted.length > 0)

  const scan = scanOf(wanted.length, blockRows, header.length, slotOf)
  const types = new Uint8Array(wanted.length * blockRows).fill(fieldCell)
  let rows = 0
  let nextLine = 0

  const take: CsvTable['take'] = (bytes, start, end, last, line, offset) => {
    // The header is row 1.
    const row = rows + 2
    const at = scanRecords(bytes, start, end, last, delimiter, {row, line}, scan)
    nextLine = scan.nextLine
    if (scan.count === 0) return at
    const position = (index: number): CsvPosition => ({row: row + index, line: scan.lines[index] ?? 0})
    checkText(bytes, start, at, offset, byteAt => {
      let index = scan.count - 1
      while (index > 0 && (scan.begins[index] ?? 0) > byteAt) index--
      return place(position(index))
    })
    unescapeFields(bytes, scan)
    const ahead = Math.ceil(((size - offset - start) / (at - start)) * scan.count * 1.02)
    wanted.forEach(({column, sink}, slot) => {
      const {starts, ends, count} = scan
      const from = slot * blockRows
      sink.append({
        bytes,
        starts,
        ends,
        types,
        from,
        count,
        column,
        ahead,
        first: slot === 0,
        place: index => place(position(index)),
      } satisfies Cells)
    })
    rows += scan.count
    return at
  }
  return {header, rows: () => rows, nextLine: () => nextLine, take}
}

function countOf(bytes: Uint8Array, end: number, byte: number): number {
  let count = 0
  for (let at = 0; at < end; at++) if (bytes[at] === byte) count++
  return count
}
