import {Malformed} from '../../malformed.ts'
import {NotRead} from './codec.ts'
import type {Feed} from './feed.ts'

/** Bits from the highest of a byte to the lowest. */
export class BitsHighFirst {
  readonly feed: Feed
  #hold = 0
  #count = 0

  constructor(feed: Feed) {
    this.feed = feed
  }

  /** @param count at most 24. @throws Malformed at the end of the data */
  take(count: number): number {
    const {feed} = this
    while (this.#count < count) {
      const next = feed.window[feed.at]
      if (next === undefined) throw new Malformed('The compressed data ends too early.', feed.position)
      feed.at++
      this.#hold = (this.#hold << 8) | next
      this.#count += 8
    }
    this.#count -= count
    return (this.#hold >>> this.#count) & ((1 << count) - 1)
  }

  /** Goes on at the next whole byte. Fewer than eight bits are ever kept. */
  align(): void {
    this.#count = 0
  }
}

interface Table {
  /** For each length the largest code of at most that length, and what to add to a code for its index. */
  readonly limit: Int32Array
  readonly base: Int32Array
  readonly symbols: Uint16Array
  readonly shortest: number
}

const groupSymbols = 50
const longest = 20

/** A block behind its checksum: the bytes before the Burrows-Wheeler transform, still with their runs counted. */
export function decodeBlock(bits: BitsHighFirst, blockBytes: number): Uint8Array {
  const byte = bits.feed.position
  // Old versions shuffled blocks that were hard to sort; none has been written since 1996.
  if (bits.take(1) === 1) throw new NotRead('A block is randomised, as versions before 0.9.5 wrote it.', byte)
  const origin = bits.take(24)
  const used = readUsed(bits)
  if (used.length === 0) throw new Malformed('A block uses no bytes.', byte)
  const symbols = used.length + 2
  const tableCount = bits.take(3)
  if (tableCount < 2 || tableCount > 6) throw new Malformed(`A block has ${tableCount} tables, not 2 to 6.`, byte)
  const selectors = readSelectors(bits, tableCount)
  const tables = Array.from({length: tableCount}, () => readTable(bits, symbols))
  const sorted = new Uint32Array(blockBytes)
  const length = readSymbols(bits, {selectors, tables, used}, sorted)
  if (origin >= length) throw new Malformed('A block begins outside of itself.', byte)
  return unsorted(sorted.subarray(0, length), origin)
}

/** Which bytes occur: sixteen groups of sixteen. */
function readUsed(bits: BitsHighFirst): Uint8Array {
  const groups = bits.take(16)
  const used: number[] = []
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue
    const members = bits.take(16)
    for (let index = 0; index < 16; index++) if ((members & (0x8000 >> index)) !== 0) used.push(group * 16 + index)
  }
  return Uint8Array.from(used)
}

/** Which table each group of fifty symbols has, as moves to the front. */
function readSelectors(bits: BitsHighFirst, tableCount: number): Uint8Array {
  const count = bits.take(15)
  if (count === 0) throw new Malformed('A block has no selectors.', bits.feed.position)
  const order = Array.from({length: tableCount}, (_, index) => index)
  const selectors = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    let place = 0
    while (bits.take(1) === 1) {
      place++
      if (place >= tableCount) throw new Malformed('A selector names no table.', bits.feed.position)
    }
    const [table = 0] = order.splice(place, 1)
    order.unshift(table)
    selectors[index] = table
  }
  return selectors
}

/** Lengths of codes as differences, and from them the canonical code. */
function readTable(bits: BitsHighFirst, symbols: number): Table {
  const lengths = new Uint8Array(symbols)
  let length = bits.take(5)
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (true) {
      if (length < 1 || length > longest) throw new Malformed('The length of a code does not fit.', bits.feed.position)
      if (bits.take(1) === 0) break
      length += bits.take(1) === 0 ? 1 : -1
    }
    lengths[symbol] = length
  }
  return tableOf(lengths)
}

function tableOf(lengths: Uint8Array): Table {
  const counts = new Int32Array(longest + 2)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  const limit = new Int32Array(longest + 1).fill(-1)
  const base = new Int32Array(longest + 1)
  const symbols = new Uint16Array(lengths.length)
  const next = new Int32Array(longest + 1)
  let index = 0
  let code = 0
  for (let length = 1; length <= longest; length++) {
    const count = counts[length] ?? 0
    base[length] = index - code
    next[length] = index
    index += count
    code += count
    limit[length] = count > 0 ? code - 1 : -1
    code <<= 1
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0
    const place = next[length] ?? 0
    symbols[place] = symbol
    next[length] = place + 1
  }
  return {limit, base, symbols, shortest: Math.min(...lengths)}
}

/** Huffman codes, runs of the front symbol in bijective base 2, moves to the front. Returns how many bytes there are. */
function readSymbols(
  bits: BitsHighFirst,
  {selectors, tables, used}: {selectors: Uint8Array; tables: readonly Table[]; used: Uint8Array},
  out: Uint32Array,
): number {
  const front = used.slice()
  const end = used.length + 1
  let length = 0
  let run = 0
  let place = 1
  for (const selector of selectors) {
    const table = tables[selector]
    if (table === undefined) break
    for (let left = groupSymbols; left > 0; left--) {
      const symbol = readCode(bits, table)
      if (symbol <= 1) {
        run += place << symbol
        place *= 2
        if (run > out.length - length) throw new Malformed('A block is longer than it may be.', bits.feed.position)
        continue
      }
      if (run > 0) {
        out.fill(front[0] ?? 0, length, length + run)
        length += run
        run = 0
        place = 1
      }
      if (symbol === end) return length
      if (length >= out.length) throw new Malformed('A block is longer than it may be.', bits.feed.position)
      const byte = front[symbol - 1] ?? 0
      front.copyWithin(1, 0, symbol - 1)
      front[0] = byte
      out[length++] = byte
    }
  }
  throw new Malformed('A block has more symbols than selectors for them.', bits.feed.position)
}

function readCode(bits: BitsHighFirst, {limit, base, symbols, shortest}: Table): number {
  let code = bits.take(shortest)
  for (let length = shortest; length <= longest; length++) {
    if (code <= (limit[length] ?? -1)) {
      const symbol = symbols[code + (base[length] ?? 0)]
      if (symbol !== undefined) return symbol
      break
    }
    code = (code << 1) | bits.take(1)
  }
  throw new Malformed('The compressed data holds bits that are no code.', bits.feed.position)
}

/** Undoes the Burrows-Wheeler transform: each entry gets the index of the next in its upper 24 bits. */
function unsorted(sorted: Uint32Array, origin: number): Uint8Array {
  const starts = new Uint32Array(257)
  for (let at = 0; at < sorted.length; at++) {
    const byte = sorted[at] ?? 0
    starts[byte + 1] = (starts[byte + 1] ?? 0) + 1
  }
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] = (starts[byte + 1] ?? 0) + (starts[byte] ?? 0)
  for (let at = 0; at < sorted.length; at++) {
    const byte = (sorted[at] ?? 0) & 255
    const place = starts[byte] ?? 0
    starts[byte] = place + 1
    sorted[place] = ((sorted[place] ?? 0) & 255) | (at << 8)
  }
  const text = new Uint8Array(sorted.length)
  let next = (sorted[origin] ?? 0) >>> 8
  for (let at = 0; at < text.length; at++) {
    const entry = sorted[next] ?? 0
    text[at] = entry & 255
    next = entry >>> 8
  }
  return text
}
