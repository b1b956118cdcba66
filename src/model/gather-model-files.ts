import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Files} from '../runtime/files.ts'
import {digestOf, type ModelFile} from './digest.ts'
import {type FileContent, readModelFile} from './readers/model-file.ts'

/** The files of a model, and the digest that names exactly them. */
export interface ModelFiles {
  readonly files: readonly ModelFile[]
  /** Symbolic links in the model folder, relative to it. They are not part of the digest; a model with any is refused. */
  readonly links: readonly string[]
  readonly digest: Digest
}

/**
 * Lists and digests the files of a model: all regular files below a folder, or one file.
 * @throws UserError `file/not-found`, `file/unreadable`, `model/no-files`, `model/file-name`
 */
export async function gatherModelFiles(files: Files, path: string): Promise<ModelFiles> {
  if (!(await files.isFolder(path))) {
    const size = await files.open(path, async bytes => bytes.size)
    const only = [{path: baseName(path), size, digest: await files.sha256(path)}]
    return {files: only, links: [], digest: digestOf(only)}
  }
  const listed = await files.list(path)
  const found: ModelFile[] = []
  for (const entry of listed.files) {
    found.push({...entry, digest: await files.sha256(join(path, entry.path))})
  }
  if (found.length === 0) {
    throw new UserError('model/no-files', `The model folder "${path}" holds no file.`, {
      hint: 'Point model.files to the weights that are promoted.',
    })
  }
  return {files: found, links: listed.links, digest: digestOf(found)}
}

/** What each file is, by its content. */
export async function readContents(
  files: Files,
  root: string,
  model: ModelFiles,
): Promise<readonly {readonly path: string; readonly content: FileContent}[]> {
  const folder = await files.isFolder(root)
  const contents: {path: string; content: FileContent}[] = []
  for (const {path} of model.files) {
    const content = await files.open(folder ? join(root, path) : root, bytes => readModelFile(path, bytes))
    contents.push({path, content})
  }
  return contents
}

function join(folder: string, path: string): string {
  return `${folder.replace(/\/+$/, '')}/${path}`
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}
