import type {TextColumn} from '../readers/columns.ts'
import {combineHashes, hashCells} from './cell-hashes.ts'

/** The columns of a key, each value exactly as it is written. One column, or several that count together. */
export type KeyColumns = readonly TextColumn[]

export interface KeyIndex {
  /** Rows whose key another row above already has. */
  readonly repeated: number
  /** Rows in which a part of the key is missing. They are in no index: what is missing equals nothing. */
  readonly incomplete: number
  readonly distinct: number
  /** Whether a row of other columns has a key that is here. */
  has(columns: KeyColumns, row: number, first: number): boolean
}

/**
 * Finds keys by hash in an open-addressing table, and compares the bytes wherever two hashes are equal: no key is taken
 * for another. Time and memory grow linearly with the rows.
 */
export function indexKeys(columns: KeyColumns, rows: number): KeyIndex {
  const hashes = combineHashes(columns.map(hashCells), rows)
  let size = 16
  while (size < rows * 2) size *= 2
  // Row + 1, so that 0 is an empty place.
  const table = new Int32Array(size)
  const mask = size - 1
  let repeated = 0
  let incomplete = 0
  let distinct = 0

  const find = (others: KeyColumns, row: number, hash: number): number => {
    let place = hash & mask
    for (;;) {
      const held = (table[place] ?? 0) - 1
      if (held === -1) return ~place
      if ((hashes.first[held] ?? 0) === hash && sameKey(columns, held, others, row)) return held
      place = (place + 1) & mask
    }
  }

  for (let row = 0; row < rows; row++) {
    if (hashes.missing[row] === 1) {
      incomplete++
      continue
    }
    const found = find(columns, row, hashes.first[row] ?? 0)
    if (found >= 0) repeated++
    else {
      table[~found] = row + 1
      distinct++
    }
  }
  return {repeated, incomplete, distinct, has: (others, row, hash) => find(others, row, hash) >= 0}
}

/** Rows of `columns` whose key the index does not have, and rows without a key. */
export function countUnknown(index: KeyIndex, columns: KeyColumns, rows: number): {unknown: number; missing: number} {
  const {first, missing} = combineHashes(columns.map(hashCells), rows)
  let unknown = 0
  let without = 0
  for (let row = 0; row < rows; row++) {
    if (missing[row] === 1) without++
    else if (!index.has(columns, row, first[row] ?? 0)) unknown++
  }
  return {unknown, missing: without}
}

function sameKey(left: KeyColumns, a: number, right: KeyColumns, b: number): boolean {
  for (let column = 0; column < left.length; column++) {
    const [one, two] = [left[column], right[column]]
    if (!one || !two || !sameText(one, a, two, b)) return false
  }
  return true
}

function sameText(left: TextColumn, a: number, right: TextColumn, b: number): boolean {
  const from = left.offsets[a] ?? 0
  const length = (left.offsets[a + 1] ?? 0) - from
  const other = right.offsets[b] ?? 0
  if ((right.offsets[b + 1] ?? 0) - other !== length) return false
  for (let at = 0; at < length; at++) if (left.bytes[from + at] !== right.bytes[other + at]) return false
  return true
}
