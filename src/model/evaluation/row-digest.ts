/**
 * A name for a set of rows and their truth, whatever their order. Rows are sorted by the 32-bit FNV-1a hash of their key
 * and, among equal hashes, by the bytes of the key; then sha256 is taken over the rows in that order, each as
 * the length of the key (32 bits, little endian), the key, the length of the truth, the truth. Keys are unique, so there
 * is exactly one order, and two sets with one digest are a collision of sha256 itself; the fast hash only decides the
 * order. That is why this is no sum or xor of row hashes, which would need far longer hashes to be as safe.
 *
 * The truth of a row: the UTF-8 name of its class; the 8 bytes of a number (IEEE 754, little endian); of several values,
 * how many there are (32 bits) and then each with its length, sorted by code unit.
 *
 * FNV: Fowler, Noll, Vo; draft-eastlake-fnv, section 2. Offset basis 2166136261, prime 16777619.
 */
import {createHash, type Hash} from 'node:crypto'
import {assertNever} from '../../core/assert.ts'
import {type Digest, parseDigest} from '../../core/digest.ts'
import {fnv1a} from '../../core/hash.ts'
import type {CategoryColumn, ListColumn, NumberColumn, TextColumn} from '../readers/columns.ts'

export type TruthColumn = CategoryColumn | NumberColumn | ListColumn

/** @param truth null where the file says of no row what is true: then the rows alone are named */
export function digestRows(keys: TextColumn, truth: TruthColumn | null): Digest {
  const hash = createHash('sha256')
  const writer = blockWriter(hash)
  const writeTruth = truth === null ? () => writer.bytes(nothing, 0, 0) : truthWriter(truth, writer)
  const order = sortedRows(keys)
  for (let index = 0; index < order.length; index++) {
    const row = order[index] ?? 0
    writer.bytes(keys.bytes, keys.offsets[row] ?? 0, keys.offsets[row + 1] ?? 0)
    writeTruth(row)
  }
  writer.flush()
  return parseDigest(`sha256:${hash.digest('hex')}`)
}

const nothing = new Uint8Array(0)

interface Writer {
  /** Length and bytes. */
  bytes(from: Uint8Array, start: number, end: number): void
  count(value: number): void
  flush(): void
}

function blockWriter(hash: Hash): Writer {
  const block = new Uint8Array(1 << 16)
  let used = 0
  const flush = () => {
    hash.update(block.subarray(0, used))
    used = 0
  }
  const count = (value: number) => {
    if (used + 4 > block.length) flush()
    block[used] = value
    block[used + 1] = value >>> 8
    block[used + 2] = value >>> 16
    block[used + 3] = value >>> 24
    used += 4
  }
  return {
    flush,
    count,
    bytes: (from, start, end) => {
      count(end - start)
      if (end - start > block.length) {
        flush()
        hash.update(from.subarray(start, end))
        return
      }
      if (used + end - start > block.length) flush()
      // A local number: one that closures share is written to memory for each byte.
      let to = used
      for (let at = start; at < end; at++, to++) block[to] = from[at] ?? 0
      used = to
    },
  }
}

function truthWriter(truth: TruthColumn, writer: Writer): (row: number) => void {
  const encoder = new TextEncoder()
  switch (truth.kind) {
    case 'category': {
      const {codes} = truth
      const names = truth.names.map(name => encoder.encode(name))
      return row => {
        const name = names[codes[row] ?? 0] ?? nothing
        writer.bytes(name, 0, name.length)
      }
    }
    case 'number': {
      const {values} = truth
      const cell = new DataView(new ArrayBuffer(8))
      const bytes = new Uint8Array(cell.buffer)
      return row => {
        // Adding 0 makes one zero of -0 and 0, which every reader writes in its own way.
        cell.setFloat64(0, (values[row] ?? 0) + 0, true)
        writer.bytes(bytes, 0, 8)
      }
    }
    case 'list': {
      const {codes, offsets} = truth
      const names = truth.names.map(name => encoder.encode(name))
      const rank = ranksOf(truth.names)
      return row => {
        const own = codes.slice(offsets[row] ?? 0, offsets[row + 1] ?? 0)
        own.sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0))
        writer.count(own.length)
        for (const code of own) {
          const name = names[code] ?? nothing
          writer.bytes(name, 0, name.length)
        }
      }
    }
    default:
      return assertNever(truth)
  }
}

function ranksOf(names: readonly string[]): Int32Array {
  const rank = new Int32Array(names.length)
  const sorted = names.map((name, code) => ({name, code})).sort((a, b) => (a.name < b.name ? -1 : 1))
  sorted.forEach(({code}, place) => {
    rank[code] = place
  })
  return rank
}

/** Rows by hash, then by bytes: a counting sort by the upper bits, and small sorts within. */
function sortedRows(keys: TextColumn): Uint32Array {
  const count = keys.offsets.length - 1
  const hashes = new Uint32Array(count)
  for (let row = 0; row < count; row++) {
    hashes[row] = fnv1a(keys.bytes, keys.offsets[row] ?? 0, keys.offsets[row + 1] ?? 0)
  }
  const bits = Math.max(1, Math.min(20, Math.ceil(Math.log2(count + 1)) - 3))
  const shift = 32 - bits
  const starts = new Uint32Array((1 << bits) + 1)
  for (let row = 0; row < count; row++) {
    const bucket = ((hashes[row] ?? 0) >>> shift) + 1
    starts[bucket] = (starts[bucket] ?? 0) + 1
  }
  for (let bucket = 0; bucket < 1 << bits; bucket++) {
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0)
  }
  const order = new Uint32Array(count)
  const next = starts.slice()
  for (let row = 0; row < count; row++) {
    const bucket = (hashes[row] ?? 0) >>> shift
    const at = next[bucket] ?? 0
    order[at] = row
    next[bucket] = at + 1
  }
  const before = (a: number, b: number) => (hashes[a] ?? 0) - (hashes[b] ?? 0) || compareBytes(keys, a, b)
  for (let bucket = 0; bucket < 1 << bits; bucket++)
    sortRange(order, starts[bucket] ?? 0, starts[bucket + 1] ?? 0, before)
  return order
}

function sortRange(order: Uint32Array, start: number, end: number, compare: (a: number, b: number) => number): void {
  // Keys that were made to collide must not make this quadratic.
  if (end - start > 64) {
    order.subarray(start, end).sort(compare)
    return
  }
  for (let at = start + 1; at < end; at++) {
    const row = order[at] ?? 0
    let place = at
    while (place > start && compare(order[place - 1] ?? 0, row) > 0) {
      order[place] = order[place - 1] ?? 0
      place--
    }
    order[place] = row
  }
}

function compareBytes({bytes, offsets}: TextColumn, a: number, b: number): number {
  const startA = offsets[a] ?? 0
  const startB = offsets[b] ?? 0
  const lengthA = (offsets[a + 1] ?? 0) - startA
  const lengthB = (offsets[b + 1] ?? 0) - startB
  const shared = Math.min(lengthA, lengthB)
  for (let at = 0; at < shared; at++) {
    const difference = (bytes[startA + at] ?? 0) - (bytes[startB + at] ?? 0)
    if (difference !== 0) return difference
  }
  return lengthA - lengthB
}
