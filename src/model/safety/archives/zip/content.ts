import {crc32} from 'node:zlib'
import type {Bytes} from '../../../../runtime/files.ts'
import {sliceOf} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import type {CodecName, Decoder, UnpackProblem} from '../codecs/codec.ts'
import {Feed} from '../codecs/feed.ts'
import {lzma1, reachOf} from '../codecs/lzma2.ts'
import {unpackedBy} from '../codecs/unpacked.ts'

/** Where packed bytes stand in an archive, and how to unpack them. */
export interface Packed {
  readonly method: number
  readonly start: number
  readonly end: number
  /** Unpacked, as the header says. */
  readonly size: number
  /** Bit 1 of the flags, which means this for LZMA only. */
  readonly endsByMarker: boolean
}

/** What came of unpacking: compared with what the headers say. */
export interface Unpacked {
  readonly size: number
  readonly crc: number
  readonly problem: UnpackProblem | null
}

/** Methods of APPNOTE 4.4.5 that are not read. */
const methodNames = new Map([
  [1, 'shrunk'],
  [2, 'reduced'],
  [3, 'reduced'],
  [4, 'reduced'],
  [5, 'reduced'],
  [6, 'imploded'],
  [10, 'PKWARE DCL'],
  [16, 'IBM z/OS CMPSC'],
  [18, 'IBM TERSE'],
  [19, 'IBM LZ77'],
  [94, 'MP3'],
  [96, 'JPEG'],
  [97, 'WavPack'],
  [98, 'PPMd'],
  [99, 'AES encryption'],
])

export function methodName(method: number): string {
  const name = methodNames.get(method)
  return name === undefined ? `method ${method}` : `${name} (method ${method})`
}

export function isRead(method: number): boolean {
  return method === 0 || codecs.has(method)
}

/**
 * The content of a member while `use` runs, as a loader that ignores flags and checksums gets it: also what comes before
 * damage. `unpacked` of a stored member is null: it is the archive's own bytes.
 */
export async function openPacked<T>(
  archive: Bytes,
  member: Packed,
  scan: Scan,
  use: (bytes: Bytes, unpacked: Unpacked | null) => Promise<T>,
): Promise<T> {
  const {method, start, end} = member
  const packed = sliceOf(archive, start, end)
  if (method === 0) return use(packed, null)
  const codec = codecs.get(method)
  if (codec === undefined) throw new Malformed(`A member is compressed with ${methodName(method)}, which is not read.`)
  const stream = unpackedBy(codec(member), packed)
  const seen = {size: 0, crc: 0}
  return scan.unpack(counted(stream, seen), packed.size, bytes => use(bytes, {...seen, problem: stream.problem}))
}

async function* counted(chunks: AsyncIterable<Uint8Array>, seen: {size: number; crc: number}) {
  for await (const chunk of chunks) {
    seen.size += chunk.length
    seen.crc = crc32(chunk, seen.crc)
    yield chunk
  }
}

const codecs: ReadonlyMap<number, (packed: Packed) => CodecName | Decoder> = new Map<
  number,
  (packed: Packed) => CodecName | Decoder
>([
  [8, () => 'deflate'],
  [9, () => 'deflate64'],
  [12, () => 'bzip2'],
  [14, zipLzma],
  [20, () => 'zstd'],
  [93, () => 'zstd'],
  [95, () => 'xz'],
])

/** LZMA with a header of its own: version, length of the properties, properties (APPNOTE 5.8.8). */
function zipLzma({size, endsByMarker}: Packed): Decoder {
  return async function* decode(source) {
    const feed = new Feed(source.bytes, source.at)
    try {
      await feed.need(9)
      const header = feed.take(9)
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
      if (view.getUint16(2, true) !== 5)
        throw new Malformed('The properties of LZMA do not have five bytes.', source.at)
      const dictionary = reachOf(view.getUint32(5, true))
      yield* lzma1(feed, {properties: view.getUint8(4), dictionary, size: endsByMarker ? null : size})
      source.members++
    } finally {
      source.at = feed.position
    }
  }
}
