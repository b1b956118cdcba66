/** Files that are there whole or not at all, and stay when the power goes. */
import {randomUUID} from 'node:crypto'
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import {codeOf} from './file-failure.ts'

/** Writes a file of its own beside `file`, hands its name to `use`, and leaves nothing behind. */
export async function withTextBeside(
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
export async function makeFolder(folder: string): Promise<void> {
  const first = await fs.mkdir(folder, {recursive: true})
  if (first === undefined) return
  const top = path.resolve(first)
  for (let made = path.resolve(folder); made.length >= top.length; made = path.dirname(made)) {
    await syncFolder(path.dirname(made))
  }
}

/** A file whose name is not on the disk is lost with the power, however durable its content is: fsync(2). */
export async function syncFolder(folder: string): Promise<void> {
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
