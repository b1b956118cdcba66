import {messageOf} from '../../../../core/failure.ts'
import {writeLz4Block} from '../../../readers/parquet/lz4.ts'
import {Malformed} from '../../malformed.ts'
import {NotRead, noteChecksum, type Source} from './codec.ts'
import {Feed} from './feed.ts'
import {Xxh32} from './xxh32.ts'

const frameMagic = 0x184d2204
const legacyMagic = 0x184c2102
const skippableMagic = 0x184d2a50
/** How far back a match may go. */
const reach = 64 * 1024
const legacyBlockBytes = 8 * 1024 * 1024

/** Frames that follow each other, of today's kind, of the kind before 2013, and skippable ones (lz4_Frame_format.md 1.6.4). */
export async function* lz4(source: Source): AsyncGenerator<Uint8Array, void> {
  const feed = new Feed(source.bytes, source.at)
  try {
    do {
      await feed.need(4)
      const magic = u32(feed)
      if (magic === frameMagic) yield* frame(feed, source)
      else if (magic === legacyMagic) yield* legacyFrame(feed)
      else if ((magic & 0xfffffff0) >>> 0 === skippableMagic) await skip(feed)
      else throw new Malformed('It has no header of an LZ4 frame.', feed.position - 4)
      source.members++
      source.at = feed.position
      await feed.fill(4)
    } while (startsFrame(feed.window, feed.at))
  } catch (error) {
    source.at = feed.position
    throw error
  }
}

export function startsFrame(bytes: Uint8Array, at = 0): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4)
  const magic = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
  return magic === frameMagic || magic === legacyMagic || (magic & 0xfffffff0) >>> 0 === skippableMagic
}

async function* frame(feed: Feed, source: Source): AsyncGenerator<Uint8Array, void> {
  const start = feed.position
  await feed.need(2)
  const [flags = 0, sizes = 0] = feed.window.subarray(feed.at, feed.at + 2)
  if (flags >> 6 !== 1) throw new NotRead(`The frame has version ${flags >> 6}, and 1 is read.`, start)
  if ((flags & 1) !== 0) throw new NotRead('The frame needs a dictionary of the reader’s own.', start)
  const code = (sizes >> 4) & 7
  if (code < 4) throw new Malformed('The size of blocks is of no known kind.', start + 1)
  const length = 2 + ((flags & 8) === 0 ? 0 : 8)
  await feed.need(length + 1)
  const header = feed.take(length)
  const headerSum = (new Xxh32().add(header).value >> 8) & 255
  if (feed.take(1)[0] !== headerSum) noteChecksum(source, 'The checksum of the header does not fit.', start)
  const blocks = new Blocks(4 ** (code + 4), (flags & 32) === 0)
  const sum = new Xxh32()
  while (true) {
    await feed.need(4)
    const mark = u32(feed)
    if (mark === 0) break
    const size = mark & 0x7fffffff
    const packed = await blocks.read(feed, size)
    const content = blocks.unpack(packed, mark > 0x7fffffff, feed)
    sum.add(content)
    if ((flags & 16) !== 0) {
      const computed = new Xxh32().add(packed).value
      await feed.need(4)
      if (u32(feed) !== computed) noteChecksum(source, 'The checksum of a block does not fit.', feed.position - 4)
    }
    yield content
  }
  if ((flags & 4) === 0) return
  await feed.need(4)
  if (u32(feed) !== sum.value) noteChecksum(source, 'The checksum of the content does not fit.', feed.position - 4)
}

/** Blocks of 8 MiB, up to the end of the file or the next frame. */
async function* legacyFrame(feed: Feed): AsyncGenerator<Uint8Array, void> {
  const blocks = new Blocks(legacyBlockBytes, false)
  while (true) {
    await feed.fill(4)
    if (feed.ready < 4 || startsFrame(feed.window, feed.at)) return
    yield blocks.unpack(await blocks.read(feed, u32(feed)), false, feed)
  }
}

async function skip(feed: Feed): Promise<void> {
  await feed.need(4)
  for (let left = u32(feed); left > 0; ) {
    await feed.need(1)
    left -= feed.take(Math.min(left, feed.ready)).length
  }
}

/** Blocks of a frame: each may refer to the 64 KiB before it. */
class Blocks {
  readonly #largest: number
  readonly #linked: boolean
  #buffer = new Uint8Array(0)
  #length = 0

  constructor(largest: number, linked: boolean) {
    this.#largest = largest
    this.#linked = linked
  }

  async read(feed: Feed, size: number): Promise<Uint8Array> {
    // Data that cannot be compressed is stored; a compressed block is never larger than that by more than 0.4 %.
    if (size > this.#largest + (this.#largest >> 7) + 16) {
      throw new Malformed(`A block says it has ${size} bytes, and at most ${this.#largest} are allowed.`, feed.position)
    }
    await feed.need(size)
    return feed.take(size)
  }

  /** A copy. @throws Malformed */
  unpack(packed: Uint8Array, isStored: boolean, feed: Feed): Uint8Array {
    if (this.#buffer.length === 0) this.#buffer = new Uint8Array(reach + this.#largest)
    const from = this.#linked ? this.#length : 0
    const output = this.#buffer.subarray(0, from + this.#largest)
    let to = from
    try {
      if (isStored) {
        if (packed.length > this.#largest) throw new Error('a stored block is longer than the frame allows')
        output.set(packed, from)
        to = from + packed.length
      } else to = writeLz4Block(packed, {start: 0, end: packed.length}, output, from, 0)
    } catch (error) {
      throw new Malformed(`A block cannot be unpacked: ${messageOf(error)}.`, feed.position)
    }
    const content = output.slice(from, to)
    const kept = Math.min(to, reach)
    this.#buffer.copyWithin(0, to - kept, to)
    this.#length = kept
    return content
  }
}

function u32(feed: Feed): number {
  const [a = 0, b = 0, c = 0, d = 0] = feed.take(4)
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}
