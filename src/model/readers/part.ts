import type {Files} from '../../runtime/files.ts'
import {type Compression, decompressed} from './compression.ts'
import {type FileForm, recogniseCompression, recogniseFormat} from './format.ts'
import type {Part} from './parts.ts'

/** A part whose format is known. */
export interface OpenedPart extends Part {
  readonly size: number
  readonly form: FileForm
}

/** Bytes that are looked at to tell the format. */
const headBytes = 4096

/** @throws UserError `file/not-found`, `file/unreadable`, `model/predictions-format` */
export async function openPart(files: Files, part: Part): Promise<OpenedPart> {
  const {size, head} = await files.open(part.path, async bytes => ({
    size: bytes.size,
    head: await bytes.slice(0, headBytes),
  }))
  const compression = recogniseCompression(part.path, head)
  const text = compression === null ? head : await firstBytes(textOf(files, part.path, compression))
  return {...part, size, form: recogniseFormat(part.path, text, compression)}
}

/**
 * The bytes of a text, decompressed.
 * @param watch sees every byte of the file as it is
 */
export function textOf(
  files: Files,
  path: string,
  compression: Compression | null,
  watch?: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  const chunks = watch === undefined ? files.stream(path) : watched(files.stream(path), watch)
  return compression === null ? chunks : decompressed(chunks, compression)
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  watch: (chunk: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    watch(chunk)
    yield chunk
  }
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const head = new Uint8Array(headBytes)
  let used = 0
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, headBytes - used)
    head.set(part, used)
    used += part.length
    if (used === headBytes) break
  }
  return head.subarray(0, used)
}
