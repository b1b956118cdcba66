/** The cache that Trivy keeps by itself, for scans without a database of ours. */
import {UserError} from '../../core/failure.ts'
import type {ScannerPorts} from '../scanners/ports.ts'
import {vulnerabilities} from './trivy-kinds.ts'
import {readBuilt} from './trivy-metadata.ts'

/**
 * When the database was built that Trivy has in its own cache, which a scan may just have downloaded. Null where there is
 * none: then nobody knows how old the answers are.
 */
export async function builtInOwnCache(
  cacheFolder: string,
  {files, log}: Pick<ScannerPorts, 'files' | 'log'>,
): Promise<string | null> {
  const file = `${cacheFolder}/${vulnerabilities.folder}/metadata.json`
  if (!(await files.exists(file))) return null
  try {
    return await readBuilt(file, vulnerabilities.schemaVersion, files)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log.warning(error.message)
    return null
  }
}

/** Trivy's own cache: Go's os.UserCacheDir and "trivy" below it (`pkg/utils/fsutils` of Trivy). Null where no home is known. */
export function ownCache(env: ScannerPorts['env'], {system}: ScannerPorts['host']): string | null {
  if (env.TRIVY_CACHE_DIR) return env.TRIVY_CACHE_DIR
  const base = userCache(env, system)
  return base ? `${base}/trivy` : null
}

function userCache(env: ScannerPorts['env'], system: string): string | undefined {
  if (system === 'win32') return env.LOCALAPPDATA
  if (system === 'darwin') return env.HOME && `${env.HOME}/Library/Caches`
  return env.XDG_CACHE_HOME || (env.HOME && `${env.HOME}/.cache`)
}
