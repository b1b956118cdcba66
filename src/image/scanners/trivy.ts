/**
 * Runs Trivy from PATH. What it finds must depend on the image and the database alone, so everything that could make it
 * find less is closed: ignore files, config files and switches in the environment. Waivers have an owner and a date.
 */
import {type Failure, SystemError, UserError} from '../../core/failure.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {Exec, ExecResult} from '../../runtime/exec.ts'
import type {Files} from '../../runtime/files.ts'
import type {Log} from '../../runtime/log.ts'
import type {ImageReference, Scan, Scanner} from '../scanner.ts'
import {type LayoutImage, readLayout} from './oci-layout.ts'
import {parseTrivyReport} from './trivy-report.ts'

/** Releases that were made by an intruder (CVE-2026-33634): they read secrets from the runner's memory. */
export const maliciousVersions: readonly string[] = ['0.69.4', '0.69.5', '0.69.6']

/**
 * Variables that Trivy may see: where to find things, and how to log in. None says what to report, and no token of the
 * workflow is among them.
 */
export const passedVariables: readonly string[] = [
  'PATH',
  'HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'DOCKER_CONFIG',
  'DOCKER_HOST',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'TRIVY_CACHE_DIR',
  'TRIVY_DB_REPOSITORY',
  'TRIVY_JAVA_DB_REPOSITORY',
  'TRIVY_SKIP_DB_UPDATE',
  'TRIVY_SKIP_JAVA_DB_UPDATE',
  'TRIVY_OFFLINE_SCAN',
  'TRIVY_PLATFORM',
  'TRIVY_IMAGE_SRC',
  'TRIVY_USERNAME',
  'TRIVY_PASSWORD',
  'TRIVY_REGISTRY_TOKEN',
  'TRIVY_CACERT',
  'TRIVY_INSECURE',
  'TRIVY_NON_SSL',
]

/** ML images take long: tens of gigabytes are read layer by layer. */
const defaultTimeoutMs = 30 * 60_000
/** A report lists every package; those of the largest images have some 100 MB. */
const maxReportBytes = 512 * 1024 * 1024

export interface TrivyPorts {
  readonly exec: Exec
  readonly files: Pick<Files, 'isFolder' | 'exists' | 'readText' | 'sha256'>
  readonly log: Log
  readonly env: Readonly<Record<string, string | undefined>>
}

export function openTrivy(ports: TrivyPorts, timeoutMs = defaultTimeoutMs): Scanner {
  return {name: 'trivy', scan: image => scan(image, ports, timeoutMs)}
}

async function scan(
  image: ImageReference | null,
  {exec, files, log, env}: TrivyPorts,
  timeoutMs: number,
): Promise<Scan> {
  if (image === null) {
    throw new UserError('image/not-named', 'No image is named, so there is nothing to scan.', {
      hint: 'Name it: `registry.example.com/credit@sha256:…`, or a path that starts with "./" or "/".',
    })
  }
  const layout = await readImage(image, files)
  const variables = chooseVariables(env)
  reportIgnored(env, log)

  const version = await exec.run(['trivy', '--version'], {env: variables, timeoutMs: 60_000})
  if (version.exitCode !== 0) throw scannerFailed(version, 'trivy --version', 60_000)
  const seenVersion = parseVersion(version.stdout)
  refuseMalicious(seenVersion)

  const ran = await exec.run(['trivy', ...scanArguments(image, timeoutMs)], {
    env: variables,
    timeoutMs,
    maxOutputBytes: maxReportBytes,
  })
  if (ran.exitCode !== 0) throw scannerFailed(ran, `trivy image ${nameOf(image)}`, timeoutMs)
  const answer = parseTrivyReport(ran.stdout, 'The answer of trivy')
  return bindToLayout({...answer, image: nameOf(image), scanner: {name: 'trivy', version: seenVersion}}, layout)
}

function nameOf(image: ImageReference): string {
  return image.kind === 'registry' ? image.name : image.path
}

async function readImage(reference: ImageReference, files: TrivyPorts['files']): Promise<LayoutImage | null> {
  if (reference.kind === 'registry') {
    if (!(await files.exists(reference.name))) return null
    throw new UserError('image/path-or-reference', `"${reference.name}" is the name of an image, and also lies here.`, {
      hint: `Write "./${reference.name}" for what lies here, or a name with its registry for the image.`,
    })
  }
  if (await files.isFolder(reference.path)) return readLayout(reference.path, files)
  if (await files.exists(reference.path)) return null
  throw new UserError('image/not-found', `There is no image at "${reference.path}".`, {
    hint: 'Expected the folder of an OCI image layout, or an archive as `docker save` writes it.',
  })
}

/**
 * Arguments of the one call. Files in the working directory could hide findings, and a pull request could bring them:
 * `.trivyignore` and `trivy.yaml` are replaced by an empty file, and what is not set here keeps Trivy's own default.
 */
export function scanArguments(reference: ImageReference, timeoutMs: number): readonly string[] {
  return [
    'image',
    '--format=json',
    '--list-all-pkgs',
    '--scanners=vuln',
    '--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL',
    '--ignorefile=/dev/null',
    '--config=/dev/null',
    '--exit-code=0',
    '--no-progress',
    `--timeout=${Math.ceil(timeoutMs / 1000)}s`,
    ...(reference.kind === 'path' ? ['--input', reference.path] : ['--', reference.name]),
  ]
}

/** The whole environment of Trivy. The three switches are variables, because versions that do not know them ignore them. */
export function chooseVariables(env: TrivyPorts['env']): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {
    TRIVY_SHOW_SUPPRESSED: 'true',
    TRIVY_DISABLE_TELEMETRY: 'true',
    TRIVY_SKIP_VERSION_CHECK: 'true',
  }
  for (const name of passedVariables) {
    const value = env[name]
    if (value !== undefined) chosen[name] = value
  }
  return chosen
}

function reportIgnored(env: TrivyPorts['env'], log: Log): void {
  const ignored = Object.keys(env).filter(name => name.startsWith('TRIVY_') && !passedVariables.includes(name))
  if (ignored.length > 0) {
    log.warning(`Not passed on to Trivy, because the gate is in slipway.yml: ${ignored.sort().join(', ')}.`)
  }
}

/** `Version: 0.69.3` in the first line; null where Trivy does not say. */
export function parseVersion(text: string): string | null {
  return /^Version: v?(\S+)/m.exec(text)?.[1] ?? null
}

function refuseMalicious(version: string | null): void {
  if (version === null || !maliciousVersions.includes(version)) return
  throw new UserError('image/scanner-malicious', `Trivy ${version} is malware: its release was made by an intruder.`, {
    hint: 'Remove it, rotate every secret that this machine has seen (CVE-2026-33634), and install 0.69.3, or 0.70 or newer.',
  })
}

function scannerFailed(result: ExecResult, call: string, timeoutMs: number): Failure {
  if (result.notFound) {
    return new UserError('image/scanner-not-found', 'The program "trivy" is not on PATH.', {
      hint: 'Install Trivy (https://trivy.dev) before this step, or give its JSON report with `scanner: report`.',
    })
  }
  const system = {system: 'trivy', retryable: true}
  const said = lastLines(result.stderr)
  if (result.timedOut) {
    const limit = formatDuration(timeoutMs)
    return new SystemError('image/scanner-timed-out', `"${call}" took longer than ${limit} and was ended. ${said}`, {
      ...system,
      hint: 'The first run downloads a database; keep its cache folder (TRIVY_CACHE_DIR) between runs.',
    })
  }
  if (result.outputTooLarge) {
    return new SystemError('image/scanner-output-too-large', `"${call}" wrote more than ${maxReportBytes} bytes.`, {
      ...system,
      retryable: false,
      hint: 'Scan a smaller image.',
    })
  }
  const ended = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`
  return new SystemError('image/scanner-failed', `"${call}" ${ended}. ${said}`, {
    ...system,
    hint: 'Check the name of the image, the log-in to its registry, and that the database can be downloaded or is in the cache.',
  })
}

/** The end of what a program said, where the reason stands. */
function lastLines(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-5).join('\n').slice(-2000)
  return lines === '' ? 'It said nothing.' : `It said:\n${lines}`
}

/** For a layout the manifest digest comes from the folder; that the report is about the same image shows in its config. */
function bindToLayout(answer: Scan, layout: LayoutImage | null): Scan {
  if (layout === null) return answer
  if (answer.configDigest === layout.configDigest) return {...answer, digests: [layout.digest]}
  throw new SystemError(
    'image/scanned-another-image',
    `Trivy scanned the image with the config ${answer.configDigest ?? '(unknown)'}, but the layout holds ${layout.configDigest}.`,
    {system: 'trivy', retryable: false, hint: 'Do not change the folder during the scan.'},
  )
}
