import {createReadStream} from 'node:fs'
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import type {Digest} from '../core/digest.ts'
import {makeFolder, syncFolder, withTextBeside} from './durable-write.ts'
import {codeOf, explained, written} from './file-failure.ts'
import {listBelow} from './folder-list.ts'
import {openBytes, sha256Of, withScratch} from './random-access.ts'

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
  open: openBytes,
  stream: file => createReadStream(file, {highWaterMark: 1024 * 1024}),
  sha256: file => explained(file, () => sha256Of(file)),
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

async function stat(file: string) {
  try {
    return await fs.stat(file, {bigint: true})
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}
