/** Reads a file, or the few files of a folder, and hands their texts to the formats. */
import type {MetricsFileConfig} from '../../config/validation-schema.ts'
import {type Digest, digestOfText} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import {pathBelow} from '../../core/path.ts'
import {formatSize} from '../../core/quantity.ts'
import type {Files} from '../../runtime/files.ts'
import type {ReportedBaseline} from '../checks/reported.ts'
import {measuredValues} from '../known-values.ts'
import {assemble} from './assemble.ts'
import {type Content, parseContent} from './content.ts'
import {detectFormat} from './detect.ts'
import {dvcMetricPaths, isDvcYaml} from './dvc.ts'
import type {MetricsFile} from './metrics-file.ts'
import {isMap, type Node} from './node.ts'

type Reader = Pick<Files, 'isFolder' | 'list' | 'open' | 'sha256' | 'exists'>

/** A file of metrics is a few kilobytes; a report with pictures in it, some megabytes. */
const maxBytes = 32 * 1024 * 1024

/**
 * The candidate's file of metrics.
 * @throws UserError `model/metrics-…`, `file/not-found`, `file/unreadable`
 */
export async function readMetricsFile(files: Reader, config: MetricsFileConfig): Promise<MetricsFile> {
  return readMetrics(files, config.candidate, config.run)
}

/**
 * What the candidate is compared with, as the config names it.
 * @throws UserError as {@link readMetricsFile}
 */
export async function readReportedBaseline(
  files: Reader,
  {baseline, run, 'baseline-run': baselineRun}: MetricsFileConfig,
): Promise<ReportedBaseline> {
  if (baseline === undefined) return {kind: 'undeclared'}
  if (baseline === 'none') return {kind: 'none'}
  if (typeof baseline !== 'string') return {kind: 'known', values: measuredValues(baseline)}
  return {kind: 'file', file: await readMetrics(files, baseline, baselineRun ?? run)}
}

async function readMetrics(files: Reader, path: string, run: string | undefined): Promise<MetricsFile> {
  const {content, digest} = await readContent(files, path)
  const format = detectFormat(path, content)
  const ask = {path, run}
  return assemble(format, format.read(content, ask), ask, digest)
}

/** What was found at a path, before anybody knows whose it is. */
export interface Read {
  readonly content: Content
  readonly digest: Digest
}

export async function readContent(files: Reader, path: string): Promise<Read> {
  if (await files.isFolder(path)) return readFolder(files, path)
  const text = await readText(files, path)
  const content = parseContent(path, text)
  if (content.kind === 'document' && isDvcYaml(content.root)) return readDvc(files, path, text, content.root)
  return {content, digest: digestOfText(text)}
}

/** @throws UserError `model/metrics-unknown` for a folder that no tool keeps its metrics in */
async function readFolder(files: Reader, folder: string): Promise<Read> {
  const paths = (await files.list(folder)).files.map(file => file.path)
  const has = (path: string) => paths.includes(path)
  if (has('dvc.yaml')) return readContent(files, pathBelow(folder, 'dvc.yaml'))
  // EvaluationResult.save of MLflow.
  if (has('metrics.json') && has('artifacts_metadata.json'))
    return readContent(files, pathBelow(folder, 'metrics.json'))
  const kept = paths.filter(isOfStore)
  if (!kept.some(path => path.endsWith('meta.yaml'))) {
    throw new UserError(
      'model/metrics-unknown',
      `The folder ${folder} is none that is known. Looked for: dvc.yaml; meta.yaml and metrics/ of MLflow; metrics.json with artifacts_metadata.json of mlflow.evaluate.`,
      {
        hint: 'Point validation.metrics to the file itself.',
      },
    )
  }
  if (kept.length > maxFiles) {
    throw new UserError(
      'model/metrics-too-large',
      `The folder ${folder} holds more than ${maxFiles} files of MLflow.`,
      {
        hint: 'Point validation.metrics to the folder of the run.',
      },
    )
  }
  const texts = new Map<string, string>()
  for (const path of kept) texts.set(path, await readText(files, pathBelow(folder, path)))
  return {content: {kind: 'store', texts}, digest: digestOfTexts(texts)}
}

const maxFiles = 20_000

/** What is read of a file store; artifacts, parameters and models are not. A metric may be called "models/accuracy". */
function isOfStore(path: string): boolean {
  const [, folder = '', file = ''] = /^((?:.*?\/)??)(meta\.yaml|metrics\/.+|tags\/mlflow\.runName)$/.exec(path) ?? []
  return file !== '' && !/(?:^|\/)(?:artifacts|models|datasets|inputs|outputs|\.trash)\//.test(folder)
}

async function readDvc(files: Reader, path: string, text: string, root: Node): Promise<Read> {
  const base = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'
  const texts = new Map([['dvc.yaml', text]])
  const found: {path: string; root: Node}[] = []
  for (const named of dvcMetricPaths(path, root)) {
    for (const each of await filesBelow(files, base, named)) {
      const content = await readText(files, pathBelow(base, each))
      texts.set(each, content)
      found.push({path: each, root: documentOf(each, parseContent(each, content))})
    }
  }
  return {content: {kind: 'dvc', files: found}, digest: digestOfTexts(texts)}
}

/** DVC allows a folder where a file of metrics is meant: all files in it. */
async function filesBelow(files: Reader, base: string, named: string): Promise<readonly string[]> {
  if (!(await files.isFolder(pathBelow(base, named)))) return [named]
  return (await files.list(pathBelow(base, named))).files.map(file => pathBelow(named, file.path))
}

function documentOf(path: string, content: Content): Node {
  if (content.kind === 'document' && isMap(content.root)) return content.root
  throw new UserError(
    'model/metrics-unknown',
    `${path}, which dvc.yaml names as metrics, is no mapping in JSON or YAML.`,
    {
      hint: 'Write it as JSON or YAML; TOML and Python are not read.',
    },
  )
}

function digestOfTexts(texts: ReadonlyMap<string, string>): Digest {
  const lines = [...texts].map(([path, text]) => `${digestOfText(text)} ${path}`).sort()
  return digestOfText(lines.join('\n'))
}

async function readText(files: Reader, path: string): Promise<string> {
  const bytes = await files.open(path, async file => {
    if (file.size > maxBytes) {
      throw new UserError(
        'model/metrics-too-large',
        `${path} has ${formatSize(file.size)}; a file of metrics has at most ${formatSize(maxBytes)}.`,
        {
          hint: 'Point validation.metrics to the summary, not to the rows that it was computed from.',
        },
      )
    }
    return file.slice(0, file.size)
  })
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 15)) === 'SQLite format 3') {
    throw new UserError('model/metrics-database', `${path} is a database, as MLflow keeps its runs by default.`, {
      hint: 'Write the run with `mlflow runs describe --run-id <id> > run.json`, and point validation.metrics to that file.',
    })
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch (error) {
    throw new UserError('model/metrics-not-text', `${path} is not UTF-8 text.`, {
      hint: 'Point validation.metrics to a JSON, YAML or CSV file, or to a model card.',
      cause: error,
    })
  }
}
