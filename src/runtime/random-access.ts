/** The bytes of files at random, their digests, and streams that are kept to be read so. */
import {createHash, type Hash} from 'node:crypto'
import {closeSync, constants, fstatSync, openSync, readSync, statSync} from 'node:fs'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import {explained} from './file-failure.ts'
import {stampOf} from './file-stamp.ts'
import type {Bytes} from './files.ts'

/** As `Files.open`. @throws UserError `file/not-found` or `file/unreadable` */
export async function openBytes<T>(file: string, use: (bytes: Bytes) => Promise<T>): Promise<T> {
  const small = await explained(file, () => readSmall(file))
  if (small) return use({...inMemory(small.content), stamp: small.stamp})
  const handle = await explained(file, () => openRegular(file))
  try {
    const found = await handle.stat({bigint: true})
    return await use({...bytesOf(handle, Number(found.size)), stamp: stampOf(found)})
  } finally {
    await handle.close()
  }
}

/** Of the whole content, which may have any number of gigabytes. */
export async function sha256Of(file: string): Promise<Digest> {
  const small = await readSmall(file)
  if (small) return digestFrom(createHash('sha256').update(small.content))
  const handle = await fs.open(file, 'r')
  try {
    return await digestOf(handle)
  } finally {
    await handle.close()
  }
}

const scratchInMemory = 16 * 1024 * 1024

/** As `Files.scratch`. */
export async function withScratch<T>(chunks: AsyncIterable<Uint8Array>, use: (bytes: Bytes) => Promise<T>): Promise<T> {
  const kept: Uint8Array[] = []
  let size = 0
  let spilled: {readonly folder: string; readonly handle: fs.FileHandle} | null = null
  try {
    for await (const chunk of chunks) {
      if (spilled) await spilled.handle.appendFile(chunk)
      else kept.push(chunk)
      size += chunk.length
      if (spilled || size <= scratchInMemory) continue
      const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-'))
      spilled = {folder, handle: await fs.open(path.join(folder, 'scratch'), 'wx+', 0o600)}
      for (const each of kept.splice(0)) await spilled.handle.appendFile(each)
    }
    return await use(spilled ? bytesOf(spilled.handle, size) : inMemory(Buffer.concat(kept, size)))
  } finally {
    await spilled?.handle.close()
    if (spilled) await fs.rm(spilled.folder, {recursive: true, force: true})
  }
}

const smallBytes = 256 * 1024

/**
 * A small file at once: to hand each call to another thread takes several times as long as the calls themselves, and
 * readers ask for its head, its tail and every part of it. Null where it is larger, or no regular file.
 */
async function readSmall(file: string): Promise<{readonly content: Uint8Array; readonly stamp: string} | null> {
  const listed = statSync(file)
  if (!listed.isFile() || listed.size > smallBytes) return null
  // A pipe may have taken its place.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const found = fstatSync(descriptor, {bigint: true})
    if (!found.isFile() || found.size > smallBytes) return null
    const content = new Uint8Array(Number(found.size))
    let filled = 0
    for (let read = -1; read !== 0 && filled < content.length; filled += read) {
      read = readSync(descriptor, content, filled, content.length - filled, filled)
    }
    return {content: content.subarray(0, filled), stamp: stampOf(found)}
  } finally {
    closeSync(descriptor)
  }
}

/** To open a pipe waits for somebody who writes to it. */
async function openRegular(file: string): Promise<fs.FileHandle> {
  const found = await fs.stat(file)
  if (!found.isFile() && !found.isDirectory()) {
    throw new UserError('file/unreadable', `"${file}" is a pipe, a socket or a device, and a file is needed.`, {
      hint: 'Give the path of a regular file.',
    })
  }
  return fs.open(file, 'r')
}

function bytesOf(handle: fs.FileHandle, size: number): Bytes {
  return {size, slice: (start, end, into) => readRange(handle, start, Math.min(end, size), into)}
}

async function readRange(handle: fs.FileHandle, start: number, end: number, into?: Uint8Array): Promise<Uint8Array> {
  const length = Math.max(0, end - start)
  const buffer = into !== undefined && into.length >= length ? into : new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const {bytesRead} = await handle.read(buffer, filled, length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

const hashedAtOnce = 1024 * 1024

/**
 * Through two buffers: one is hashed while the other is filled. A stream would make a new one for each piece, faster than
 * they are collected.
 */
async function digestOf(handle: fs.FileHandle): Promise<Digest> {
  const hash = createHash('sha256')
  const {size} = await handle.stat()
  // One byte more than a small file has: that it is not there says at once that the file ends.
  const length = Math.min(hashedAtOnce, size + 1)
  const read = (buffer: Buffer) => handle.read(buffer, 0, length, null)
  let spare: Buffer | undefined
  let hashed = 0
  for (let reading = read(Buffer.allocUnsafe(length)); ; ) {
    const {bytesRead, buffer} = await reading
    const isEnd = bytesRead === 0 || (bytesRead < length && hashed + bytesRead === size)
    if (!isEnd) reading = read(spare ?? Buffer.allocUnsafe(length))
    spare = buffer
    hash.update(buffer.subarray(0, bytesRead))
    hashed += bytesRead
    if (isEnd) return digestFrom(hash)
  }
}

function digestFrom(hash: Hash): Digest {
  return `sha256:${hash.digest('hex')}`
}

function inMemory(whole: Uint8Array): Bytes {
  return {size: whole.length, slice: (start, end) => Promise.resolve(whole.subarray(start, Math.max(start, end)))}
}
