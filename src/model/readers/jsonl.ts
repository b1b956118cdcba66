import {UserError} from '../../core/failure.ts'
import {createByteDictionary} from './byte-dictionary.ts'
import {checkText, type PartReader, readWindows} from './byte-windows.ts'
import {
  absentCell,
  booleanCell,
  type CellSink,
  listCell,
  notFiniteCell,
  numberCell,
  objectCell,
  type PartFacts,
  type Sinks,
  stringCell,
} from './cells.ts'
import {skipBlank, skipNumber, skipString, skipValue, skipWord, unescapeString} from './json-scan.ts'
import {duplicateKey, lineTooLong, notAnObjectLine, tooManyKeys} from './jsonl-problems.ts'

export interface JsonlOptions {
  /** Bytes of the whole text, where they are known: columns make room at once. */
  readonly size?: number
  /** Least number of bytes that are looked at together; for tests. */
  readonly window?: number
}

/**
 * Reads JSON Lines into columns, over bytes: one object per line, blank lines skipped. An absent key and `null` are an
 * absent cell. Numbers keep the text in which they are written, so that a long id is exact. NaN and Infinity, which
 * Python writes, are read as what they are.
 * @param chunks the file in order, cut anywhere
 * @param sinks asked once for each key
 * @throws UserError `model/jsonl-…`, `model/predictions-…` that names the line; never with its content
 */
export async function readJsonlPart(
  chunks: AsyncIterable<Uint8Array>,
  sinks: Sinks,
  {size, window}: JsonlOptions = {},
): Promise<PartFacts> {
  const reader = jsonlReader(sinks, {size: size ?? 0})
  for await (const _ of readWindows(chunks, reader.take, window));
  return reader.facts()
}

/** Rows that are handed on together. */
const blockRows = 4096
const maxLineLength = 16 * 1024 * 1024
const maxKeys = 10_000

const lineFeed = 10
const quote = 34

interface Slot {
  readonly column: string
  readonly sink: CellSink
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly types: Uint8Array
  /** Places of strings with escapes. */
  readonly escaped: number[]
}

/** Is handed every line that holds an object, as bytes[start] up to bytes[end], and keeps none of it. */
export type LineTaker = (bytes: Uint8Array, start: number, end: number) => void

/** The reader itself, for windows that somebody else provides. */
export function jsonlReader(
  sinks: Sinks,
  {size = 0, onLine}: {readonly size?: number; readonly onLine?: LineTaker} = {},
): PartReader {
  const keys = createByteDictionary()
  const names: string[] = []
  /** By key: where its cells go, null where nobody wants them. */
  const slots: (Slot | null)[] = []
  const wanted: Slot[] = []
  /** By key: the row that had it last, counted from 1 over the file. */
  let lastRow = new Float64Array(16)
  /** Keys in the order of the last line: the next line is usually like it. */
  const order: number[] = []
  const lineOf = new Float64Array(blockRows)
  let line = 1
  let rows = 0
  /** Rows of the block that is being read. */
  let count = 0

  const flush = (bytes: Uint8Array, start: number, end: number, offset: number) => {
    checkText(bytes, start, end, offset, at => `line ${line - linesBetween(bytes, at, end)}`)
    const ahead = Math.ceil(((size - offset - start) / (end - start)) * count * 1.02)
    for (const {column, sink, starts, ends, types, escaped} of wanted) {
      for (const cell of escaped) ends[cell] = unescapeString(bytes, starts[cell] ?? 0, ends[cell] ?? 0)
      escaped.length = 0
      sink.append({
        bytes,
        starts,
        ends,
        types,
        from: 0,
        count,
        ahead,
        first: false,
        column,
        place: index => `line ${lineOf[index] ?? 0}`,
      })
      types.fill(absentCell)
    }
    rows += count
    count = 0
  }

  const addKey = (bytes: Uint8Array, start: number, end: number): number => {
    const key = keys.codeOf(bytes, start, end)
    if (key < names.length) return key
    if (key >= maxKeys) throw tooManyKeys(line, maxKeys)
    const column = keys.text(key)
    names.push(column)
    const sink = sinks(column)
    if (key >= lastRow.length) {
      const more = new Float64Array(lastRow.length * 2)
      more.set(lastRow)
      lastRow = more
    }
    if (sink === null) {
      slots.push(null)
      return key
    }
    sink.appendAbsent(rows)
    const slot: Slot = {
      column,
      sink,
      starts: new Int32Array(blockRows),
      ends: new Int32Array(blockRows),
      types: new Uint8Array(blockRows),
      escaped: [],
    }
    slots.push(slot)
    wanted.push(slot)
    return key
  }

  /** The number of the key whose text stands at bytes[start]; `nth`: how many keys the line had before it. */
  const keyAt = (bytes: Uint8Array, start: number, end: number, nth: number): number => {
    const guess = order[nth]
    if (guess !== undefined && keys.equals(guess, bytes, start, end)) return guess
    const escaped = bytes.subarray(start, end).includes(92)
    const text = escaped ? bytes.slice(start, end) : bytes
    const key = escaped ? addKey(text, 0, unescapeString(text, 0, text.length)) : addKey(text, start, end)
    order[nth] = key
    return key
  }

  /** Reads the object that begins at bytes[at]; returns the index behind it, or -1 where there is none. */
  const readObject = (bytes: Uint8Array, start: number): number => {
    const row = rows + count + 1
    let at = skipBlank(bytes, start + 1)
    if (bytes[at] === 125) return at + 1
    for (let nth = 0; ; nth++) {
      if (bytes[at] !== quote) return -1
      const keyStart = at + 1
      at = skipString(bytes, at)
      if (at === -1) return -1
      const key = keyAt(bytes, keyStart, at - 1, nth)
      if (lastRow[key] === row) throw duplicateKey(line, names[key] ?? '')
      lastRow[key] = row
      at = skipBlank(bytes, at)
      if (bytes[at] !== 58) return -1
      at = skipBlank(bytes, at + 1)
      let from = at
      let end = -1
      let type = absentCell
      let escaped = false
      switch (bytes[at]) {
        case quote: {
          type = stringCell
          from = at + 1
          for (end = from; ; end++) {
            const byte = bytes[end] ?? 0
            if (byte === quote) break
            if (byte === 92) {
              escaped = true
              break
            }
            if (byte < 32) return -1
          }
          at = escaped ? skipString(bytes, at) : end + 1
          if (at === -1) return -1
          end = at - 1
          break
        }
        case 116:
          type = booleanCell
          end = at = skipWord(bytes, at, 'true')
          break
        case 102:
          type = booleanCell
          end = at = skipWord(bytes, at, 'false')
          break
        case 110:
          end = at = skipWord(bytes, at, 'null')
          break
        case 91:
          type = listCell
          end = at = skipValue(bytes, at)
          break
        case 123:
          type = objectCell
          end = at = skipValue(bytes, at)
          break
        case 78:
        case 73:
          type = notFiniteCell
          end = at = skipValue(bytes, at)
          break
        default:
          type = bytes[at] === 45 && bytes[at + 1] === 73 ? notFiniteCell : numberCell
          end = at = type === numberCell ? skipNumber(bytes, at) : skipValue(bytes, at)
      }
      if (at === -1) return -1
      const slot = slots[key] ?? null
      if (slot !== null) {
        slot.starts[count] = from
        slot.ends[count] = end
        slot.types[count] = type
        if (escaped) slot.escaped.push(count)
      }
      at = skipBlank(bytes, at)
      if (bytes[at] === 125) return at + 1
      if (bytes[at] !== 44) return -1
      at = skipBlank(bytes, at + 1)
    }
  }

  /** Forgets the cells of a line that is not whole. */
  const undo = () => {
    const row = rows + count + 1
    for (let key = 0; key < names.length; key++) if (lastRow[key] === row) lastRow[key] = 0
    for (const {types, escaped} of wanted) {
      types[count] = absentCell
      if (escaped.at(-1) === count) escaped.pop()
    }
  }

  const take = (bytes: Uint8Array, end: number, last: boolean, offset: number): number => {
    let begin = 0
    let at = 0
    while (at < end) {
      const start = at
      const first = skipBlank(bytes, at)
      if (bytes[first] === lineFeed) {
        if (first >= end && !last) break
        at = Math.min(first + 1, end)
        line++
        continue
      }
      const stop = bytes[first] === 123 ? readObject(bytes, first) : -1
      const rest = stop === -1 ? -1 : skipBlank(bytes, stop)
      if (rest === -1 || bytes[rest] !== lineFeed || rest > end || (rest === end && !last)) {
        const lineEnd = bytes.indexOf(lineFeed, start)
        if (lineEnd >= end && !last) {
          if (end - start > maxLineLength) throw lineTooLong(line)
          undo()
          break
        }
        throw refusedLine(bytes, start, lineEnd, line)
      }
      if (rest - start > maxLineLength) throw lineTooLong(line)
      onLine?.(bytes, first, rest)
      lineOf[count++] = line++
      at = Math.min(rest + 1, end)
      if (count === blockRows) {
        flush(bytes, begin, at, offset)
        begin = at
      }
    }
    if (count > 0) flush(bytes, begin, at, offset)
    return at
  }

  const facts = (): PartFacts => {
    if (rows > 0) return {rows, header: names}
    throw new UserError('model/predictions-empty', 'The file holds no line with an object.', {
      hint: 'Expected one JSON object on each line.',
    })
  }
  return {take, facts}
}

function refusedLine(bytes: Uint8Array, start: number, end: number, line: number): UserError {
  // A line of another encoding is no JSON either, and the encoding is the better reason.
  checkText(bytes, start, end, 0, () => `line ${line}`)
  const first = skipBlank(bytes, start)
  const stop = skipValue(bytes, first)
  const valid = stop !== -1 && skipBlank(bytes, stop) >= end
  const text = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 1000)))
  return notAnObjectLine(line, text, valid)
}

/** Lines that end in a part of the text; its last one may lack its line feed. */
function linesBetween(bytes: Uint8Array, from: number, to: number): number {
  let count = bytes[to - 1] === lineFeed ? 0 : 1
  for (let at = from; at < to; at++) if (bytes[at] === lineFeed) count++
  return count
}
