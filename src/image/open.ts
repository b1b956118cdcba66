import type {ImageConfig} from '../config/image-schema.ts'
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {Scanner} from './scanner.ts'
import {openGrype} from './scanners/grype.ts'
import type {ScannerPorts} from './scanners/ports.ts'
import {openTrivy} from './scanners/trivy.ts'

type ScannersConfig = Pick<ImageConfig, 'scanner' | 'tools' | 'database' | 'timeout'>

/**
 * Config → scanners: one or both; none where a report is judged.
 * @throws UserError `image/database-for-which` where one database is named for two scanners
 */
export function openScanners(config: ScannersConfig, ports: ScannerPorts): readonly Scanner[] {
  const {tools, timeout: timeoutMs} = config
  const trivy = () => openTrivy({tools, timeoutMs, database: databaseOf('trivy', config)}, ports)
  const grype = () => openGrype({tools, timeoutMs, database: databaseOf('grype', config)}, ports)
  switch (config.scanner) {
    case 'trivy':
      return [trivy()]
    case 'grype':
      return [grype()]
    case 'both':
      return [trivy(), grype()]
    case 'report':
      return []
    default:
      return assertNever(config.scanner)
  }
}

function databaseOf(name: 'trivy' | 'grype', {scanner, database}: ScannersConfig): string | null {
  if (database === undefined) return null
  if (typeof database !== 'string') return database[name] ?? null
  if (scanner !== 'both') return database
  throw new UserError('image/database-for-which', `"${database}" is one database, and two scanners have one each.`, {
    hint: 'Name both: `database: {trivy: …, grype: …}`.',
  })
}
