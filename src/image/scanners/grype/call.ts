/** What every call of Grype has in common: its environment, its config, how it is told what to scan, and what its errors mean. */
import * as path from 'node:path'
import {assertNever} from '../../../core/assert.ts'
import type {ScanTarget} from '../../scanner.ts'
import {scrubbedEnvironment} from '../../tools/environment.ts'
import type {ScannerPorts} from '../ports.ts'

/** Variables that Grype may see: where to find things, and how to log in. None says what to report. */
export const passedVariables: readonly string[] = [
  'GRYPE_DB_CACHE_DIR',
  'GRYPE_DB_UPDATE_URL',
  'GRYPE_DB_CA_CERT',
  'GRYPE_DB_AUTO_UPDATE',
  'GRYPE_DB_REQUIRE_UPDATE_CHECK',
  'GRYPE_DB_UPDATE_AVAILABLE_TIMEOUT',
  'GRYPE_DB_UPDATE_DOWNLOAD_TIMEOUT',
  'GRYPE_DB_MAX_UPDATE_CHECK_FREQUENCY',
  'GRYPE_REGISTRY_AUTH_AUTHORITY',
  'GRYPE_REGISTRY_AUTH_USERNAME',
  'GRYPE_REGISTRY_AUTH_PASSWORD',
  'GRYPE_REGISTRY_AUTH_TOKEN',
  'GRYPE_REGISTRY_AUTH_TLS_CERT',
  'GRYPE_REGISTRY_AUTH_TLS_KEY',
  'GRYPE_REGISTRY_CA_CERT',
  'GRYPE_REGISTRY_INSECURE_SKIP_TLS_VERIFY',
]

/**
 * Versions that do not know a switch ignore it, which is why these are variables. The level shows what Grype says nowhere
 * else: that its database does not know the operating system.
 */
const settings: Readonly<Record<string, string>> = {
  GRYPE_CHECK_FOR_APP_UPDATE: 'false',
  GRYPE_DB_VALIDATE_AGE: 'false',
  GRYPE_DB_VALIDATE_BY_HASH_ON_START: 'true',
  GRYPE_INCLUDE_MATCHER_SUPPRESSIONS: 'true',
  GRYPE_LOG_LEVEL: 'debug',
  NO_COLOR: '1',
}

/** What Grype unpacks goes where we clean up, also where it is ended before it could. */
export function environment(
  env: ScannerPorts['env'],
  folder: string,
  set: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return scrubbedEnvironment(env, passedVariables, {...settings, ...set, TMPDIR: folder, TMP: folder, TEMP: folder})
}

/** With a config of its own Grype reads no other: not `.grype.yaml` here, and not that of the user. */
export async function closedConfig(folder: string, {files}: Pick<ScannerPorts, 'files'>): Promise<string> {
  const config = path.join(folder, 'no-config.yaml')
  await files.writeText(config, '')
  return `--config=${config}`
}

/**
 * Grype takes one source with its kind before it, so that a path is never asked of a registry, nor the other way round.
 * What lies here gets a name of our own: a ":" in a path would begin a tag.
 */
export async function sourceOf(target: ScanTarget, folder: string, {folders}: ScannerPorts): Promise<string> {
  const input = path.join(folder, 'input')
  switch (target.kind) {
    case 'registry':
      return `registry:${target.name}`
    case 'layout':
      await folders.link(target.folder, input)
      return `oci-dir:${input}`
    case 'archive':
      await folders.link(target.path, input)
      return `docker-archive:${input}`
    case 'sbom':
      await folders.link(target.path, input)
      return `sbom:${input}`
    default:
      return assertNever(target)
  }
}

export const hints = [
  {
    said: 'database does not exist',
    hint: 'Give it with `database`, or let Grype download it before: `grype db update`.',
  },
  {
    said: 'bad db checksum',
    hint: 'The database was changed after it was imported. Remove the cache folder, and let Grype download or import it again.',
  },
  {
    said: 'no space left on device',
    hint: 'Layers are unpacked to the temporary folder: make room, set TMPDIR to a larger disk, or scan the SBOM that the build made.',
  },
  {
    said: 'UNAUTHORIZED',
    hint: 'Log in to the registry before this step: Grype reads the config of Docker (DOCKER_CONFIG) and GRYPE_REGISTRY_AUTH_*.',
  },
]
