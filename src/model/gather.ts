import type {Config} from '../config/schema.ts'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {Files} from '../runtime/files.ts'
import {digestOf, type ModelFile} from './digest.ts'
import type {ColumnRequest, Table} from './readers/columns.ts'
import {type FileContent, readModelFile} from './readers/model-file.ts'
import {readTable} from './readers/table.ts'

/** The files of a model, and the digest that names exactly them. */
export interface ModelFiles {
  readonly files: readonly ModelFile[]
  /** Symbolic links in the model folder, relative to it. They are not part of the digest; a model with any is refused. */
  readonly links: readonly string[]
  readonly digest: Digest
}

/** A thing that was to be read: there, or the reason why not. The reason becomes a finding, not an exception. */
export type Gathered<T> =
  | {readonly kind: 'gathered'; readonly value: T}
  | {readonly kind: 'missing'; readonly failure: UserError}

/** Everything that is judged, as it was found. */
export interface ModelFacts {
  readonly files: Gathered<ModelFiles>
  readonly contents: readonly {readonly path: string; readonly content: FileContent}[]
  /** Null where the config names no predictions. */
  readonly predictions: PredictionFacts | null
}

export interface PredictionFacts {
  readonly candidate: Gathered<PredictionFile>
  /** Null where the config says `none`. */
  readonly baseline: Gathered<PredictionFile> | null
}

export interface PredictionFile {
  readonly path: string
  readonly digest: Digest
  readonly table: Table
}

export type PredictionsConfig = NonNullable<Config['validation']['predictions']>

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

/** Reads everything that the judgement needs. What cannot be read is a fact too. */
export async function gatherFacts(
  files: Files,
  model: Config['model'],
  predictions: PredictionsConfig | undefined,
): Promise<ModelFacts> {
  const modelFiles = await attempt(() => gatherModelFiles(files, model.files))
  return {
    files: modelFiles,
    contents: modelFiles.kind === 'gathered' ? await readContents(files, model.files, modelFiles.value) : [],
    predictions: predictions === undefined ? null : await gatherPredictions(files, predictions),
  }
}

async function readContents(files: Files, root: string, model: ModelFiles): Promise<ModelFacts['contents']> {
  const folder = await files.isFolder(root)
  const contents: {path: string; content: FileContent}[] = []
  for (const {path} of model.files) {
    const content = await files.open(folder ? join(root, path) : root, bytes => readModelFile(path, bytes))
    contents.push({path, content})
  }
  return contents
}

async function gatherPredictions(files: Files, config: PredictionsConfig): Promise<PredictionFacts> {
  const {id, label, prediction, score, groups} = config.columns
  const answers: ColumnRequest[] = [
    {name: id, kind: 'text'},
    {name: label, kind: 'category'},
    ...(prediction === undefined ? [] : [{name: prediction, kind: 'category'} as const]),
    ...(score === undefined ? [] : [{name: score, kind: 'number'} as const]),
  ]
  const withGroups = [...answers, ...groups.map(name => ({name, kind: 'category'}) as const)]
  return {
    candidate: await attempt(() => readPredictions(files, config.candidate, withGroups)),
    baseline: config.baseline === 'none' ? null : await attempt(() => readPredictions(files, config.baseline, answers)),
  }
}

async function readPredictions(
  files: Files,
  path: string,
  requests: readonly ColumnRequest[],
): Promise<PredictionFile> {
  const table = await readTable(files, path, requests)
  return {path, table, digest: await files.sha256(path)}
}

/** A UserError is what this gate reports; anything else is not ours to explain. */
async function attempt<T>(read: () => Promise<T>): Promise<Gathered<T>> {
  try {
    return {kind: 'gathered', value: await read()}
  } catch (error) {
    if (error instanceof UserError) return {kind: 'missing', failure: error}
    throw error
  }
}

function join(folder: string, path: string): string {
  return `${folder.replace(/\/+$/, '')}/${path}`
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}
