import type {Config} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {Scanner} from './scanner.ts'
import {openReport} from './scanners/report.ts'
import {openTrivy, type TrivyPorts} from './scanners/trivy.ts'

/** Config → scanner. */
export function openScanner(
  config: Pick<NonNullable<Config['image']>, 'scanner' | 'report'>,
  ports: TrivyPorts,
): Scanner {
  switch (config.scanner) {
    case 'trivy':
      return openTrivy(ports)
    case 'report':
      if (config.report !== undefined) return openReport(config.report, ports.files)
      throw new UserError('image/report-not-named', '`scanner: report` reads a report, and no file is named.', {
        hint: 'Name it with `image.report` in slipway.yml.',
      })
    default:
      return assertNever(config.scanner)
  }
}
