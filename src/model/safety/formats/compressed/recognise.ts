import {constants, inflateSync} from 'node:zlib'
import {assertNever} from '../../../../core/assert.ts'
import {startsStream as startsBzip2} from '../../archives/codecs/bzip2.ts'
import type {CodecName} from '../../archives/codecs/codec.ts'
import {isZlibHeader} from '../../archives/codecs/deflate.ts'
import {Feed} from '../../archives/codecs/feed.ts'
import {History} from '../../archives/codecs/history.ts'
import {lzmaHeaderBytes, parseLzmaHeader} from '../../archives/codecs/lzma-file.ts'
import {LzmaState} from '../../archives/codecs/lzma-state.ts'
import type {Sample} from '../../format.ts'
import {Malformed} from '../../malformed.ts'

/** Whether a loader that knows this way of compressing would begin to unpack a file. */
export function startsAs(codec: CodecName, {head}: Sample): boolean {
  switch (codec) {
    case 'gzip':
      return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8
    case 'bzip2':
      return startsBzip2(head)
    case 'xz':
      return [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0].every((byte, index) => head[index] === byte)
    case 'lz4':
      return frameKind(head) === 'lz4'
    case 'zstd':
      return frameKind(head) === 'zstd'
    case 'zlib':
      return startsAsZlib(head)
    case 'lzma':
      return startsAsLzma(head)
    case 'deflate':
    case 'deflate64':
      // A raw stream has no mark; only containers say where one is.
      return false
    default:
      return assertNever(codec)
  }
}

/** LZ4 and zstd have the same skippable frames, so the first other frame tells. */
function frameKind(head: Uint8Array): 'lz4' | 'zstd' | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  let skipped = false
  for (let at = 0; at + 8 <= head.length; ) {
    const magic = view.getUint32(at, true)
    if (magic === 0x184d2204 || magic === 0x184c2102) return 'lz4'
    if (magic === 0xfd2fb528) return 'zstd'
    if ((magic & 0xfffffff0) >>> 0 !== 0x184d2a50) break
    skipped = true
    at += 8 + view.getUint32(at + 4, true)
  }
  return skipped ? 'zstd' : null
}

/** Two bytes are no mark: any text may begin with them. So the beginning is unpacked. */
function startsAsZlib(head: Uint8Array): boolean {
  if (head.length < 8 || !isZlibHeader(head[0] ?? 0, head[1] ?? 0)) return false
  return [head.length, 512, 32].some(count => inflates(head.subarray(0, count)))
}

function inflates(bytes: Uint8Array): boolean {
  try {
    const options = {finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 * 1024}
    return inflateSync(bytes, options).length > 0
  } catch (error) {
    // More than a megabyte has come out, or all of it with another checksum: what was unpacked is unpacked.
    if (!(error instanceof Error)) return false
    return ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') || error.message === 'incorrect data check'
  }
}

/** Bytes after which chance is ruled out: every second symbol of random data would break off. */
const trialBytes = 16

/**
 * The older format of LZMA has no mark either. XZ Utils takes a file for it by the size of its dictionary (a power of
 * two, or one and a half of one); joblib takes the first two bytes 5d 00.
 */
function startsAsLzma(head: Uint8Array): boolean {
  const header = parseLzmaHeader(head)
  if (header === null || header.size === 0) return false
  const usual = header.properties === 0x5d && head[1] === 0
  if (!usual && !isUsualDictionary(header.dictionary)) return false
  const feed = Feed.over(head.subarray(lzmaHeaderBytes))
  if (feed.ready < 5) return false
  const history = new History(trialBytes)
  const state = new LzmaState(1024)
  const wanted = Math.min(trialBytes, header.size ?? trialBytes)
  try {
    state.setProperties(header.properties, 0)
    state.start(feed)
    while (history.at < wanted && !state.ended) state.run(feed, history, wanted)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  return history.at >= wanted || state.ended
}

function isUsualDictionary(size: number): boolean {
  if (size < 4096) return false
  const power = 2 ** Math.floor(Math.log2(size))
  return size === power || size === power * 1.5 || size === 0xffffffff
}
