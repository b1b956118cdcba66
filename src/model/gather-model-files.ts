import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import {pathBelow} from '../core/path.ts'
import type {FileEntry, Files} from '../runtime/files.ts'
import {digestOf, type ModelFile} from './digest.ts'

/** The files of a model, and the digest that names exactly them. */
export interface ModelFiles {
  readonly files: readonly ModelFile[]
  /** Symbolic links in the model folder, relative to it. They are not part of the digest; a model with any is refused. */
  readonly links: readonly string[]
  readonly digest: Digest
}

/** The regular files of a model, before anything is read. */
export interface ListedModel {
  readonly entries: readonly FileEntry[]
  readonly links: readonly string[]
  /** The model folder; null where the model is one file. */
  readonly folder: string | null
  /** Where a file of the model is, for the file system. */
  fileOf(path: string): string
}

/**
 * All regular files below a folder, or one file.
 * @throws UserError `file/not-found`, `file/unreadable`, `file/name-not-utf8`, `model/no-files`, `model/special-file`
 */
export async function listModel(files: Files, path: string): Promise<ListedModel> {
  if (!(await files.isFolder(path))) {
    const entry = await files.open(path, async ({size, stamp}) => ({size, ...(stamp && {stamp})}))
    return {entries: [{path: baseName(path), ...entry}], links: [], folder: null, fileOf: () => path}
  }
  const {files: entries, links, others = []} = await files.list(path)
  const [other] = others
  if (other !== undefined) throw specialFile(other)
  if (entries.length === 0) {
    throw new UserError('model/no-files', `The model folder "${path}" holds no file.`, {
      hint: 'Point model.files to the weights that are promoted.',
    })
  }
  return {entries, links, folder: path, fileOf: each => pathBelow(path, each)}
}

/**
 * Lists and digests the files of a model.
 * @throws UserError what `listModel` refuses, and `model/file-name`
 */
export async function gatherModelFiles(files: Files, path: string): Promise<ModelFiles> {
  const listed = await listModel(files, path)
  const found: ModelFile[] = []
  for (const {path: inside, size} of listed.entries) {
    found.push({path: inside, size, digest: await files.sha256(listed.fileOf(inside))})
  }
  return {files: found, links: listed.links, digest: digestOf(found)}
}

/** Whoever loads the folder may wait for it forever, or read from it what was never validated. */
function specialFile(path: string): UserError {
  return new UserError(
    'model/special-file',
    `${JSON.stringify(path)} in the model folder is a pipe, a socket or a device.`,
    {
      hint: 'Remove it: a model is made of files.',
    },
  )
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}
