import {isFailure, UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import type {Scanner} from '../scanner.ts'
import {parseTrivyReport} from './trivy-report.ts'

/**
 * A scan that was made elsewhere: reads Trivy's JSON report from a file, and runs nothing. Whether it is about the image
 * that was asked for is decided by its digest, in `run.ts`.
 */
export function openReport(path: string, files: Pick<Files, 'readText'>): Scanner {
  return {
    name: 'report',
    scan: async () => parseTrivyReport(await readReport(path, files), path),
  }
}

async function readReport(path: string, files: Pick<Files, 'readText'>): Promise<string> {
  try {
    return await files.readText(path)
  } catch (error) {
    if (!isFailure(error) || error.code !== 'file/not-found') throw error
    throw new UserError('image/report-missing', `There is no Trivy report at "${path}".`, {
      hint: 'Write it with `trivy image --format json --output <file> <image>`; relative paths start at the working directory.',
      cause: error,
    })
  }
}
