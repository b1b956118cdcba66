import {Readable, type Transform} from 'node:stream'
import {constants, createGunzip, createZstdDecompress} from 'node:zlib'
import {messageOf, UserError} from '../../core/failure.ts'
import {zstdFrames} from './zstd-frames.ts'

export type Compression = 'gzip' | 'zstd'

/** What a compressed text may become: more is no table, but an attempt to fill the runner. */
const freeBytes = 256 * 1024 * 1024
const maxRatio = 500

/** By the first bytes of a file: RFC 1952 and RFC 8878. */
export function compressionOf(head: Uint8Array): Compression | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? 'zstd' : null
}

/**
 * The text of a compressed file. Members and frames that follow each other are one text.
 * @throws UserError `model/predictions-compressed-badly` where it is cut off or damaged,
 *   `model/predictions-decompression-bomb` where it grows more than 500-fold beyond 256 MiB
 */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  let taken = 0
  let given = 0
  const counted = async function* () {
    for await (const chunk of chunks) {
      taken += chunk.length
      yield chunk
    }
  }
  try {
    for await (const chunk of expand(counted(), compression)) {
      given += chunk.length
      if (given > freeBytes && given > taken * maxRatio) throw bomb(given, taken)
      yield chunk
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      'model/predictions-compressed-badly',
      `The ${compression} data cannot be decompressed: ${messageOf(error)}.`,
      {hint: 'The file is cut off or damaged: write or download it again.', cause: error},
    )
  }
}

const chunkSize = 256 * 1024

async function* expand(chunks: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'gzip':
      yield* through(chunks, createGunzip({chunkSize}))
      return
    case 'zstd': {
      const frames = zstdFrames(chunks)
      // A window of up to 2^27 bytes, as the zstd program takes without being asked.
      const params = {[constants.ZSTD_d_windowLogMax]: 27}
      while (await frames.more()) yield* through(frames.frame(), createZstdDecompress({chunkSize, params}))
    }
  }
}

/** What comes out of a stream of Node when the chunks go in. */
export async function* through(chunks: AsyncIterable<Uint8Array>, stream: Transform): AsyncIterable<Uint8Array> {
  const source = Readable.from(chunks, {objectMode: false, highWaterMark: 1024 * 1024})
  // pipe does not hand on what goes wrong while the chunks are read.
  source.on('error', error => stream.destroy(error))
  try {
    yield* source.pipe(stream)
  } finally {
    source.destroy()
    stream.destroy()
  }
}

function bomb(given: number, taken: number): UserError {
  return new UserError(
    'model/predictions-decompression-bomb',
    `The file grows more than ${Math.floor(given / taken)}-fold when it is decompressed; ${maxRatio}-fold is the limit beyond 256 MiB.`,
    {hint: 'Is this a table? Write it anew, or hand it over uncompressed.'},
  )
}
