import {Readable} from 'node:stream'
import {createGunzip} from 'node:zlib'
import {isFailure, messageOf, UserError} from '../../../core/failure.ts'
import type {Bytes} from '../../../runtime/files.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

/** By the first bytes: RFC 1952 and RFC 8878. */
export async function compressionOf(bytes: Bytes): Promise<Compression> {
  const [a, b, c, d] = await bytes.slice(0, 4)
  if (a === 0x1f && b === 0x8b) return 'gzip'
  return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd ? 'zstd' : 'none'
}

/** Layers of text and zeros reach some ten- to hundredfold; a thousandfold is the most that deflate can. */
const maxRatio = 500
const freeBytes = 64 * 1024 * 1024

/**
 * @param what for messages: `./image.tar.gz`
 * @throws UserError `image/archive-malformed` where it is damaged, `image/archive-bomb` where it grows beyond measure
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>, what: string): AsyncIterable<Uint8Array> {
  let taken = 0
  let given = 0
  const counted = async function* () {
    for await (const chunk of chunks) {
      taken += chunk.length
      yield chunk
    }
  }
  const source = Readable.from(counted(), {objectMode: false})
  const stream = createGunzip({chunkSize: 256 * 1024})
  // pipe does not hand on what goes wrong while the chunks are read.
  source.on('error', error => stream.destroy(error))
  try {
    for await (const chunk of source.pipe(stream)) {
      given += chunk.length
      if (given > freeBytes && given > taken * maxRatio) throw bomb(what, given, taken)
      yield chunk
    }
  } catch (error) {
    if (isFailure(error)) throw error
    throw new UserError('image/archive-malformed', `${what} cannot be unpacked: ${messageOf(error)}.`, {
      hint: 'It is cut off or damaged: write or download it again.',
      cause: error,
    })
  } finally {
    source.destroy()
    stream.destroy()
  }
}

function bomb(what: string, given: number, taken: number): UserError {
  return new UserError(
    'image/archive-bomb',
    `${what} grows more than ${Math.floor(given / taken)}-fold when it is unpacked; ${maxRatio}-fold is the limit.`,
    {hint: 'Is this an image? Hand it over uncompressed.'},
  )
}
