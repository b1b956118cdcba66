import {createHash} from 'node:crypto'
import type {Digest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import type {Bytes} from '../../../runtime/files.ts'
import {readTar, type TarEntry} from './tar.ts'

/** The files of an archive, where they lie in it. */
export interface Members {
  /** Follows links. Null where there is no such file. */
  find(name: string): Bytes | null
  has(name: string): boolean
}

/** `docker save` once wrote a link for each layer that is there twice, and links to links. */
const maxLinks = 8

/** @throws UserError `image/archive-malformed` */
export async function readMembers(bytes: Bytes, file: string): Promise<Members> {
  const entries = await readTar(bytes, file)
  return {
    has: name => entries.has(name),
    find: name => {
      const entry = follow(entries, name)
      return entry === null ? null : part(bytes, entry)
    },
  }
}

function follow(entries: ReadonlyMap<string, TarEntry>, name: string): TarEntry | null {
  let entry = entries.get(name)
  for (let links = 0; entry?.kind === 'link' && links < maxLinks; links++) entry = entries.get(entry.target)
  return entry?.kind === 'file' ? entry : null
}

function part(bytes: Bytes, {offset, size}: TarEntry): Bytes {
  return {
    size,
    slice: (start, end, into) => bytes.slice(offset + start, offset + Math.max(start, Math.min(end, size)), into),
  }
}

const chunkBytes = 1024 * 1024

/** The bytes in order. */
export async function* chunksOf(bytes: Bytes): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.size; at += chunkBytes) yield await bytes.slice(at, at + chunkBytes)
}

/** sha256 of gigabytes, through one buffer: new ones would be made faster than they are collected. */
export async function digestOfBytes(bytes: Bytes): Promise<Digest> {
  const hash = createHash('sha256')
  const buffer = new Uint8Array(Math.min(chunkBytes, bytes.size))
  for (let at = 0; at < bytes.size; at += chunkBytes) hash.update(await bytes.slice(at, at + chunkBytes, buffer))
  return `sha256:${hash.digest('hex')}`
}

/** sha256 of a stream, of which nothing is kept. */
export async function digestOfChunks(chunks: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

/** Text of a member that is needed. @throws UserError `image/archive-malformed` */
export async function memberText(members: Members, name: string, file: string, maxBytes: number): Promise<string> {
  const bytes = members.find(name)
  if (bytes && bytes.size <= maxBytes) return new TextDecoder().decode(await bytes.slice(0, bytes.size))
  const why = bytes ? `${bytes.size} bytes in ${name}, and at most ${maxBytes} are expected` : `no ${name}`
  throw new UserError('image/archive-malformed', `${file} is no archive of an image: it has ${why}.`, {
    hint: 'Write it again with `docker save`, `podman save` or `skopeo copy … oci-archive:<file>`.',
  })
}
