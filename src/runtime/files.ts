import {createHash, type Hash, randomUUID} from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import type {Digest} from '../core/digest.ts'
import {messageOf, UserError} from '../core/failure.ts'

/** Random access to the bytes of one file. Readers of model formats see nothing else. */
export interface Bytes {
  readonly size: number
  /** As of `FileEntry`, where these are the bytes of a file. */
  readonly stamp?: string
  /**
   * Bytes in [start, end), cut at the end of the file. They are not to be written to.
   * @param into filled instead of a new buffer, where it is long enough: for whoever reads gigabytes and keeps nothing.
   * Only what is returned counts.
   */
  slice(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>
}

export interface FileEntry {
  /** Relative to the folder that was asked for, with forward slashes. */
  readonly path: string
  readonly size: number
  /** Another one after every write, also where the size stays; absent where nothing tells. */
  readonly stamp?: string
}

/** The file system. Paths are absolute or relative to the working directory. */
export interface Files {
  exists(path: string): Promise<boolean>
  isFolder(path: string): Promise<boolean>
  /** @throws UserError `file/not-found` or `file/unreadable` */
  readText(path: string): Promise<string>
  /** Of a regular file: a pipe would never answer. @throws UserError `file/not-found` or `file/unreadable` */
  open<T>(path: string, use: (bytes: Bytes) => Promise<T>): Promise<T>
  /** Chunks of a file in order, for streaming readers. */
  stream(path: string): AsyncIterable<Uint8Array>
  /** Streaming sha256 of a file's content. */
  sha256(path: string): Promise<Digest>
  /**
   * All regular files below a folder, sorted by path (code unit order), and what else there is but folders.
   * @throws UserError `file/not-found`, `file/unreadable`, or `file/name-not-utf8`
   */
  list(folder: string): Promise<FolderList>
  /**
   * Replaces a file at once (write beside, fsync, rename, fsync of the folder) and creates its folders. Durable when it
   * resolves. @param text whole, or its pieces in order, which are then never in memory together.
   * @throws UserError `file/unwritable`
   */
  writeText(path: string, text: string | Iterable<string>): Promise<void>
  /**
   * Creates a file, whole, only where none exists. False when it exists: the compare-and-swap that a file system offers.
   * Durable when it resolves. @throws UserError `file/unwritable`
   */
  createText(path: string, text: string): Promise<boolean>
  remove(path: string): Promise<void>
  /** What a path is, without following a link; null where nothing is. */
  entry(path: string): Promise<PathEntry | null>
  /**
   * Keeps a stream where it can be read at random, in memory up to a few megabytes and then in a file that is gone
   * afterwards, also where the stream or `use` throws.
   */
  scratch<T>(chunks: AsyncIterable<Uint8Array>, use: (bytes: Bytes) => Promise<T>): Promise<T>
}

export interface FolderList {
  readonly files: readonly FileEntry[]
  /** Symbolic links; none is followed. */
  readonly links: readonly string[]
  /** Pipes, sockets and devices. */
  readonly others?: readonly string[]
}

export interface PathEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly size: number
  /** How many names a file has; 1 for a file of its own. */
  readonly hardLinks: number
}

export const systemFiles: Files = {
  exists: file => explained(file, async () => (await stat(file)) !== null),
  isFolder: file => explained(file, async () => (await stat(file))?.isDirectory() ?? false),
  readText: file => explained(file, () => fs.readFile(file, 'utf8')),
  open: async (file, use) => {
    const small = await explained(file, () => readSmall(file))
    if (small) return use({...inMemory(small.content), stamp: small.stamp})
    const handle = await explained(file, () => openRegular(file))
    try {
      const found = await handle.stat({bigint: true})
      return await use({...bytesOf(handle, Number(found.size)), stamp: stampOf(found)})
    } finally {
      await handle.close()
    }
  },
  stream: file => createReadStream(file, {highWaterMark: 1024 * 1024}),
  sha256: file =>
    explained(file, async () => {
      const small = await readSmall(file)
      if (small) return digestFrom(createHash('sha256').update(small.content))
      const handle = await fs.open(file, 'r')
      try {
        return await digestOf(handle)
      } finally {
        await handle.close()
      }
    }),
  list: folder => explained(folder, () => listBelow(folder)),
  writeText: (file, text) =>
    written(file, async () => {
      await makeFolder(path.dirname(file))
      await withTextBeside(file, text, beside => fs.rename(beside, file))
      await syncFolder(path.dirname(file))
    }),
  createText: (file, text) =>
    written(file, async () => {
      await makeFolder(path.dirname(file))
      try {
        // A link fails when the name is taken, and a reader never sees half a file: unlike open with O_EXCL.
        await withTextBeside(file, text, beside => fs.link(beside, file))
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        throw error
      }
      await syncFolder(path.dirname(file))
      return true
    }),
  remove: file => fs.rm(file, {force: true, recursive: true}),
  entry: async file => {
    try {
      const found = await fs.lstat(file)
      const kind = found.isSymbolicLink() ? 'link' : found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
      return {kind, size: found.size, hardLinks: found.nlink}
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
      throw error
    }
  },
  scratch: withScratch,
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

/** A write that puts size and time of change back still has another time of status: POSIX has no call that sets it. */
function stampOf({ino, mtimeNs, ctimeNs, size}: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join('-')
}

async function listBelow(folder: string): Promise<FolderList> {
  const files: FileEntry[] = []
  const links: string[] = []
  const others: string[] = []
  const folders = ['']
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of await fs.readdir(path.join(folder, below), {withFileTypes: true})) {
      const inside = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.name.includes('\ufffd')) throw unreadableName(inside)
      if (entry.isDirectory()) folders.push(inside)
      else if (entry.isSymbolicLink()) links.push(inside)
      else if (entry.isFile()) {
        // A file that vanishes while the folder is listed (another process renames it) is simply no longer there.
        const found = statSync(path.join(folder, inside), {bigint: true, throwIfNoEntry: false})
        if (found) files.push({path: inside, size: Number(found.size), stamp: stampOf(found)})
      } else others.push(inside)
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  return {files, links: links.sort(), others: others.sort()}
}

/** Such a name comes with U+FFFD in the place of what it is: it cannot be opened, or another file that is really called so is. */
function unreadableName(name: string): UserError {
  return new UserError('file/name-not-utf8', `The file name ${JSON.stringify(name)} is not valid UTF-8.`, {
    hint: 'Rename the file.',
  })
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

const scratchInMemory = 16 * 1024 * 1024

async function withScratch<T>(chunks: AsyncIterable<Uint8Array>, use: (bytes: Bytes) => Promise<T>): Promise<T> {
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

function inMemory(whole: Uint8Array): Bytes {
  return {size: whole.length, slice: (start, end) => Promise.resolve(whole.subarray(start, Math.max(start, end)))}
}

async function stat(file: string) {
  try {
    return await fs.stat(file, {bigint: true})
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}

/** Writes a file of its own beside `file`, hands its name to `use`, and leaves nothing behind. */
async function withTextBeside(
  file: string,
  text: string | Iterable<string>,
  use: (beside: string) => Promise<void>,
): Promise<void> {
  const beside = `${file}.${randomUUID()}.tmp`
  try {
    const handle = await fs.open(beside, 'wx')
    try {
      for (const block of blocksOf(typeof text === 'string' ? [text] : text)) await handle.appendFile(block, 'utf8')
      await handle.sync()
    } finally {
      await handle.close()
    }
    await use(beside)
  } finally {
    await fs.rm(beside, {force: true})
  }
}

const blockLength = 1024 * 1024

/** As few writes as there may be without a copy of the whole: each is handed to another thread. Characters stay whole. */
function* blocksOf(pieces: Iterable<string>): Generator<string> {
  let block = ''
  for (const piece of pieces) {
    block += piece
    let start = 0
    while (block.length - start > blockLength) {
      const end = start + blockLength
      const isWithinCharacter = (block.codePointAt(end - 1) ?? 0) > 0xffff
      yield block.slice(start, isWithinCharacter ? end + 1 : end)
      start = isWithinCharacter ? end + 1 : end
    }
    if (start > 0) block = block.slice(start)
  }
  if (block !== '') yield block
}

/** A new folder is an entry of the folder above it, which must be on the disk as well. */
async function makeFolder(folder: string): Promise<void> {
  const first = await fs.mkdir(folder, {recursive: true})
  if (first === undefined) return
  const top = path.resolve(first)
  for (let made = path.resolve(folder); made.length >= top.length; made = path.dirname(made)) {
    await syncFolder(path.dirname(made))
  }
}

/** A file whose name is not on the disk is lost with the power, however durable its content is: fsync(2). */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    // Windows opens no folders, and some network file systems do not sync them: they keep names in their own way.
    if (!['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error
  }
}

async function explained<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof UserError) throw error
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError('file/not-found', `"${file}" does not exist.`, {
        hint: 'Check the path; relative paths start at the working directory.',
        cause: error,
      })
    }
    if (code === undefined) throw error
    if (code === 'EISDIR') {
      throw new UserError('file/unreadable', `"${file}" is a folder, and a file is needed.`, {
        hint: 'Give the path of the file itself.',
        cause: error,
      })
    }
    throw new UserError('file/unreadable', `"${file}" cannot be read: ${messageOf(error)}`, {
      hint: 'Check who owns it, and who may read it.',
      cause: error,
    })
  }
}

/** What a person can do about a file that cannot be written; a defect of ours stays one. */
async function written<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const hint = writeHints[codeOf(error) ?? '']
    if (hint === undefined) throw error
    throw new UserError('file/unwritable', `"${file}" cannot be written: ${messageOf(error)}`, {hint, cause: error})
  }
}

const allow = 'Check who owns the folder, and who may write there.'
const makeRoom = 'Make room on that disk.'
const noLinks = 'Its file system has no hard links, or does not allow them: keep these files on another one.'
const inTheWay = 'A file stands where a folder is needed: remove it, or choose another folder.'
const writeHints: Readonly<Record<string, string>> = {
  EACCES: allow,
  EROFS: allow,
  EPERM: `${allow} ${noLinks}`,
  ENOSPC: makeRoom,
  EDQUOT: makeRoom,
  ENOTSUP: noLinks,
  EOPNOTSUPP: noLinks,
  ENOSYS: noLinks,
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
  EISDIR: inTheWay,
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
