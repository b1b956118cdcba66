import {
  bareReturn,
  type CsvPosition,
  fieldTooLong,
  misplacedQuote,
  quoteNotClosed,
  raggedRow,
  rowTooLong,
} from './csv-problems.ts'

/** A field that is longer is an unclosed quote or no table at all. */
const maxFieldLength = 1024 * 1024
/** A row that is longer has no end: the file is no table, or its lines end in another way. */
export const maxRowLength = 16 * 1024 * 1024

const quote = 34
const lineFeed = 10
const carriageReturn = 13

/** Where the wanted fields of some records lie. Field `slot` of record `row` stands at slot * capacity + row. */
export interface Scan {
  readonly capacity: number
  /** -1: as many as there are. */
  readonly expected: number
  /** Slot of each field of a record, -1 where nobody wants it. */
  readonly slotOf: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Line on which each record starts, and the index at which it begins. */
  readonly lines: Uint32Array
  readonly begins: Int32Array
  /** Places of fields with doubled quotes. */
  readonly escaped: number[]
  count: number
  /** Fields of the last record. */
  fields: number
  nextLine: number
}

export function scanOf(slots: number, capacity: number, expected: number, slotOf?: Int32Array): Scan {
  return {
    capacity,
    expected,
    slotOf: slotOf ?? new Int32Array(slots).map((_, slot) => slot),
    starts: new Int32Array(slots * capacity),
    ends: new Int32Array(slots * capacity),
    lines: new Uint32Array(capacity),
    begins: new Int32Array(capacity),
    escaped: [],
    count: 0,
    fields: 0,
    nextLine: 1,
  }
}

/**
 * Finds the fields of whole records, up to the capacity of `scan`. Every byte that ends or begins something is at most
 * `bound`, so that one comparison passes over all others; bytes[end] is a line feed.
 * @returns where the next record begins
 */
export function scanRecords(
  bytes: Uint8Array,
  from: number,
  end: number,
  last: boolean,
  delimiter: number,
  first: CsvPosition,
  scan: Scan,
): number {
  const {capacity, expected, slotOf, starts, ends, lines, begins, escaped} = scan
  const bound = Math.max(delimiter, quote)
  let at = from
  let line = first.line
  let count = 0
  let fields = 0
  escaped.length = 0
  scan.count = 0

  records: while (count < capacity && at < end) {
    const begin = at
    const startLine = line
    const known = escaped.length
    let field = 0
    let length = 0
    for (;;) {
      let start = at
      let stop = at
      let byte = bytes[at] ?? lineFeed
      if (byte === quote) {
        start = ++at
        let doubled = false
        for (;;) {
          byte = bytes[at] ?? lineFeed
          while (byte !== quote) {
            if (byte === lineFeed) {
              if (at >= end) {
                if (end - start > maxFieldLength) throw fieldTooLong({row: first.row + count, line: startLine})
                if (last) throw quoteNotClosed({row: first.row + count, line: startLine})
                break
              }
              line++
            }
            byte = bytes[++at] ?? lineFeed
          }
          if (at >= end || bytes[at + 1] !== quote || at + 1 >= end) break
          doubled = true
          at += 2
        }
        stop = at++
        if (stop >= end || (at >= end && !last)) {
          // The record goes on in what has not been read yet.
          escaped.length = known
          line = startLine
          at = begin
          break records
        }
        byte = at >= end ? lineFeed : (bytes[at] ?? lineFeed)
        if (byte !== delimiter && byte !== lineFeed && byte !== carriageReturn) {
          throw misplacedQuote({row: first.row + count, line: startLine})
        }
        if (doubled) {
          const slot = slotOf[field] ?? -1
          if (slot >= 0) escaped.push(slot * capacity + count)
        }
      } else {
        for (;;) {
          byte = bytes[at] ?? lineFeed
          while (byte > bound) byte = bytes[++at] ?? lineFeed
          if (byte === delimiter || byte === lineFeed || byte === carriageReturn) break
          if (byte === quote) throw misplacedQuote({row: first.row + count, line: startLine})
          at++
        }
        stop = at
        if (at >= end && !last) {
          if (at - start > maxFieldLength) throw fieldTooLong({row: first.row + count, line: startLine})
          escaped.length = known
          line = startLine
          at = begin
          break records
        }
      }
      length = stop - start
      if (length > maxFieldLength) throw fieldTooLong({row: first.row + count, line: startLine})
      const slot = slotOf[field] ?? -1
      if (slot >= 0) {
        starts[slot * capacity + count] = start
        ends[slot * capacity + count] = stop
      }
      field++
      if (byte === delimiter && at < end) {
        at++
        continue
      }
      if (byte === carriageReturn && at < end) {
        if (at + 1 >= end && !last) {
          escaped.length = known
          line = startLine
          at = begin
          break records
        }
        if (at + 1 < end && bytes[at + 1] !== lineFeed) throw bareReturn({row: first.row + count, line: startLine})
        at++
      }
      if (at < end) at++
      break
    }
    line++
    if (at - begin > maxRowLength) throw rowTooLong({row: first.row + count, line: startLine})
    if (field === 1 && length === 0) continue
    fields = field
    if (expected !== -1 && field !== expected) {
      throw raggedRow(field, expected, length === 0, {row: first.row + count, line: startLine})
    }
    lines[count] = startLine
    begins[count] = begin
    count++
  }
  scan.count = count
  scan.fields = fields
  scan.nextLine = line
  return at
}

/** Makes one quote of two, in place: the field only becomes shorter. */
export function unescapeFields(bytes: Uint8Array, {escaped, starts, ends}: Scan): void {
  for (const cell of escaped) {
    let to = starts[cell] ?? 0
    const end = ends[cell] ?? 0
    for (let from = to; from < end; from++) {
      bytes[to++] = bytes[from] ?? 0
      if (bytes[from] === quote) from++
    }
    ends[cell] = to
  }
}
