import {readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openTrivy, parseVersion, type TrivyPorts} from '../../../src/image/scanners/trivy.ts'
import type {Exec, ExecOptions, ExecResult} from '../../../src/runtime/exec.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {writeLayout} from '../../fakes/oci-image.ts'
import {imageOfRelease, mixedImage} from '../../fakes/release-images.ts'
import {digestA} from '../scans.ts'

const recorded = readFileSync('test/fixtures/image/trivy-registry.json', 'utf8')
const registry = {kind: 'registry', name: `credit@${digestA}`, digest: digestA} as const

interface Call {
  readonly argv: readonly string[]
  readonly options: ExecOptions | undefined
}

const ended: ExecResult = {
  exitCode: 0,
  stdout: '',
  stderr: '',
  timedOut: false,
  outputTooLarge: false,
  notFound: false,
}

/** A program that answers `--version` and `image`, and remembers how it was called. */
function trivy(answer: {version?: Partial<ExecResult>; image?: Partial<ExecResult>}): Exec & {calls: Call[]} {
  const calls: Call[] = []
  return {
    calls,
    run: async (argv, options) => {
      calls.push({argv, options})
      const asksVersion = argv[1] === '--version'
      const own = asksVersion ? answer.version : answer.image
      return {...ended, stdout: asksVersion ? 'Version: 0.72.0\n' : recorded, ...own}
    },
  }
}

function ports(exec: Exec, env: TrivyPorts['env'] = {}): TrivyPorts {
  return {exec, files: systemFiles, log: silentLog, env}
}

describe('the call of Trivy', () => {
  test('asks for everything, and closes what could hide a finding', async () => {
    const exec = trivy({})
    await openTrivy(ports(exec), 90_000).scan(registry)
    expect(exec.calls.map(({argv}) => argv.join(' '))).toEqual([
      'trivy --version',
      'trivy image --format=json --list-all-pkgs --scanners=vuln --severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL ' +
        `--ignorefile=/dev/null --config=/dev/null --exit-code=0 --no-progress --timeout=90s -- credit@${digestA}`,
    ])
  })

  test('hands on where to find things, and neither tokens nor switches that change the result', async () => {
    const exec = trivy({})
    const warnings: string[] = []
    const env = {
      PATH: '/usr/bin',
      HOME: '/home/ci',
      TRIVY_CACHE_DIR: '/cache',
      HTTPS_PROXY: 'http://proxy:3128',
      GITHUB_TOKEN: 'secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
      TRIVY_GITHUB_TOKEN: 'secret',
      TRIVY_SEVERITY: 'CRITICAL',
      TRIVY_IGNORE_UNFIXED: 'true',
    }
    const log = {...silentLog, warning: (message: string) => warnings.push(message)}
    await openTrivy({...ports(exec, env), log}).scan(registry)
    for (const {options} of exec.calls) {
      expect(options?.env).toEqual({
        PATH: '/usr/bin',
        HOME: '/home/ci',
        TRIVY_CACHE_DIR: '/cache',
        HTTPS_PROXY: 'http://proxy:3128',
        TRIVY_SHOW_SUPPRESSED: 'true',
        TRIVY_DISABLE_TELEMETRY: 'true',
        TRIVY_SKIP_VERSION_CHECK: 'true',
      })
    }
    expect(warnings).toEqual([
      'Not passed on to Trivy, because the gate is in slipway.yml: TRIVY_GITHUB_TOKEN, TRIVY_IGNORE_UNFIXED, TRIVY_SEVERITY.',
    ])
  })

  test('gives the scan with the version that made it', async () => {
    expect(await openTrivy(ports(trivy({}))).scan(registry)).toMatchObject({
      scanner: {name: 'trivy', version: '0.72.0'},
      image: registry.name,
      packages: 8,
    })
  })
})

describe('an OCI layout', () => {
  const answer = {image: {stdout: readFileSync('test/fixtures/image/trivy-layout.json', 'utf8')}}
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-trivy-'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  test('gives the digest that the report lacks', async () => {
    const image = mixedImage()
    await writeLayout(folder, image)
    const exec = trivy(answer)
    const scan = await openTrivy(ports(exec)).scan({kind: 'path', path: folder})
    expect(scan.digests).toEqual([image.digest])
    expect(exec.calls[1]?.argv.slice(-2)).toEqual(['--input', folder])
  })

  test('is not vouched for by a scan of another image', async () => {
    await writeLayout(folder, imageOfRelease('v2'))
    const scanning = openTrivy(ports(trivy(answer))).scan({kind: 'path', path: folder})
    await expect(scanning).rejects.toMatchObject({name: 'SystemError', code: 'image/scanned-another-image'})
  })
})

describe('no answer is never a clean one', () => {
  test.each([
    ['is not installed', {version: {exitCode: null, notFound: true}}, 'UserError', 'image/scanner-not-found'],
    [
      'ends with an error',
      {image: {exitCode: 1, stderr: 'FATAL no such image'}},
      'SystemError',
      'image/scanner-failed',
    ],
    ['is ended by a signal', {image: {exitCode: null}}, 'SystemError', 'image/scanner-failed'],
    ['takes too long', {image: {exitCode: null, timedOut: true}}, 'SystemError', 'image/scanner-timed-out'],
    ['says too much', {image: {exitCode: null, outputTooLarge: true}}, 'SystemError', 'image/scanner-output-too-large'],
    ['says nothing, and claims success', {image: {stdout: ''}}, 'UserError', 'image/report-empty'],
    [
      'fails at a report that looks clean',
      {image: {exitCode: 1, stdout: recorded}},
      'SystemError',
      'image/scanner-failed',
    ],
    ['was made by an intruder', {version: {stdout: 'Version: 0.69.4\n'}}, 'UserError', 'image/scanner-malicious'],
    ['was made by an intruder, too', {version: {stdout: 'Version: v0.69.6\n'}}, 'UserError', 'image/scanner-malicious'],
  ])('a Trivy that %s', async (_, answer, name, code) => {
    await expect(openTrivy(ports(trivy(answer))).scan(registry)).rejects.toMatchObject({name, code})
  })

  test('the reason that Trivy gives is passed on', async () => {
    const exec = trivy({image: {exitCode: 1, stderr: 'INFO start\nFATAL image not found in registry\n'}})
    await expect(openTrivy(ports(exec)).scan(registry)).rejects.toThrow('FATAL image not found in registry')
  })

  test('a malicious Trivy is not asked to scan', async () => {
    const exec = trivy({version: {stdout: 'Version: 0.69.5\n'}})
    await expect(openTrivy(ports(exec)).scan(registry)).rejects.toThrow('0.69.5')
    expect(exec.calls).toHaveLength(1)
  })

  test.each([
    ['no image is named', null, 'image/not-named'],
    ['a path leads nowhere', {kind: 'path', path: './no-such-image'} as const, 'image/not-found'],
    [
      'a name could also be a file',
      {kind: 'registry', name: 'package.json', digest: null} as const,
      'image/path-or-reference',
    ],
  ])('nothing is scanned when %s', async (_, image, code) => {
    const exec = trivy({})
    await expect(openTrivy(ports(exec)).scan(image)).rejects.toMatchObject({name: 'UserError', code})
    expect(exec.calls).toEqual([])
  })
})

test.each([
  ['Version: 0.72.0\nVulnerability DB:\n  Version: 2\n', '0.72.0'],
  ['Version: dev\n', 'dev'],
  ['trivy 1', null],
  ['', null],
])('the version in %j is %j', (text, version) => expect(parseVersion(text)).toBe(version))
