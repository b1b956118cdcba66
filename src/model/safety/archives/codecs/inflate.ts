import {Malformed} from '../../malformed.ts'
import type {Source} from './codec.ts'
import {Feed} from './feed.ts'
import {History, pieceBytes} from './history.ts'
import {Bits, type Code, codeOf, fixedCode, readSymbol} from './inflate-code.ts'

/** Deflate (RFC 1951), and Deflate64, its variant with a window of 64 KiB that Windows writes into large ZIP archives. */
export type DeflateVariant = 'deflate' | 'deflate64'

interface Codes {
  readonly lengths: Code
  readonly distances: Code
}

/** A block's header takes at most 2300 bits, a symbol with its match 64. */
const headerMargin = 512
const symbolMargin = 16

/**
 * Inflates to the very symbol where the data breaks off, unlike zlib, which drops what it has not handed on. Slower than
 * zlib: for what zlib refuses. Leaves `source.at` behind the last block.
 */
export async function* inflateAll(source: Source, variant: DeflateVariant): AsyncGenerator<Uint8Array, void> {
  const feed = new Feed(source.bytes, source.at)
  const bits = new Bits(feed)
  const history = new History(variant === 'deflate' ? 32_768 : 65_536)
  try {
    for (let last = false; !last; ) {
      await feed.fill(headerMargin)
      last = bits.take(1) === 1
      const kind = bits.take(2)
      if (kind === 0) yield* copyStored(bits, history)
      else if (kind === 3) throw new Malformed('A block is of no known kind.', feed.position)
      else {
        const codes = kind === 1 ? fixedCode : readCodes(bits)
        for (let open = true; open; ) {
          await feed.fill(symbolMargin)
          open = runSymbols(bits, history, codes, variant)
          if (history.waiting >= pieceBytes) yield history.give()
        }
      }
    }
  } catch (error) {
    source.at = feed.position
    // What came before the damage was taken by loaders that read in pieces.
    if (history.waiting > 0) yield history.give()
    throw error
  }
  source.at = feed.position
  if (history.waiting > 0) yield history.give()
}

/** A block without compression (section 3.2.4). */
async function* copyStored(bits: Bits, history: History): AsyncGenerator<Uint8Array, void> {
  const {feed} = bits
  bits.align()
  await feed.need(4)
  const header = feed.take(4)
  let left = (header[0] ?? 0) + 256 * (header[1] ?? 0)
  const check = (header[2] ?? 0) + 256 * (header[3] ?? 0)
  if (left + check !== 0xffff) throw new Malformed('The length of a stored block does not fit.', feed.position)
  while (left > 0) {
    await feed.need(1)
    const part = feed.take(Math.min(left, feed.ready))
    history.write(part)
    left -= part.length
    if (history.waiting >= pieceBytes) yield history.give()
  }
}

/** Decodes while enough input is ready. False at the end of the block. */
function runSymbols(bits: Bits, history: History, {lengths, distances}: Codes, variant: DeflateVariant): boolean {
  const {feed} = bits
  const wide = variant === 'deflate64'
  for (let budget = pieceBytes; budget > 0; ) {
    if (feed.ready < symbolMargin && !feed.isLast) return true
    const symbol = readSymbol(bits, lengths)
    if (symbol < 256) {
      history.room(1)
      history.put(symbol)
      budget--
      continue
    }
    if (symbol === 256) return false
    const length = lengthOf(bits, symbol, wide)
    const distance = distanceOf(bits, readSymbol(bits, distances), wide)
    history.room(length)
    history.repeat(distance, length)
    budget -= length
  }
  return true
}

/** Section 3.2.5: symbols 257 to 284 in groups of four with one more bit each; 285 is 258, or 3 and 16 bits. */
function lengthOf(bits: Bits, symbol: number, wide: boolean): number {
  const index = symbol - 257
  if (index > 28) throw new Malformed('A length is of no known kind.', bits.feed.position)
  if (index === 28) return wide ? 3 + bits.take(16) : 258
  if (index < 8) return 3 + index
  const extra = (index >> 2) - 1
  return 3 + ((4 + (index & 3)) << extra) + bits.take(extra)
}

function distanceOf(bits: Bits, symbol: number, wide: boolean): number {
  if (symbol > (wide ? 31 : 29)) throw new Malformed('A distance is of no known kind.', bits.feed.position)
  if (symbol < 4) return 1 + symbol
  const extra = (symbol >> 1) - 1
  return 1 + ((2 + (symbol & 1)) << extra) + bits.take(extra)
}

/** The codes of a block with codes of its own (section 3.2.7). */
function readCodes(bits: Bits): Codes {
  const literals = bits.take(5) + 257
  const total = literals + bits.take(5) + 1
  const given = bits.take(4) + 4
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  const ofLengths = new Uint8Array(19)
  for (const index of order.slice(0, given)) ofLengths[index] = bits.take(3)
  const code = codeOf(ofLengths, bits.feed.position)
  const lengths = new Uint8Array(total)
  for (let at = 0; at < total; ) {
    const symbol = readSymbol(bits, code)
    if (symbol < 16) {
      lengths[at++] = symbol
      continue
    }
    const repeated = symbol === 16 ? lengths[at - 1] : 0
    const count = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
    if (repeated === undefined || at + count > total) {
      throw new Malformed('The lengths of codes do not fit.', bits.feed.position)
    }
    lengths.fill(repeated, at, at + count)
    at += count
  }
  if (lengths[256] === 0) throw new Malformed('A block has no end.', bits.feed.position)
  return {
    lengths: codeOf(lengths.subarray(0, literals), bits.feed.position),
    distances: codeOf(lengths.subarray(literals), bits.feed.position),
  }
}
