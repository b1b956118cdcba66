/**
 * What the suites of this folder share: a real Trivy, a real Grype and a real Syft with databases that the tests wrote, a
 * folder in which a project lies, and `slipway scan` as a process in it. No network, once the tools are there.
 */
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {type ExecResult, systemExec} from '../../../src/runtime/exec.ts'
import {type GrypeContent, grypeContent, writeGrypeDatabase} from '../../fakes/grype-db.ts'
import {type Listed, writeLayout} from '../../fakes/oci-image.ts'
import {installAnchore} from '../../fakes/real-grype.ts'
import {installTrivy} from '../../fakes/real-trivy.ts'
import {type Advisories, advisories, writeTrivyDatabase} from '../../fakes/trivy-db.ts'
import {writeTrivyJavaDatabase} from '../../fakes/trivy-java-db.ts'

export interface World {
  /** The working directory of every call: `slipway.yml`, databases, and what a test puts there. */
  readonly folder: string
  /** Folders of the tools, as PATH. */
  readonly path: string
  /** Writes the layout of an image and answers its path, as it is given to `slipway scan`. */
  layout(name: string, image: Listed): Promise<string>
  write(name: string, content: string | Uint8Array): Promise<string>
  /** Runs `slipway scan` with this `image` of the config. */
  scan(image: string, config: object, more?: Call): Promise<Scanned>
  /** Runs any program in the folder, and fails where it fails. */
  run(argv: readonly [string, ...string[]]): Promise<string>
  close(): Promise<void>
}

export interface Call {
  readonly options?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Scanned {
  readonly exitCode: number | null
  readonly stderr: string
  readonly verdict: string
  readonly reason: string
  readonly digest: string | undefined
  /** Findings that are neither pass nor warn: `fail CVE-2022-48174 in busybox 1.36.1-r0`. */
  readonly blocking: readonly string[]
  readonly findings: readonly Finding[]
  /** Vulnerabilities of the scan: `CVE-2022-48174 busybox critical grype+trivy`; sorted. */
  readonly flaws: readonly string[]
  readonly platforms: readonly PlatformScan[]
}

export interface Finding {
  readonly id: string
  readonly verdict: string
  readonly reason: string
  readonly subject: string
  readonly what: string
  readonly details?: Readonly<Record<string, unknown>>
}

interface PlatformScan {
  readonly platform: string | null
  readonly digest: string | null
  readonly scan: {
    readonly scanners: readonly {readonly name: string; readonly databaseBuilt: string | null}[]
    readonly os: {readonly name: string; readonly packages: number | null} | null
    readonly packageCount: number | null
    readonly flaws: readonly Flaw[]
    readonly doubts: readonly string[]
  }
}

export interface Flaw {
  readonly kind: string
  readonly id: string
  readonly aliases: readonly string[]
  readonly package: string
  readonly severity: string
  readonly foundBy: readonly string[]
  readonly suppressed?: {readonly by: string; readonly reason: string}
  readonly knownExploited: unknown
  readonly fix: {readonly state: string; readonly versions: readonly string[]; readonly date: string | number | null}
}

/** Where both scanners have their databases, unless a test says otherwise. */
export const databases = {trivy: 'trivy', grype: 'grype.db'} as const

/** Fails for what is critical, and for nothing else: what is looked at here are scanners, not the gate. */
export const offline = {
  database: databases,
  'database-max-age': '3650d',
  baseline: 'none',
  gate: [{severity: 'critical', verdict: 'fail'}],
} as const

export async function createWorld(
  content: {readonly trivy?: Advisories; readonly grype?: GrypeContent} = {},
): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-e2e-image-'))
  const tools = [await installTrivy(), await installAnchore('grype'), await installAnchore('syft')]
  const visible = {PATH: [...tools, process.env.PATH ?? ''].join(path.delimiter), HOME: path.join(folder, 'home')}
  await writeTrivyDatabase(path.join(folder, databases.trivy), content.trivy ?? advisories)
  await writeTrivyJavaDatabase(path.join(folder, databases.trivy))
  await writeGrypeDatabase(path.join(folder, databases.grype), content.grype ?? grypeContent)

  async function write(name: string, text: string | Uint8Array): Promise<string> {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), {recursive: true})
    await writeFile(file, text)
    return `./${name}`
  }

  return {
    folder,
    path: visible.PATH,
    write,
    layout: async (name, image) => {
      await writeLayout(path.join(folder, name), image)
      return `./${name}`
    },
    scan: async (image, config, {options = [], env = {}} = {}) => {
      // JSON is YAML.
      await write(
        'slipway.yml',
        JSON.stringify({version: 1, service: 'credit', model: {files: 'model'}, image: config}),
      )
      const program = path.join(import.meta.dirname, 'main.ts')
      const scanFile = path.join(folder, 'scan.json')
      await rm(scanFile, {force: true})
      const ran = await systemExec.run(
        [process.execPath, program, 'scan', image, '--json', '--scan', scanFile, ...options],
        {cwd: folder, env: {...visible, ...env}, timeoutMs: 300_000},
      )
      return scannedOf(ran, await readFile(scanFile, 'utf8').catch(() => null))
    },
    run: async argv => {
      const ran = await systemExec.run(argv, {cwd: folder, env: visible, timeoutMs: 300_000})
      if (ran.exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${ran.exitCode}: ${ran.stderr}`)
      return ran.stdout
    },
    close: () => rm(folder, {recursive: true}),
  }
}

function scannedOf(ran: ExecResult, scanText: string | null): Scanned {
  const {verdict, reason, subject, findings} = resultIn(ran)
  const platforms: readonly PlatformScan[] = scanText === null ? [] : JSON.parse(scanText).platforms
  return {
    exitCode: ran.exitCode,
    stderr: ran.stderr,
    verdict,
    reason,
    digest: subject?.image,
    findings,
    blocking: findings
      .filter(each => each.verdict !== 'pass' && each.verdict !== 'warn')
      .map(each => `${each.verdict} ${each.subject}`)
      .sort(),
    flaws: platforms
      .flatMap(({scan}) => scan.flaws)
      .filter(({kind}) => kind === 'vulnerability')
      .map(flaw => [flaw.id, flaw.package, flaw.severity, flaw.foundBy.join('+')].join(' '))
      .sort(),
    platforms,
  }
}

interface Result {
  readonly verdict: string
  readonly reason: string
  readonly subject?: {readonly image?: string}
  readonly findings: readonly Finding[]
}

function resultIn({stdout, stderr, exitCode}: ExecResult): Result {
  try {
    return JSON.parse(stdout)
  } catch (cause) {
    throw new Error(`slipway scan ended with ${exitCode}, and answered no JSON:\n${stdout}\n${stderr}`, {cause})
  }
}
