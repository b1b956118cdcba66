import {Malformed} from '../../malformed.ts'
import {BitsHighFirst, decodeBlock} from './bzip2-block.ts'
import {noteChecksum, type Source} from './codec.ts'
import {Feed} from './feed.ts'
import {pieceBytes} from './history.ts'

/** A block has at most 32,767 groups of 50 symbols of at most 20 bits. */
const blockMargin = 4_200_000
const pi = 0x314159265359
const squareRootOfPi = 0x177245385090

/**
 * Streams of bzip2 that follow each other. There is no specification; the source is bzip2 1.0.8 (decompress.c), and
 * Joe Tsai's "BZIP2: Format Specification".
 */
export async function* bzip2(source: Source): AsyncGenerator<Uint8Array, void> {
  const feed = new Feed(source.bytes, source.at)
  try {
    do {
      yield* stream(feed, source)
      source.members++
      source.at = feed.position
      await feed.fill(10)
    } while (startsStream(feed.window.subarray(feed.at)))
  } catch (error) {
    source.at = feed.position
    throw error
  }
}

/** `BZh`, the size of blocks, and the mark of a first block or of an empty stream. */
export function startsStream(bytes: Uint8Array): boolean {
  const [b, z, h, level = 0, first] = bytes
  if (b !== 0x42 || z !== 0x5a || h !== 0x68 || level < 0x31 || level > 0x39) return false
  return bytes.length >= 10 && (first === 0x31 || first === 0x17)
}

async function* stream(feed: Feed, source: Source): AsyncGenerator<Uint8Array, void> {
  const start = feed.position
  await feed.need(4)
  const [b, z, h, level = 0] = feed.take(4)
  if (b !== 0x42 || z !== 0x5a || h !== 0x68 || level < 0x31 || level > 0x39) {
    throw new Malformed('It has no header of bzip2.', start)
  }
  const bits = new BitsHighFirst(feed)
  const blockBytes = (level - 0x30) * 100_000
  let combined = 0
  while (true) {
    await feed.fill(blockMargin)
    const mark = bits.take(24) * 2 ** 24 + bits.take(24)
    const written = bits.take(16) * 65_536 + bits.take(16)
    if (mark === squareRootOfPi) {
      bits.align()
      if (written !== combined >>> 0)
        noteChecksum(source, 'The checksum of the stream does not fit.', feed.position - 4)
      return
    }
    if (mark !== pi) throw new Malformed('Something else than a block follows.', feed.position)
    const text = decodeBlock(bits, blockBytes)
    const sum = new Crc32High()
    for (const piece of unrepeated(text)) {
      sum.add(piece)
      yield piece
    }
    if (sum.value !== written) noteChecksum(source, 'The checksum of a block does not fit.', feed.position)
    combined = ((combined << 1) | (combined >>> 31)) ^ sum.value
  }
}

/** Undoes the first step: four equal bytes are followed by how often they are repeated, 0 to 255. */
function* unrepeated(text: Uint8Array): Generator<Uint8Array, void> {
  let piece = new Uint8Array(pieceBytes + 256)
  let at = 0
  let run = 0
  let last = -1
  for (const byte of text) {
    if (run === 4) {
      piece.fill(last, at, at + byte)
      at += byte
      run = 0
      last = -1
    } else {
      run = byte === last ? run + 1 : 1
      last = byte
      piece[at++] = byte
    }
    if (at >= pieceBytes) {
      yield piece.subarray(0, at)
      piece = new Uint8Array(pieceBytes + 256)
      at = 0
    }
  }
  if (at > 0) yield piece.subarray(0, at)
}

/** CRC-32 with the highest bit first, as bzip2 has it. */
class Crc32High {
  #crc = 0xffffffff

  add(bytes: Uint8Array): void {
    let crc = this.#crc
    for (let at = 0; at < bytes.length; at++) {
      crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ (bytes[at] ?? 0)) & 255] ?? 0)
    }
    this.#crc = crc
  }

  get value(): number {
    return ~this.#crc >>> 0
  }
}

const crcTable = Int32Array.from({length: 256}, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value
})
