/** Folders for work that files alone cannot do: programs that want a folder of their own, and programs to keep. */
import {randomUUID} from 'node:crypto'
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'

export interface Folders {
  /** An empty folder that only we may read, and that is gone with all its content when `use` is done. */
  temporary<T>(use: (folder: string) => Promise<T>): Promise<T>
  /** A symbolic link at `place`, with its folders, to `target`, which is made absolute. */
  link(target: string, place: string): Promise<void>
  /**
   * Writes `chunks` to `file` (beside it first, so that a reader sees all of it or nothing) and creates its folders.
   * `executable`: everybody may run it.
   */
  write(file: string, chunks: AsyncIterable<Uint8Array>, options?: {readonly executable?: boolean}): Promise<void>
  /** Bytes that can still be written where `folder` is, or will be. */
  freeBytes(folder: string): Promise<number>
  /** Where temporary folders are made. */
  readonly temporaryRoot: string
}

export const systemFolders: Folders = {
  temporaryRoot: os.tmpdir(),
  temporary: async use => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-'))
    try {
      return await use(folder)
    } finally {
      await fs.rm(folder, {recursive: true, force: true})
    }
  },
  link: async (target, place) => {
    await fs.mkdir(path.dirname(place), {recursive: true})
    await fs.symlink(path.resolve(target), place)
  },
  write: async (file, chunks, {executable = false} = {}) => {
    await fs.mkdir(path.dirname(file), {recursive: true})
    const beside = `${file}.${randomUUID()}.tmp`
    try {
      await fs.writeFile(beside, chunks, {flag: 'wx', mode: executable ? 0o755 : 0o644})
      await fs.rename(beside, file)
    } finally {
      await fs.rm(beside, {force: true})
    }
  },
  freeBytes: async folder => {
    const {bavail, bsize} = await fs.statfs(await existing(path.resolve(folder)))
    return bavail * bsize
  },
}

/** The folder itself, or the nearest one above it that is there. */
async function existing(folder: string): Promise<string> {
  try {
    await fs.access(folder)
    return folder
  } catch (error) {
    const above = path.dirname(folder)
    if (above === folder) throw error
    return existing(above)
  }
}
