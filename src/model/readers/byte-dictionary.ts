import {fnv1a, mixBits} from '../../core/hash.ts'
import {columnTooLarge, maxColumnBytes} from './column-size.ts'

/** Numbers distinct byte strings in the order in which they are first seen, without building strings. */
export interface ByteDictionary {
  readonly size: number
  /**
   * The number of bytes[start] up to bytes[end]; a new one where it was not seen before.
   * @throws UserError `model/column-too-large` where all that was seen is more than 4 GiB
   */
  codeOf(bytes: Uint8Array, start: number, end: number): number
  /** The number of what was seen, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number
  /** Number of bytes of one entry. */
  lengthOf(code: number): number
  /** Whether an entry is exactly bytes[start] up to bytes[end]. */
  equals(code: number, bytes: Uint8Array, start: number, end: number): boolean
  text(code: number): string
}

/** Open addressing with linear probing; the table is at most half full. */
export function createByteDictionary(): ByteDictionary {
  let slots = new Int32Array(64)
  let mask = 63
  let size = 0
  let block = new Uint8Array(1024)
  let offsets = new Uint32Array(64)
  let hashes = new Int32Array(64)
  const recents = new Int32Array(256)

  const equals = (code: number, bytes: Uint8Array, start: number, end: number): boolean => {
    let at = offsets[code] ?? 0
    if ((offsets[code + 1] ?? 0) - at !== end - start) return false
    for (let from = start; from < end; from++, at++) if (block[at] !== bytes[from]) return false
    return true
  }

  const find = (bytes: Uint8Array, start: number, end: number): number => {
    const hash = hashBytes(bytes, start, end)
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = (slots[slot] ?? 0) - 1
      if (code === -1) return -1
      if (hashes[code] === hash && equals(code, bytes, start, end)) return code
    }
  }

  const add = (bytes: Uint8Array, start: number, end: number): number => {
    const code = size++
    if (size * 2 > slots.length) {
      slots = new Int32Array(slots.length * 2)
      mask = slots.length - 1
      for (let each = 0; each < code; each++) place(slots, hashes[each] ?? 0, each)
    }
    if (code + 2 > offsets.length) {
      offsets = grown(offsets, new Uint32Array(offsets.length * 2))
      hashes = grown(hashes, new Int32Array(hashes.length * 2))
    }
    const used = offsets[code] ?? 0
    if (used + end - start > maxColumnBytes) throw columnTooLarge('A column of classes or groups')
    if (used + end - start > block.length) {
      block = grown(block, new Uint8Array(Math.max(Math.min(block.length * 2, maxColumnBytes), used + end - start)))
    }
    block.set(bytes.subarray(start, end), used)
    offsets[code + 1] = used + end - start
    const hash = hashBytes(bytes, start, end)
    hashes[code] = hash
    place(slots, hash, code)
    return code
  }

  const decoder = new TextDecoder()
  return {
    get size() {
      return size
    },
    codeOf: (bytes, start, end) => {
      // Classes and groups are few: their ends and length mostly tell them apart, and a hash is not needed.
      const shape = ((bytes[start] ?? 0) * 5 + (bytes[end - 1] ?? 0) * 3 + (end - start) * 17) & 255
      const recent = (recents[shape] ?? 0) - 1
      if (recent !== -1 && equals(recent, bytes, start, end)) return recent
      let code = find(bytes, start, end)
      if (code === -1) code = add(bytes, start, end)
      recents[shape] = code + 1
      return code
    },
    find,
    equals,
    lengthOf: code => (offsets[code + 1] ?? 0) - (offsets[code] ?? 0),
    text: code => decoder.decode(block.subarray(offsets[code] ?? 0, offsets[code + 1] ?? 0)),
  }
}

function place(slots: Int32Array, hash: number, code: number): void {
  const mask = slots.length - 1
  let slot = hash & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  slots[slot] = code + 1
}

/** FNV-1a over the bytes, mixed, so that the low bits depend on every byte. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  return mixBits(fnv1a(bytes, start, end))
}

export function grown<T extends Int32Array | Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** How much room to make for what is needed now and likely to come; by half at least, so that growing stays cheap. */
export function roomFor(capacity: number, needed: number, likely: number): number {
  return Math.ceil(Math.max(capacity * 1.5, needed, likely))
}
