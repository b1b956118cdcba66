import {Malformed} from '../../malformed.ts'
import type {Source} from './codec.ts'
import {Feed} from './feed.ts'
import {lzma1, reachOf} from './lzma2.ts'

/** What stands before the data of an `.lzma` file: properties, size of the dictionary, size of the content. */
export interface LzmaHeader {
  readonly properties: number
  readonly dictionary: number
  /** Null where a marker ends the data. */
  readonly size: number | null
}

export const lzmaHeaderBytes = 13

/** The older file format of LZMA ("alone"; lzma-file-format.txt of XZ Utils). It has no checksum. */
export async function* lzmaFile(source: Source): AsyncGenerator<Uint8Array, void> {
  const feed = new Feed(source.bytes, source.at)
  try {
    await feed.need(lzmaHeaderBytes)
    const header = parseLzmaHeader(feed.take(lzmaHeaderBytes))
    if (header === null) throw new Malformed('It has no header of LZMA.', source.at)
    yield* lzma1(feed, {...header, dictionary: reachOf(header.dictionary)})
    source.members++
  } finally {
    source.at = feed.position
  }
}

/** Null for properties or a size that no file has. */
export function parseLzmaHeader(bytes: Uint8Array): LzmaHeader | null {
  if (bytes.length < lzmaHeaderBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const properties = view.getUint8(0)
  const size = view.getBigUint64(5, true)
  // XZ Utils knows no larger file of this format either: 256 GiB.
  if (properties >= 225 || (size !== 2n ** 64n - 1n && size >= 2n ** 38n)) return null
  return {properties, dictionary: view.getUint32(1, true), size: size === 2n ** 64n - 1n ? null : Number(size)}
}
