import {hashBytes} from './byte-dictionary.ts'
import type {TextColumn} from './columns.ts'

/** Finds rows by their text, byte for byte, without building strings: ten million ids cost some 80 MB. */
export interface TextIndex {
  /** The first row whose text equals that of `row` in another column (or in this one); -1 where there is none. */
  find(other: TextColumn, row: number): number
  /** Rows that repeat the text of an earlier row, and the first three of them. Absent texts repeat nothing. */
  readonly duplicates: {readonly count: number; readonly rows: readonly number[]}
}

/** Rows whose text is absent are not in the index: nothing is equal to a missing id. */
export function indexTexts(column: TextColumn): TextIndex {
  const rows = column.offsets.length - 1
  let size = 16
  while (size < rows * 1.5) size *= 2
  const mask = size - 1
  /** Row + 1; 0 where the slot is free. The tag tells most different texts apart without touching them. */
  const slots = new Int32Array(size)
  const tags = new Uint8Array(size)
  const {bytes, offsets} = column
  const examples: number[] = []
  let count = 0

  for (let row = 0; row < rows; row++) {
    const start = offsets[row] ?? 0
    const end = offsets[row + 1] ?? 0
    if (start === end) continue
    const hash = hashBytes(bytes, start, end)
    const tag = hash >>> 24
    let slot = hash & mask
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (tags[slot] !== tag || !equalAt(column, (slots[slot] ?? 0) - 1, bytes, start, end)) continue
      count++
      if (examples.length < 3) examples.push(row)
      break
    }
    if (slots[slot] !== 0) continue
    slots[slot] = row + 1
    tags[slot] = tag
  }

  const find = (other: TextColumn, row: number): number => {
    const start = other.offsets[row] ?? 0
    const end = other.offsets[row + 1] ?? 0
    if (start === end) return -1
    const hash = hashBytes(other.bytes, start, end)
    const tag = hash >>> 24
    for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const found = (slots[slot] ?? 0) - 1
      if (tags[slot] === tag && equalAt(column, found, other.bytes, start, end)) return found
    }
    return -1
  }
  return {find, duplicates: {count, rows: examples}}
}

function equalAt({bytes, offsets}: TextColumn, row: number, other: Uint8Array, start: number, end: number): boolean {
  let at = offsets[row] ?? 0
  if ((offsets[row + 1] ?? 0) - at !== end - start) return false
  for (let from = start; from < end; from++, at++) if (bytes[at] !== other[from]) return false
  return true
}
