import {Malformed} from '../../malformed.ts'
import type {Feed} from './feed.ts'

/** Bits of a deflate stream: from the lowest of a byte to the highest. */
export class Bits {
  readonly feed: Feed
  #hold = 0
  #count = 0

  constructor(feed: Feed) {
    this.feed = feed
  }

  /** @param count at most 16. @throws Malformed at the end of the data */
  take(count: number): number {
    const {feed} = this
    while (this.#count < count) {
      if (feed.at >= feed.window.length) throw new Malformed('The compressed data ends too early.', feed.position)
      this.#hold |= (feed.window[feed.at++] ?? 0) << this.#count
      this.#count += 8
    }
    const value = this.#hold & ((1 << count) - 1)
    this.#hold >>>= count
    this.#count -= count
    return value
  }

  /** Goes on at the next whole byte. Fewer than eight bits are ever kept. */
  align(): void {
    this.#hold = 0
    this.#count = 0
  }
}

/** A canonical Huffman code: how many codes there are of each length, and their symbols in order. */
export interface Code {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

const longest = 15

/** @param lengths of the code of each symbol, in bits; 0 where it has none. @throws Malformed for more codes than fit */
export function codeOf(lengths: Uint8Array, byte?: number): Code {
  const counts = new Uint16Array(longest + 1)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  counts[0] = 0
  let free = 1
  const offsets = new Uint16Array(longest + 2)
  for (let length = 1; length <= longest; length++) {
    const count = counts[length] ?? 0
    free = free * 2 - count
    if (free < 0) throw new Malformed('A Huffman code has more codes than fit.', byte)
    offsets[length + 1] = (offsets[length] ?? 0) + count
  }
  const symbols = new Uint16Array(lengths.length)
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue
    const at = offsets[length] ?? 0
    symbols[at] = symbol
    offsets[length] = at + 1
  }
  return {counts, symbols}
}

/** @throws Malformed for bits that are no code */
export function readSymbol(bits: Bits, {counts, symbols}: Code): number {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= longest; length++) {
    code |= bits.take(1)
    const count = counts[length] ?? 0
    if (code - count < first) return symbols[index + (code - first)] ?? 0
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  throw new Malformed('The compressed data holds bits that are no code.', bits.feed.position)
}

/** The codes that need not be written (RFC 1951, section 3.2.6). */
export const fixedCode: {readonly lengths: Code; readonly distances: Code} = {
  lengths: codeOf(
    Uint8Array.from({length: 288}, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)),
  ),
  distances: codeOf(new Uint8Array(32).fill(5)),
}
