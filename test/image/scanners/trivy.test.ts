import {readFileSync} from 'node:fs'
import * as fs from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Digest} from '../../../src/core/digest.ts'
import type {FlawKind} from '../../../src/image/scan.ts'
import type {ScanTarget} from '../../../src/image/scanner.ts'
import type {ScannerOptions, ScannerPorts} from '../../../src/image/scanners/ports.ts'
import {openTrivy} from '../../../src/image/scanners/trivy.ts'
import type {Exec, ExecOptions, ExecResult} from '../../../src/runtime/exec.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {scannerPorts} from '../../fakes/scanner-ports.ts'
import {writeTrivyDatabase} from '../../fakes/trivy-db.ts'
import {digestB} from '../scans.ts'

const recorded = readFileSync('test/fixtures/image/trivy-registry.json', 'utf8')
const digest: Digest = 'sha256:d4d1e8f6a721c1a554d5c986c2dad45e87931d9040c7a3b04fbaa8074a9d0d94'
const configDigest: Digest = 'sha256:aff5afb00f81c6041892f56727a653e4e9ae0a89ba869eb2edcdf36e8c9bff68'
const about = {label: 'credit:v5', digest, configDigest, platform: 'linux/amd64'}
const registry: ScanTarget = {
  ...about,
  kind: 'registry',
  name: `registry.example.com/credit@${digest}`,
  plainHttp: false,
}

interface Call {
  readonly argv: readonly string[]
  readonly options: ExecOptions | undefined
  /** The folder that it ran in, as it was then: where names lead to, and what files hold. */
  readonly folder: ReadonlyMap<string, string>
}

const ended: ExecResult = {
  exitCode: 0,
  stdout: '',
  stderr: '',
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
}

/** A program that answers `--version` and a scan, and remembers how it was called. */
function trivy(answer: {version?: Partial<ExecResult>; scan?: Partial<ExecResult>} = {}): Exec & {calls: Call[]} {
  const calls: Call[] = []
  return {
    calls,
    run: async (argv, options) => {
      const asksVersion = argv[1] === '--version'
      calls.push({argv, options, folder: asksVersion ? new Map() : await contentOf(options?.cwd ?? '')})
      const own = asksVersion ? answer.version : answer.scan
      return {...ended, stdout: asksVersion ? 'Version: 0.74.0\n' : recorded, ...own}
    },
  }
}

async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await fs.readdir(folder)
  const entries = names.sort().map(async name => {
    const file = path.join(folder, name)
    const isLink = (await fs.lstat(file)).isSymbolicLink()
    return [name, isLink ? `-> ${await fs.readlink(file)}` : await fs.readFile(file, 'utf8')] as const
  })
  return new Map(await Promise.all(entries))
}

interface Asked {
  readonly target?: ScanTarget
  readonly kinds?: readonly FlawKind[]
  readonly options?: Partial<ScannerOptions>
  readonly env?: ScannerPorts['env']
  readonly log?: ScannerPorts['log']
}

function scan(
  exec: Exec,
  {target = registry, kinds = ['vulnerability'], options, env = {}, log = silentLog}: Asked = {},
) {
  const tools = {from: 'path', folder: '.slipway/tools'} as const
  return openTrivy({tools, database: null, timeoutMs: 90_000, ...options}, scannerPorts({exec, env, log})).scan(
    target,
    kinds,
  )
}

/** The call of the scan, with the folder that it ran in left out of its arguments. */
function argumentsOf(exec: {calls: Call[]}): string {
  const call = exec.calls[1]
  return (call?.argv ?? []).join(' ').replaceAll(`${call?.options?.cwd}/`, '')
}

let folder = ''
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'slipway-trivy-'))
})
afterEach(() => fs.rm(folder, {recursive: true}))

describe('the call of Trivy', () => {
  const closed =
    '--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL --ignorefile=empty.yaml --config=empty.yaml --exit-code=0 ' +
    '--no-progress --timeout=150s'

  test('asks for everything, by digest, and closes what could hide a finding', async () => {
    const exec = trivy()
    await scan(exec)
    expect(exec.calls[0]?.argv).toEqual(['trivy', '--version'])
    expect(argumentsOf(exec)).toBe(
      `trivy image --format=json --list-all-pkgs --scanners=vuln --module-dir=modules ${closed} ` +
        `--image-src=remote -- registry.example.com/credit@${digest}`,
    )
    expect(exec.calls).toHaveLength(2)
  })

  test.each<[string, readonly FlawKind[], string]>([
    [
      'secrets',
      ['secret'],
      '--scanners=secret --module-dir=modules --image-config-scanners=secret --secret-config=slipway-no-secrets-in-weights.yaml',
    ],
    [
      'misconfigurations',
      ['misconfiguration'],
      '--scanners=misconfig --module-dir=modules --image-config-scanners=misconfig',
    ],
    ['licences', ['vulnerability', 'licence'], '--scanners=vuln,license --module-dir=modules'],
    ['what comes with every scan', ['vulnerability', 'package', 'end-of-life'], '--scanners=vuln --module-dir=modules'],
  ])('asks for %s where it is to', async (_, kinds, words) => {
    const exec = trivy()
    await scan(exec, {kinds})
    expect(argumentsOf(exec)).toBe(
      `trivy image --format=json --list-all-pkgs ${words} ${closed} --image-src=remote -- registry.example.com/credit@${digest}`,
    )
  })

  test('reaches a registry without TLS only where the reference was one', async () => {
    const exec = trivy()
    await scan(exec, {target: {...registry, plainHttp: true}})
    expect(argumentsOf(exec)).toContain(' --image-src=remote --insecure -- ')
  })

  test('runs in a folder of its own, in which nothing lies that a pull request could bring', async () => {
    const exec = trivy()
    await scan(exec, {kinds: ['vulnerability', 'secret']})
    const [, call] = exec.calls
    expect([...(call?.folder.keys() ?? [])]).toEqual(['empty.yaml', 'slipway-no-secrets-in-weights.yaml'])
    expect(call?.folder.get('empty.yaml')).toBe('')
    expect(call?.options).toMatchObject({timeoutMs: 90_000, maxOutputBytes: 500 * 1024 * 1024})
    await expect(fs.access(call?.options?.cwd ?? '')).rejects.toMatchObject({code: 'ENOENT'})
  })

  test('hands on where to find things, and neither tokens nor switches that change the result', async () => {
    const exec = trivy()
    const warnings: string[] = []
    const env = {
      PATH: '/usr/bin',
      HOME: '/home/ci',
      TRIVY_CACHE_DIR: folder,
      HTTPS_PROXY: 'http://proxy:3128',
      GITHUB_TOKEN: 'secret',
      ACTIONS_RUNTIME_TOKEN: 'secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
      TRIVY_GITHUB_TOKEN: 'secret',
      TRIVY_SEVERITY: 'CRITICAL',
      TRIVY_IGNORE_UNFIXED: 'true',
      TRIVY_PLATFORM: 'linux/arm64',
      TRIVY_INSECURE: 'true',
    }
    await scan(exec, {env, log: {...silentLog, warning: message => warnings.push(message)}})
    const found = {PATH: '/usr/bin', HOME: '/home/ci', HTTPS_PROXY: 'http://proxy:3128'}
    expect(exec.calls[0]?.options?.env).toEqual(found)
    const cwd = exec.calls[1]?.options?.cwd
    expect(exec.calls[1]?.options?.env).toEqual({
      ...found,
      TRIVY_CACHE_DIR: folder,
      TRIVY_SHOW_SUPPRESSED: 'true',
      TRIVY_DISABLE_TELEMETRY: 'true',
      TRIVY_SKIP_VERSION_CHECK: 'true',
      TMPDIR: cwd,
      TMP: cwd,
      TEMP: cwd,
    })
    expect(warnings).toEqual([
      'Not passed on to Trivy, because the gate is in slipway.yml: TRIVY_GITHUB_TOKEN, TRIVY_IGNORE_UNFIXED, ' +
        'TRIVY_INSECURE, TRIVY_PLATFORM, TRIVY_SEVERITY.',
    ])
  })

  test.each<[string, ScanTarget, string]>([
    ['an OCI layout', {...about, kind: 'layout', folder: 'images/v5:a@b'}, '--input=input'],
    ['an archive', {...about, kind: 'archive', path: 'images/v5:a@b'}, '--input=input'],
    ['an SBOM', {...about, kind: 'sbom', path: 'images/v5:a@b'}, '-- input'],
  ])('names %s in a way that Trivy cannot read as a tag or a digest', async (_, target, words) => {
    const exec = trivy()
    await scan(exec, {target})
    expect(argumentsOf(exec)).toMatch(new RegExp(` ${words}$`))
    expect(exec.calls[1]?.folder.get('input')).toBe(`-> ${path.resolve('images/v5:a@b')}`)
  })

  test('asks an SBOM only for what can stand in one', async () => {
    const exec = trivy()
    const kinds: readonly FlawKind[] = ['vulnerability', 'secret', 'misconfiguration', 'licence']
    const {lookedFor} = await scan(exec, {target: {...about, kind: 'sbom', path: 'bom.json'}, kinds})
    expect(argumentsOf(exec)).toBe(
      `trivy sbom --format=json --list-all-pkgs --scanners=vuln,license ${closed} -- input`,
    )
    expect(lookedFor).toEqual(['vulnerability', 'licence', 'package', 'end-of-life'])
  })

  test('with a database of ours asks no network', async () => {
    await writeTrivyDatabase(folder)
    const exec = trivy()
    const options = {database: folder}
    await scan(exec, {options, kinds: ['vulnerability', 'misconfiguration'], env: {TRIVY_CACHE_DIR: '/elsewhere'}})
    expect(argumentsOf(exec)).toContain(' --skip-db-update --skip-java-db-update --offline-scan --skip-check-update ')
    const cache = exec.calls[1]?.options?.env?.TRIVY_CACHE_DIR
    expect(cache).toMatch(/slipway-/)
    await expect(fs.access(cache ?? '')).rejects.toMatchObject({code: 'ENOENT'})
  })
})

describe('the scan', () => {
  test('says who made it, of what, and for what it looked', async () => {
    expect(await scan(trivy(), {kinds: ['vulnerability', 'secret']})).toMatchObject({
      scanners: [{name: 'trivy', version: '0.74.0', databaseBuilt: null}],
      image: 'credit:v5',
      digests: [digest],
      platform: 'linux/amd64',
      packageCount: 8,
      lookedFor: ['vulnerability', 'secret', 'package', 'end-of-life'],
    })
  })

  test('that did not look for vulnerabilities does not claim to have found none', async () => {
    expect((await scan(trivy(), {kinds: ['secret']})).lookedFor).toEqual(['secret', 'package'])
  })

  test('says how old the database is that was brought along', async () => {
    await writeTrivyDatabase(folder)
    const {scanners} = await scan(trivy(), {options: {database: folder}})
    expect(scanners[0]?.databaseBuilt).toBe('2026-11-01T00:00:00.000Z')
  })

  test.each([
    ['TRIVY_CACHE_DIR', (at: string) => at],
    ['XDG_CACHE_HOME', (at: string) => path.join(at, 'trivy')],
    ['HOME', (at: string) => path.join(at, '.cache/trivy')],
  ])('says how old the database in Trivy’s own cache is, by %s', async (variable, cache) => {
    await writeTrivyDatabase(cache(folder))
    const {scanners} = await scan(trivy(), {env: {[variable]: folder}})
    expect(scanners[0]?.databaseBuilt).toBe('2026-11-01T00:00:00.000Z')
  })

  test('does not know the age of a database whose metadata cannot be read', async () => {
    await fs.mkdir(path.join(folder, 'db'))
    await fs.writeFile(path.join(folder, 'db/metadata.json'), 'x')
    expect((await scan(trivy(), {env: {TRIVY_CACHE_DIR: folder}})).scanners[0]?.databaseBuilt).toBeNull()
  })

  test('does not say that a system lives where Trivy does not know it', async () => {
    const stderr =
      '2026-11-21T23:11:22Z\tWARN\tThis OS version is not on the EOL list\tfamily="alpine" version="3.99"\n'
    expect((await scan(trivy({scan: {stderr}}))).os?.endOfLife).toBeNull()
  })

  test('doubts where Trivy keeps no advisories for the system', async () => {
    const stderr = '2026-11-21T23:11:16Z\tWARN\tUnsupported os\tfamily="hummel"\n'
    expect((await scan(trivy({scan: {stderr}}))).doubts).toEqual([expect.stringContaining('no advisories')])
  })
})

test('a release that the database does not have is a doubt, not a clean system', async () => {
  await writeTrivyDatabase(folder)
  const exec = trivy({scan: {stdout: recorded.replaceAll('3.18.2', '3.99.2')}})
  for (const options of [{database: folder}, {database: null}]) {
    const {doubts} = await scan(exec, {options, env: {TRIVY_CACHE_DIR: folder}})
    expect(doubts).toEqual([expect.stringContaining('no advisories for alpine 3.99')])
  }
  expect((await scan(trivy(), {options: {database: folder}})).doubts).toEqual([])
})

describe('the scan is of the image that was asked for', () => {
  const layoutAnswer = readFileSync('test/fixtures/image/trivy-layout.json', 'utf8')
  const local = (kind: 'layout' | 'archive', change: Partial<ScanTarget> = {}) =>
    ({...about, ...change, ...(kind === 'layout' ? {kind, folder: 'x'} : {kind, path: 'x'})}) as ScanTarget

  test.each(['layout', 'archive'] as const)('an image in a %s has the digest that the report lacks', async kind => {
    expect((await scan(trivy({scan: {stdout: layoutAnswer}}), {target: local(kind)})).digests).toEqual([digest])
  })

  test('an archive that was never pushed has none', async () => {
    const target = local('archive', {digest: null})
    expect((await scan(trivy({scan: {stdout: layoutAnswer}}), {target})).digests).toEqual([])
  })

  test.each<[string, ScanTarget]>([
    ['a layout', local('layout', {configDigest: digestB})],
    ['an archive', local('archive', {configDigest: digestB})],
    ['an image of a registry', {...registry, digest: digestB, configDigest: digestB}],
    ['an image of a registry without a known config', {...registry, digest: digestB, configDigest: null}],
  ])('%s is not vouched for by a scan of another image', async (_, target) => {
    await expect(scan(trivy({scan: {stdout: layoutAnswer}}), {target})).rejects.toMatchObject({
      name: 'SystemError',
      code: 'image/scanned-another-image',
      retryable: false,
    })
  })

  test('an image of a registry is known by its config where the report names no digest', async () => {
    expect((await scan(trivy({scan: {stdout: layoutAnswer}}))).digests).toEqual([digest])
  })
})

describe('no answer is never a clean one', () => {
  test.each([
    ['is not installed', {version: {exitCode: null, notFound: true}}, 'UserError', 'image/scanner-not-found'],
    ['does not start', {version: {exitCode: 126, stderr: 'exec format error'}}, 'SystemError', 'image/scanner-failed'],
    ['ends with an error', {scan: {exitCode: 1, stderr: 'FATAL no such image'}}, 'SystemError', 'image/scanner-failed'],
    ['is ended by a signal', {scan: {exitCode: null}}, 'SystemError', 'image/scanner-failed'],
    ['takes too long', {scan: {exitCode: null, timedOut: true}}, 'SystemError', 'image/scanner-timed-out'],
    ['ends well, and too late', {scan: {timedOut: true}}, 'SystemError', 'image/scanner-timed-out'],
    ['says too much', {scan: {exitCode: null, outputTooLarge: true}}, 'SystemError', 'image/scanner-output-too-large'],
    ['says nothing, and claims success', {scan: {stdout: ''}}, 'UserError', 'image/report-empty'],
    ['says half of it', {scan: {stdout: recorded.slice(0, 5000)}}, 'UserError', 'image/report-truncated'],
    ['says something else', {scan: {stdout: '{"SchemaVersion": 3}'}}, 'UserError', 'image/report-version-unknown'],
    [
      'fails at a report that looks clean',
      {scan: {exitCode: 1, stdout: recorded}},
      'SystemError',
      'image/scanner-failed',
    ],
    ['was made by an intruder', {version: {stdout: 'Version: 0.69.4\n'}}, 'UserError', 'image/scanner-malicious'],
    ['was made by an intruder, too', {version: {stdout: 'Version: v0.69.6\n'}}, 'UserError', 'image/scanner-malicious'],
  ])('a Trivy that %s', async (_, answer, name, code) => {
    await expect(scan(trivy(answer))).rejects.toMatchObject({name, code})
  })

  test.each([
    ['FATAL image not found in registry', 'log-in'],
    ['FATAL failed to download Java DB', 'java-db'],
    ['INFO\tDetected SBOM format\tformat="unknown"', 'syft convert'],
    ['FATAL cache may be in use by another process', 'wait'],
    ['FATAL write /tmp/x: no space left on device', 'TMPDIR'],
    ['FATAL open trivy.db: read-only file system', 'OCI layout'],
    ['FATAL UNAUTHORIZED: authentication required', 'DOCKER_CONFIG'],
    ['FATAL TOOMANYREQUESTS: retry-after', 'cache folder'],
  ])('the reason "%s" is passed on, with what to do', async (stderr, words) => {
    const failing = scan(trivy({scan: {exitCode: 1, stderr: `INFO start\n${stderr}\n`}}))
    await expect(failing).rejects.toMatchObject({
      message: expect.stringContaining(stderr),
      hint: expect.stringContaining(words),
    })
  })

  test('the reason is shown from where Trivy begins to give it', async () => {
    const stderr = `${'x\tINFO\tnoise\n'.repeat(9)}x\tFATAL\tFatal error\timage scan error:\n\t* no such host\n\t* denied\n`
    const error = await scan(trivy({scan: {exitCode: 1, stderr}})).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({message: expect.stringContaining('no such host\n\t* denied')})
    expect(error).not.toMatchObject({message: expect.stringContaining('noise')})
  })

  test('a malicious Trivy is not asked to scan', async () => {
    const exec = trivy({version: {stdout: 'Version: 0.69.5\n'}})
    await expect(scan(exec)).rejects.toThrow('0.69.5')
    expect(exec.calls).toHaveLength(1)
  })

  test('nothing is scanned without the database that was asked for', async () => {
    const exec = trivy()
    await expect(scan(exec, {options: {database: folder}})).rejects.toMatchObject({code: 'image/database-missing'})
    expect(exec.calls).toHaveLength(1)
  })
})
