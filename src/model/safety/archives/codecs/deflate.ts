import {crc32, createInflateRaw} from 'node:zlib'
import {messageOf} from '../../../../core/failure.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import {through} from '../../../readers/compression.ts'
import {Malformed} from '../../malformed.ts'
import {Adler32} from './adler32.ts'
import {noteChecksum, type Source} from './codec.ts'
import {inflateAll} from './inflate.ts'

/** A raw stream (RFC 1951). What follows its last block is not read. */
export async function* deflate(source: Source): AsyncGenerator<Uint8Array, void> {
  yield* inflate(source)
  source.members++
}

/** Members that follow each other (RFC 1952). Python, zlib and the gzip program read them as one content. */
export async function* gzip(source: Source): AsyncGenerator<Uint8Array, void> {
  const {bytes} = source
  do {
    source.at = await gzipDataStart(bytes, source.at)
    let crc = 0
    let size = 0
    for await (const chunk of inflate(source)) {
      crc = crc32(chunk, crc)
      size += chunk.length
      yield chunk
    }
    const trailer = viewOf(await need(bytes, source.at, 8))
    if (trailer.getUint32(0, true) !== crc) noteChecksum(source, 'The CRC-32 of a member does not fit.', source.at)
    if (trailer.getUint32(4, true) !== size % 2 ** 32) {
      noteChecksum(source, 'The length of a member does not fit.', source.at + 4)
    }
    source.at += 8
    source.members++
  } while (await isGzip(bytes, source.at))
}

/** One stream of zlib (RFC 1950). */
export async function* zlib(source: Source): AsyncGenerator<Uint8Array, void> {
  const header = viewOf(await need(source.bytes, source.at, 2)).getUint16(0)
  if (!isZlibHeader(header >> 8, header & 255)) throw new Malformed('It has no header of zlib.', source.at)
  source.at += 2
  const sum = new Adler32()
  for await (const chunk of inflate(source)) {
    sum.add(chunk)
    yield chunk
  }
  const written = viewOf(await need(source.bytes, source.at, 4)).getUint32(0)
  if (written !== sum.value) noteChecksum(source, 'The Adler-32 of the data does not fit.', source.at)
  source.at += 4
  source.members++
}

/** Method 8, a window of at most 32 KiB, a check that fits, and no dictionary of the reader's own. */
export function isZlibHeader(first: number, second: number): boolean {
  return (first & 15) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 && (second & 32) === 0
}

const feedBytes = 256 * 1024
/** What zlib drops where it refuses the data is unpacked again up to here: beyond, the verdict is the same without it. */
const repeatedBytes = 16 * 1024 * 1024

/** Leaves `source.at` behind the last block. */
async function* inflate(source: Source): AsyncGenerator<Uint8Array, void> {
  const stream = createInflateRaw({chunkSize: feedBytes})
  const start = source.at
  let given = 0
  try {
    for await (const chunk of through(chunksOf(source.bytes, start), stream)) {
      given += chunk.length
      yield chunk
    }
    source.at = start + stream.bytesWritten
    return
  } catch (error) {
    source.at = start + stream.bytesWritten
    if (given > repeatedBytes) throw damage(error, source.at)
  }
  yield* inflateAgain({...source, at: start}, given, source)
}

/** Ends where the data breaks off: what came out before is taken by loaders that read in pieces. */
async function* inflateAgain(again: Source, given: number, source: Source): AsyncGenerator<Uint8Array, void> {
  let left = given
  try {
    for await (const chunk of inflateAll(again, 'deflate')) {
      if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left)
      left = Math.max(0, left - chunk.length)
    }
  } finally {
    source.at = again.at
  }
}

function damage(error: unknown, byte: number): Malformed {
  return new Malformed(`The compressed data is damaged (${messageOf(error)}).`, byte)
}

/** Deflate64: a window of 64 KiB (APPNOTE 4.4.5, method 9). */
export async function* deflate64(source: Source): AsyncGenerator<Uint8Array, void> {
  yield* inflateAll(source, 'deflate64')
  source.members++
}

async function* chunksOf(bytes: Bytes, start: number): AsyncGenerator<Uint8Array, void> {
  for (let at = start; at < bytes.size; at += feedBytes) yield await bytes.slice(at, at + feedBytes)
}

async function isGzip(bytes: Bytes, at: number): Promise<boolean> {
  const [first, second] = await bytes.slice(at, at + 2)
  return first === 0x1f && second === 0x8b
}

/** Behind the header of a member: ten bytes, then what its flags announce (RFC 1952, section 2.3). */
async function gzipDataStart(bytes: Bytes, start: number): Promise<number> {
  const header = await need(bytes, start, 10)
  const [first = 0, second = 0, method = 0, flags = 0] = header
  if (first !== 0x1f || second !== 0x8b || method !== 8) throw new Malformed('It has no header of gzip.', start)
  let at = start + 10
  if ((flags & 4) !== 0) at += 2 + viewOf(await need(bytes, at, 2)).getUint16(0, true)
  if ((flags & 8) !== 0) at = await behindZero(bytes, at)
  if ((flags & 16) !== 0) at = await behindZero(bytes, at)
  return (flags & 2) === 0 ? at : at + 2
}

/** The name that a gzip member gives its content, where it gives one. */
export async function gzipName(bytes: Bytes): Promise<string | null> {
  const [, , , flags = 0] = await bytes.slice(0, 4)
  if ((flags & 8) === 0) return null
  const extra = (flags & 4) === 0 ? 0 : 2 + viewOf(await need(bytes, 10, 2)).getUint16(0, true)
  const text = await bytes.slice(10 + extra, 10 + extra + 1024)
  const end = text.indexOf(0)
  return end < 0 ? null : new TextDecoder('latin1').decode(text.subarray(0, end))
}

async function behindZero(bytes: Bytes, start: number): Promise<number> {
  for (let at = start; at < bytes.size; at += feedBytes) {
    const found = (await bytes.slice(at, at + feedBytes)).indexOf(0)
    if (found >= 0) return at + found + 1
  }
  throw new Malformed('The header does not end.', start)
}

export async function need(bytes: Bytes, at: number, count: number): Promise<Uint8Array> {
  const found = await bytes.slice(at, at + count)
  if (found.length < count) throw new Malformed(`It ends after ${found.length} bytes where ${count} are needed.`, at)
  return found
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
