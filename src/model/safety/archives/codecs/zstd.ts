import {constants, createZstdDecompress} from 'node:zlib'
import {messageOf} from '../../../../core/failure.ts'
import {headerLength} from '../../../readers/zstd-frames.ts'
import {Malformed} from '../../malformed.ts'
import {NotRead, type Source} from './codec.ts'
import {Feed} from './feed.ts'
import {pumped} from './node-stream.ts'

const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50
/** A window of 128 MiB, as the zstd program takes without being asked. */
const largestWindowLog = 27

/** Frames that follow each other, skippable ones among them (RFC 8878, section 3.1). */
export async function* zstd(source: Source): AsyncGenerator<Uint8Array, void> {
  const feed = new Feed(source.bytes, source.at)
  do {
    await feed.need(4)
    const magic = u32At(feed.window, feed.at)
    if (magic === frameMagic) yield* frame(feed, source)
    else if (isSkippable(magic)) await skip(feed)
    else throw new Malformed('It has no header of a zstd frame.', feed.position)
    source.members++
    source.at = feed.position
    await feed.fill(4)
  } while (startsFrame(feed.window, feed.at))
}

export function startsFrame(bytes: Uint8Array, at = 0): boolean {
  const magic = u32At(bytes, at)
  return magic === frameMagic || isSkippable(magic)
}

function isSkippable(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === skippableMagic
}

async function* frame(feed: Feed, source: Source): AsyncGenerator<Uint8Array, void> {
  const start = feed.position
  // A chunk waits until the one before is taken.
  const options = {
    chunkSize: 128 * 1024,
    highWaterMark: 1,
    params: {[constants.ZSTD_d_windowLogMax]: largestWindowLog},
  }
  const stream = createZstdDecompress(options)
  try {
    yield* pumped(piecesOf(feed), stream)
  } catch (error) {
    source.at = feed.position
    if (error instanceof Malformed) throw error
    const what = `The frame cannot be unpacked (${messageOf(error)}).`
    throw /memory|window/i.test(what) ? new NotRead(what, start) : new Malformed(what, feed.position)
  }
}

/** Header and blocks of a frame, each by itself. */
async function* piecesOf(feed: Feed): AsyncGenerator<Uint8Array, void> {
  await feed.need(5)
  const descriptor = feed.window[feed.at + 4] ?? 0
  const length = headerLength(descriptor)
  await feed.need(length)
  yield feed.take(length).slice()
  for (let last = false; !last; ) {
    await feed.need(3)
    const [a = 0, b = 0, c = 0] = feed.window.subarray(feed.at, feed.at + 3)
    const header = a | (b << 8) | (c << 16)
    last = (header & 1) === 1
    // A block of type 1 is one byte that is repeated.
    const size = 3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3)
    await feed.need(size)
    yield feed.take(size).slice()
  }
  if ((descriptor & 4) === 0) return
  await feed.need(4)
  yield feed.take(4).slice()
}

async function skip(feed: Feed): Promise<void> {
  await feed.need(8)
  for (let left = u32At(feed.take(8), 4); left > 0; ) {
    await feed.need(1)
    left -= feed.take(Math.min(left, feed.ready)).length
  }
}

function u32At(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4)
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}
