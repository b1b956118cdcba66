import {posix} from 'node:path'
import {UserError} from '../../core/failure.ts'
import {pathBelow} from '../../core/path.ts'
import type {Files} from '../../runtime/files.ts'

/** The files that one path names. */
export interface PartList {
  readonly parts: readonly Part[]
  /** What was seen and left out, in sentences. */
  readonly notes: readonly string[]
}

export interface Part {
  /** To open it. */
  readonly path: string
  /** Below the folder that was asked for; the bare name where the path is a file. */
  readonly name: string
  /** Columns that folders named `key=value` add; null where the value is Hive's word for "absent". */
  readonly keys: ReadonlyMap<string, string | null>
}

/**
 * Finds the parts of a data set: the file itself, all files below a folder, or what a glob matches. Sorted by name. Hidden
 * files and the markers of Spark, Hive and Delta (names that begin with `.` or `_`) are left out.
 * @throws UserError `file/not-found`, `model/predictions-no-parts`, `model/predictions-delta-table`
 */
export async function findParts(files: Files, path: string): Promise<PartList> {
  if (await files.isFolder(path)) return below(await listed(files, path), path, null)
  if (await files.exists(path))
    return {parts: [{path, name: posix.basename(slashed(path)), keys: new Map()}], notes: []}
  const glob = splitGlob(slashed(path))
  if (glob === null) {
    throw new UserError('file/not-found', `"${path}" is not a file.`, {
      hint: 'Check the path; relative paths start at the working directory.',
    })
  }
  const exists = await files.isFolder(glob.folder)
  return below(exists ? await listed(files, glob.folder) : [], glob.folder, {glob: path, pattern: glob.pattern})
}

async function listed(files: Files, folder: string): Promise<readonly string[]> {
  const found = await files.list(folder)
  // A link is read as what it points to.
  return [...found.files.map(file => file.path), ...found.links].sort((a, b) => (a < b ? -1 : 1))
}

function below(paths: readonly string[], folder: string, match: {glob: string; pattern: string} | null): PartList {
  const matching = match === null ? paths : paths.filter(path => posix.matchesGlob(path, match.pattern))
  if (matching.some(path => path.split('/').includes('_delta_log')) || (match === null && isDelta(paths))) {
    throw new UserError(
      'model/predictions-delta-table',
      `"${folder}" is a Delta table: its log tells which files count.`,
      {
        hint: 'Export the rows to be judged as Parquet files, or name these files by a glob.',
      },
    )
  }
  const hidden = matching.filter(isHidden)
  const seen = matching.filter(path => !isHidden(path))
  if (seen.length === 0) {
    const what = match === null ? `The folder "${folder}" holds no file of data.` : `No file matches "${match.glob}".`
    throw new UserError('model/predictions-no-parts', what, {
      hint: 'Check the path, and that the step before wrote its files. Names that begin with "." or "_" are no data.',
    })
  }
  const notes =
    hidden.length === 0
      ? []
      : [
          `Left out ${hidden.length} hidden ${hidden.length === 1 ? 'file' : 'files and markers'}: ${hidden.slice(0, 3).join(', ')}${hidden.length > 3 ? ', …' : ''}.`,
        ]
  const parts = seen.map(name => ({path: joined(folder, name), name, keys: keysOf(name)}))
  return {parts, notes}
}

function isDelta(paths: readonly string[]): boolean {
  return paths.some(path => path.startsWith('_delta_log/'))
}

/** A name, or one of the folders above it, that begins with a dot or an underscore: Hadoop's rule. */
function isHidden(path: string): boolean {
  return path.split('/').some(name => name.startsWith('.') || (name.startsWith('_') && !name.includes('=')))
}

/** `year=2026/country=S%C3%A3o/part-0.parquet`: Hive writes values percent-encoded. */
function keysOf(name: string): ReadonlyMap<string, string | null> {
  const keys = new Map<string, string | null>()
  for (const folder of name.split('/').slice(0, -1)) {
    const at = folder.indexOf('=')
    if (at < 1) continue
    const value = decoded(folder.slice(at + 1))
    keys.set(decoded(folder.slice(0, at)), value === '__HIVE_DEFAULT_PARTITION__' ? null : value)
  }
  return keys
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that is none of an encoding stands for itself.
    return text
  }
}

/** The folders before the first one with a pattern in it, and the rest. */
function splitGlob(path: string): {folder: string; pattern: string} | null {
  const names = path.split('/')
  const first = names.findIndex(name => /[*?[\]{}]/.test(name))
  if (first === -1) return null
  const folder = names.slice(0, first).join('/')
  return {folder: folder === '' ? (path.startsWith('/') ? '/' : '.') : folder, pattern: names.slice(first).join('/')}
}

function joined(folder: string, name: string): string {
  return folder === '.' ? name : pathBelow(folder, name)
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}
