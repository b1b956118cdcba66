import {assertNever} from '../../core/assert.ts'
import {mixBits} from '../../core/hash.ts'
import type {Column, ListColumn} from '../readers/columns.ts'

/**
 * Two 32-bit hashes of each cell of a column, row by row: 64 bits, so that among ten million different cells a pair with
 * equal hashes is a matter of 3 in a million. Numbers and instants are hashed by value (1, 1.0 and 1e0 are one), words
 * and lists by their exact bytes. A missing cell has a hash of its own.
 */
export interface CellHashes {
  readonly first: Uint32Array
  readonly second: Uint32Array
  /** 1 where the row has no value. */
  readonly missing: Uint8Array
}

export function hashCells(column: Column): CellHashes {
  switch (column.kind) {
    case 'number':
    case 'instant':
      return hashNumbers(column.values)
    case 'category':
      return hashCodes(column.codes, column.names)
    case 'text':
      return hashTexts(column.bytes, column.offsets)
    case 'list':
      return hashLists(column)
    default:
      return assertNever(column)
  }
}

function emptyHashes(rows: number): CellHashes {
  return {first: new Uint32Array(rows), second: new Uint32Array(rows), missing: new Uint8Array(rows)}
}

function hashNumbers(values: Float64Array): CellHashes {
  const {first, second, missing} = emptyHashes(values.length)
  const number = new Float64Array(1)
  const halves = new Uint32Array(number.buffer)
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? 0
    if (Number.isNaN(value)) {
      missing[row] = 1
      continue
    }
    // Minus zero and zero are one value.
    number[0] = value + 0
    const low = halves[0] ?? 0
    const high = halves[1] ?? 0
    first[row] = mixBits(block(block(seeds.first, low), high))
    second[row] = mixBits(block(block(seeds.second, low), high))
  }
  return {first, second, missing}
}

function hashCodes(codes: Int32Array, names: readonly string[]): CellHashes {
  const {first, second, missing} = emptyHashes(codes.length)
  const hashes = names.map(name => hashBytes(encoder.encode(name)))
  const firstOf = Uint32Array.from(hashes, ([one]) => one)
  const secondOf = Uint32Array.from(hashes, ([, two]) => two)
  const none = names.indexOf('')
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    if (code === none) {
      missing[row] = 1
      continue
    }
    first[row] = firstOf[code] ?? 0
    second[row] = secondOf[code] ?? 0
  }
  return {first, second, missing}
}

function hashTexts(bytes: Uint8Array, offsets: Uint32Array): CellHashes {
  const {first, second, missing} = emptyHashes(offsets.length - 1)
  for (let row = 0; row < first.length; row++) {
    const start = offsets[row] ?? 0
    const end = offsets[row + 1] ?? 0
    if (start === end) {
      missing[row] = 1
      continue
    }
    first[row] = hashRange(bytes, start, end, seeds.first)
    second[row] = hashRange(bytes, start, end, seeds.second)
  }
  return {first, second, missing}
}

/** Which rows have no list and which an empty one the column does not tell, only how many: both have the hash of no entries. */
function hashLists({codes, offsets, names}: ListColumn): CellHashes {
  const {first, second, missing} = emptyHashes(offsets.length - 1)
  const hashes = names.map(name => hashBytes(encoder.encode(name)))
  for (let row = 0; row < first.length; row++) {
    let one = seeds.first
    let two = seeds.second
    for (let entry = offsets[row] ?? 0; entry < (offsets[row + 1] ?? 0); entry++) {
      const [a, b] = hashes[codes[entry] ?? 0] ?? [0, 0]
      one = block(one, a)
      two = block(two, b)
    }
    first[row] = mixBits(one)
    second[row] = mixBits(two)
  }
  return {first, second, missing}
}

const encoder = new TextEncoder()
/** Any two numbers that differ. */
const seeds: {readonly first: number; readonly second: number} = {first: 0x2545f491, second: 0x9e3779b9}

function hashBytes(bytes: Uint8Array): readonly [number, number] {
  return [hashRange(bytes, 0, bytes.length, seeds.first), hashRange(bytes, 0, bytes.length, seeds.second)]
}

/** MurmurHash3 (x86, 32 bits) by Austin Appleby, public domain: its block step and finalizer. */
function hashRange(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed
  let at = start
  for (; at + 4 <= end; at += 4) {
    hash = block(
      hash,
      (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24),
    )
  }
  let rest = 0
  for (let shift = 0; at < end; at++, shift += 8) rest |= (bytes[at] ?? 0) << shift
  return mixBits(block(hash, rest) ^ (end - start))
}

function block(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51)
  mixed = (mixed << 15) | (mixed >>> 17)
  const next = hash ^ Math.imul(mixed, 0x1b873593)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}

/** Joins the hashes of a row of several columns, in their order. */
export function combineHashes(columns: readonly CellHashes[], rows: number): CellHashes {
  const [only] = columns
  if (only && columns.length === 1) return only
  const joined = emptyHashes(rows)
  const {first, second, missing} = joined
  first.fill(seeds.first)
  second.fill(seeds.second)
  for (const column of columns) {
    for (let row = 0; row < rows; row++) {
      first[row] = block(first[row] ?? 0, column.first[row] ?? 0)
      second[row] = block(second[row] ?? 0, column.second[row] ?? 0)
      if (column.missing[row] === 1) missing[row] = 1
    }
  }
  for (let row = 0; row < rows; row++) {
    first[row] = mixBits(first[row] ?? 0)
    second[row] = mixBits(second[row] ?? 0)
  }
  return joined
}
