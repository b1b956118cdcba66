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
    scan: async () => parseTrivyReport(await files.readText(path), path),
  }
}
