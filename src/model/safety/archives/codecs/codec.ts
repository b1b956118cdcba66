import type {Bytes} from '../../../../runtime/files.ts'
import {Malformed} from '../../malformed.ts'

/** Ways of compressing that are read. `deflate` is the raw stream of RFC 1951, `lzma` the older file format of xz. */
export type CodecName = 'deflate' | 'deflate64' | 'gzip' | 'zlib' | 'bzip2' | 'xz' | 'lzma' | 'lz4' | 'zstd'

/** What is being unpacked, and what is known of it once all of its chunks were taken. */
export interface Source {
  readonly bytes: Bytes
  /** Offset of what is read next; behind the last member at the end. */
  at: number
  /** Members, streams or frames that follow each other and were read to the end. */
  members: number
  problem: UnpackProblem | null
}

/** Why what came out is not everything, or not what was packed. */
export interface UnpackProblem {
  /**
   * `damaged`: it cannot be read on. `checksum`: it was read whole, and is not what was packed. `unread`: a feature that
   * is not read.
   */
  readonly kind: 'damaged' | 'checksum' | 'unread'
  /** One sentence. */
  readonly what: string
  readonly byte: number
}

/** @throws Malformed where it cannot be read on; everything that came out before was given already */
export type Decoder = (source: Source) => AsyncGenerator<Uint8Array, void>

/** A checksum that does not fit is a problem, and reading goes on: loaders that read in pieces see the data before it. */
export function noteChecksum(source: Source, what: string, byte: number): void {
  source.problem ??= {kind: 'checksum', what, byte}
}

/** Not damaged: a feature of the format that is not read. */
export class NotRead extends Malformed {}
