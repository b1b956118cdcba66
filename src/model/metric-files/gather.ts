/** Reads a file, or the few files of a folder, and hands their texts to the formats. */
import type {MetricsFileConfig} from '../../config/validation-schema.ts'
import {type Digest, digestOfText} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import {formatSize} from '../../core/quantity.ts'
import type {Files} from '../../runtime/files.ts'
import type {ReportedBaseline} from '../checks/reported.ts'
import {assemble} from './assemble.ts'
import {type Content, parseContent} from './content.ts'
import {detectFormat} from './detect.ts'
import type {MetricsFile} from './metrics-file.ts'

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
  {baseline, run}: MetricsFileConfig,
): Promise<ReportedBaseline> {
  if (baseline === undefined) return {kind: 'undeclared'}
  if (baseline === 'none') return {kind: 'none'}
  if (typeof baseline !== 'string') return {kind: 'known', values: baseline}
  return {kind: 'file', file: await readMetrics(files, baseline, run)}
}

async function readMetrics(files: Reader, path: string, run: string | undefined): Promise<MetricsFile> {
  const {content, digest} = await readContent(files, path)
  const format = detectFormat(path, content)
  const ask = {path, run}
  return assemble(format, format.read(content, ask), ask, digest)
}

async function readContent(files: Reader, path: string): Promise<{content: Content; digest: Digest}> {
  const text = await readText(files, path)
  return {content: parseContent(path, text), digest: digestOfText(text)}
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
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch (error) {
    throw new UserError('model/metrics-not-text', `${path} is not UTF-8 text.`, {
      hint: 'Point validation.metrics to a JSON, YAML or CSV file, or to a model card.',
      cause: error,
    })
  }
}
