/** What the file system answers where it refuses, in words of what to do. */
import {messageOf, UserError} from '../core/failure.ts'

/** Of reading. @throws UserError `file/not-found` or `file/unreadable` */
export async function explained<T>(file: string, read: () => Promise<T>): Promise<T> {
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

/** Of writing; a defect of ours stays one. @throws UserError `file/unwritable` */
export async function written<T>(file: string, write: () => Promise<T>): Promise<T> {
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

/** `ENOENT`; undefined for what no system call threw. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
