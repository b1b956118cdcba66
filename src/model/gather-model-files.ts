import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
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
 * @throws UserError `file/not-found`, `file/unreadable`, `model/no-files`
 */
export async function listModel(files: Files, path: string): Promise<ListedModel> {
  if (!(await files.isFolder(path))) {
    const size = await files.open(path, async bytes => bytes.size)
    return {entries: [{path: baseName(path), size}], links: [], folder: null, fileOf: () => path}
  }
  const {files: entries, links} = await files.list(path)
  if (entries.length === 0) {
    throw new UserError('model/no-files', `The model folder "${path}" holds no file.`, {
      hint: 'Point model.files to the weights that are promoted.',
    })
  }
  return {entries, links, folder: path, fileOf: each => join(path, each)}
}

/**
 * Lists and digests the files of a model.
 * @throws UserError `file/not-found`, `file/unreadable`, `model/no-files`, `model/file-name`
 */
export async function gatherModelFiles(files: Files, path: string): Promise<ModelFiles> {
  const listed = await listModel(files, path)
  const found: ModelFile[] = []
  for (const entry of listed.entries) found.push({...entry, digest: await files.sha256(listed.fileOf(entry.path))})
  return {files: found, links: listed.links, digest: digestOf(found)}
}

function join(folder: string, path: string): string {
  return `${folder.replace(/\/+$/, '')}/${path}`
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}
