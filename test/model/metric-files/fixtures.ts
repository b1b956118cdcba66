/** The real files of the real tools, and what is read from them. */
import * as path from 'node:path'
import {UserError} from '../../../src/core/failure.ts'
import {readMetricsFile} from '../../../src/model/metric-files/gather.ts'
import type {MetricsFile} from '../../../src/model/metric-files/metrics-file.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {memoryFiles} from '../memory-files.ts'

export const fixtures = path.resolve(import.meta.dirname, '../../fixtures/model/metric-files')

/** A file as a real tool wrote it. */
export function readFixture(file: string, run?: string | undefined): Promise<MetricsFile> {
  return readMetricsFile(systemFiles, {candidate: path.join(fixtures, file), run})
}

/** A text as a file of metrics. */
export function readText(text: string | Uint8Array, run?: string): Promise<MetricsFile> {
  return readMetricsFile(memoryFiles({metrics: text}), {candidate: 'metrics', run})
}

/** A value as a test states it: the number, or the reason why there is none. */
export function answerOf(file: MetricsFile, name: string): number | string {
  const found = file.values.get(name)
  if (found === undefined) return 'missing'
  return typeof found.value === 'number' ? found.value : `${found.value.verdict} ${found.value.reason}`
}

/** What somebody is told whose file cannot be read. */
export async function refusalOf(read: Promise<MetricsFile>): Promise<string> {
  try {
    await read
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'read'
}
