import type {Bytes} from '../../../../runtime/files.ts'
import {Malformed} from '../../malformed.ts'
import {bzip2} from './bzip2.ts'
import {type CodecName, type Decoder, NotRead, type Source, type UnpackProblem} from './codec.ts'
import {deflate, deflate64, gzip, zlib} from './deflate.ts'
import {lz4} from './lz4.ts'
import {lzmaFile} from './lzma-file.ts'
import {xz} from './xz.ts'
import {zstd} from './zstd.ts'

/** A compressed stream as it comes out. Its other properties are known once every chunk was taken. */
export interface Unpacking extends AsyncIterable<Uint8Array> {
  /** Offset behind the last member: what follows is no compressed data. */
  readonly end: number
  /** Members, streams or frames that follow each other and make one content. */
  readonly members: number
  /** Null where all of it was read and every checksum fits. */
  readonly problem: UnpackProblem | null
}

/**
 * Unpacks what begins at `start`, members that follow each other too. Never throws for what the data holds: it ends
 * where it cannot be read on, because a loader that reads in pieces has taken everything before, and says so in
 * `problem`.
 * @param codec a name, or the decoder of a container that has its own headers
 */
export function unpackedBy(codec: CodecName | Decoder, bytes: Bytes, start = 0): Unpacking {
  const source: Source = {bytes, at: start, members: 0, problem: null}
  return {
    get end() {
      return source.at
    },
    get members() {
      return source.members
    },
    get problem() {
      return source.problem
    },
    [Symbol.asyncIterator]: () => guarded(source, typeof codec === 'string' ? decoders[codec] : codec),
  }
}

async function* guarded(source: Source, decode: Decoder): AsyncGenerator<Uint8Array, void> {
  try {
    yield* decode(source)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const kind = error instanceof NotRead ? 'unread' : 'damaged'
    source.problem = {kind, what: error.message, byte: error.byte ?? source.at}
  }
}

const decoders: Readonly<Record<CodecName, Decoder>> = {
  deflate,
  deflate64,
  gzip,
  zlib,
  bzip2,
  xz,
  lzma: lzmaFile,
  lz4,
  zstd,
}
