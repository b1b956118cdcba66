import {readFileSync} from 'node:fs'
import {copyFile, mkdtemp, readlink, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {isDigest} from '../../../src/core/digest.ts'
import type {ScanTarget} from '../../../src/image/scanner.ts'
import {openGrype} from '../../../src/image/scanners/grype.ts'
import type {ScannerPorts} from '../../../src/image/scanners/ports.ts'
import type {Exec, ExecOptions, ExecResult} from '../../../src/runtime/exec.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {systemFolders} from '../../../src/runtime/folders.ts'
import {systemHost} from '../../../src/runtime/host.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {fakeClock} from '../../fakes/clock.ts'

const fixtures = path.join(import.meta.dirname, '../../fixtures/image/grype')
const {target: recorded} = JSON.parse(readFileSync(path.join(fixtures, 'alpine.json'), 'utf8')).source
const digest = digestIn(recorded.manifestDigest)
const configDigest = digestIn(recorded.imageID)
const other = digestIn(`sha256:${'0'.repeat(64)}`)

function digestIn(text: string) {
  if (isDigest(text)) return text
  throw new Error(`${text} is no digest.`)
}

let work = ''
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'slipway-grype-'))
})
afterAll(() => rm(work, {recursive: true}))

interface Call {
  readonly argv: readonly string[]
  readonly options: ExecOptions
}

const ended: ExecResult = {exitCode: 0, stdout: '', stderr: '', timedOut: false, outputTooLarge: false, notFound: false}

/** A Grype that writes the report of `fixture` where it is told to. */
function fakeGrype(change: Partial<ExecResult> = {}, fixture: string | null = 'alpine') {
  const calls: Call[] = []
  const exec: Exec = {
    run: async (argv, options = {}) => {
      calls.push({argv, options})
      if (argv.includes('--version')) return {...ended, stdout: 'grype 0.120.1\n'}
      if (argv[1] === 'db') return ended
      if (fixture !== null && change.exitCode === undefined) {
        await copyFile(path.join(fixtures, `${fixture}.json`), outputOf(argv, 'json'))
        await copyFile(path.join(fixtures, `${fixture}.cdx.json`), outputOf(argv, 'cyclonedx-json'))
      }
      return {...ended, ...change}
    },
  }
  return {calls, exec}
}

function outputOf(argv: readonly string[], format: string): string {
  const option = `--output=${format}=`
  return (argv.find(each => each.startsWith(option)) ?? '').slice(option.length)
}

interface Given {
  readonly env?: Readonly<Record<string, string>>
  readonly database?: string
  readonly log?: ScannerPorts['log']
}

function scan(target: ScanTarget, exec: Exec, {env = {}, database, log = silentLog}: Given = {}) {
  const ports: ScannerPorts = {
    exec,
    files: systemFiles,
    folders: systemFolders,
    downloads: {
      open: () => {
        throw new Error('Nothing is downloaded.')
      },
    },
    clock: fakeClock(),
    log,
    host: systemHost,
    env,
  }
  const options = {tools: {from: 'path', folder: work}, database: database ?? null, timeoutMs: 60_000} as const
  return openGrype(options, ports).scan(target, ['vulnerability'])
}

const about = {label: 'credit', digest, configDigest, platform: 'linux/amd64'} as const
const inRegistry: ScanTarget = {
  ...about,
  kind: 'registry',
  name: `registry.example.com/credit@${digest}`,
  plainHttp: false,
}
const asLayout: ScanTarget = {...about, kind: 'layout', folder: './odd:na@me'}

/** The last call: the one that scans. */
function scanning(calls: readonly Call[]): Call {
  const call = calls.at(-1)
  if (call === undefined) throw new Error('Grype was not run.')
  return call
}

describe('an image', () => {
  test('of a registry is asked for by its digest, and of nobody else', async () => {
    const {exec, calls} = fakeGrype()
    const found = await scan(inRegistry, exec)
    expect(scanning(calls).argv.slice(-2)).toEqual(['--', `registry:registry.example.com/credit@${digest}`])
    expect(scanning(calls).options.env).not.toHaveProperty('GRYPE_REGISTRY_INSECURE_USE_HTTP')
    expect(found).toMatchObject({image: 'credit', digests: [digest], configDigest, platform: 'linux/amd64'})
    expect(found.scanners).toMatchObject([{name: 'grype', version: '0.120.1', databaseBuilt: '2026-11-01T00:00:00Z'}])
  })

  test('of a registry without TLS is asked for without TLS', async () => {
    const {exec, calls} = fakeGrype()
    await scan({...inRegistry, plainHttp: true}, exec)
    expect(scanning(calls).options.env).toMatchObject({GRYPE_REGISTRY_INSECURE_USE_HTTP: 'true'})
  })

  test.each([
    ['layout', asLayout, 'oci-dir:'],
    ['archive', {...about, kind: 'archive', path: './credit.tar'}, 'docker-archive:'],
    ['SBOM', {...about, kind: 'sbom', path: './credit.cdx.json'}, 'sbom:'],
  ] satisfies [string, ScanTarget, string][])(
    'as a %s has a name of ours, in which no ":" means anything',
    async (_, target, scheme) => {
      let linked = ''
      const {exec, calls} = fakeGrype()
      const watching: Exec = {
        run: async (argv, options) => {
          const source = argv.at(-1) ?? ''
          if (source.startsWith(scheme)) linked = await readlink(source.slice(scheme.length))
          return exec.run(argv, options)
        },
      }
      await scan(target, watching)
      expect(scanning(calls).argv.at(-1)).toMatch(new RegExp(`^${scheme}/[^:@]+/input$`))
      expect(linked).toBe(path.resolve('folder' in target ? target.folder : 'path' in target ? target.path : ''))
    },
  )

  test('says of the packages in it how many were looked at', async () => {
    expect(await scan(asLayout, fakeGrype().exec)).toMatchObject({packageCount: 2, os: {packages: 1}})
    const nothing: ScanTarget = {
      kind: 'archive',
      path: 'x.tar',
      label: 'x',
      digest: null,
      configDigest: null,
      platform: null,
    }
    expect(await scan(nothing, fakeGrype({}, 'empty').exec)).toMatchObject({packageCount: 0, packages: [], os: null})
  })

  test('that Grype has doubts about has them in its scan', async () => {
    const {exec} = fakeGrype({stderr: '[0000] DEBUG no OS found in the DB for the given criteria os=alpine@3.18.2\n'})
    expect((await scan(asLayout, exec)).doubts).toEqual([
      'Grype’s database knows nothing of alpine@3.18.2, so vulnerabilities of its packages were not found',
    ])
  })

  test('of which Grype takes findings away says so, and that nobody else has', async () => {
    const debian: ScanTarget = {
      kind: 'archive',
      path: 'x.tar',
      label: 'x',
      digest: null,
      configDigest: null,
      platform: null,
    }
    const {flaws} = await scan(debian, fakeGrype({}, 'debian').exec)
    expect(flaws.flatMap(({id, suppressed}) => (suppressed ? [[id, suppressed.by]] : []))).toEqual([
      ['CVE-2023-45853', 'grype itself'],
    ])
  })

  test('whose archive was never pushed has no digest: the one in the report is of no registry', async () => {
    const archive: ScanTarget = {...about, kind: 'archive', path: './credit.tar', digest: null}
    expect((await scan(archive, fakeGrype().exec)).digests).toEqual([])
  })

  test.each([
    ['another manifest', {...inRegistry, digest: other}],
    ['another config', {...asLayout, configDigest: other}],
    ['another config of an archive', {...about, kind: 'archive', path: 'x', configDigest: other}],
  ] satisfies [string, ScanTarget][])('that is not the one that was asked for (%s) is refused', async (_, target) => {
    await expect(scan(target, fakeGrype().exec)).rejects.toMatchObject({code: 'image/scanned-another-image'})
  })
})

describe('what could make Grype find less', () => {
  test('is not passed on, and named', async () => {
    const warnings: string[] = []
    const log = {...silentLog, warning: (text: string) => warnings.push(text)}
    const {exec, calls} = fakeGrype()
    const env = {
      PATH: '/bin',
      GITHUB_TOKEN: 'secret',
      GRYPE_ONLY_FIXED: 'true',
      GRYPE_EXCLUDE: '/usr/**',
      GRYPE_REGISTRY_AUTH_TOKEN: 'login',
    }
    await scan(asLayout, exec, {env, log})
    const {options} = scanning(calls)
    expect(options.env).toMatchObject({PATH: '/bin', GRYPE_REGISTRY_AUTH_TOKEN: 'login'})
    expect(Object.keys(options.env ?? {})).not.toEqual(expect.arrayContaining(['GITHUB_TOKEN']))
    expect(
      Object.keys(options.env ?? {})
        .filter(name => name.startsWith('GRYPE_'))
        .sort(),
    ).toEqual([
      'GRYPE_CHECK_FOR_APP_UPDATE',
      'GRYPE_DB_VALIDATE_AGE',
      'GRYPE_DB_VALIDATE_BY_HASH_ON_START',
      'GRYPE_INCLUDE_MATCHER_SUPPRESSIONS',
      'GRYPE_LOG_LEVEL',
      'GRYPE_REGISTRY_AUTH_TOKEN',
    ])
    expect(warnings).toEqual([
      'Not passed on to Grype, because the gate is in slipway.yml: GRYPE_EXCLUDE, GRYPE_ONLY_FIXED.',
    ])
  })

  test('has no file to stand in: its folder is ours, and its config is empty', async () => {
    let config = 'not read'
    const {exec, calls} = fakeGrype()
    const watching: Exec = {
      run: async (argv, options) => {
        const option = argv.find(each => each.startsWith('--config='))
        if (option !== undefined) config = readFileSync(option.slice('--config='.length), 'utf8')
        return exec.run(argv, options)
      },
    }
    await scan(asLayout, watching)
    expect(config).toBe('')
    expect(scanning(calls).options.cwd).toContain(systemFolders.temporaryRoot)
    expect(scanning(calls).options.env).toMatchObject({TMPDIR: scanning(calls).options.cwd})
    expect(await systemFiles.exists(scanning(calls).options.cwd ?? '')).toBe(false)
  })
})

describe('a database of the user', () => {
  test('is imported first, and then neither updated nor looked for elsewhere', async () => {
    const database = path.join(work, 'vulnerability.db')
    await writeFile(database, 'SQLite format 3\0')
    const {exec, calls} = fakeGrype()
    await scan(asLayout, exec, {database, env: {GRYPE_DB_CACHE_DIR: '/elsewhere', GRYPE_DB_AUTO_UPDATE: 'true'}})
    const [, importing, looking] = calls
    expect(importing?.argv.slice(1, 3)).toEqual(['db', 'import'])
    expect(importing?.argv.at(-1)).toMatch(/given\/vulnerability\.db$/)
    const cache = importing?.options.env?.GRYPE_DB_CACHE_DIR
    expect(cache).toContain(systemFolders.temporaryRoot)
    expect(looking?.options.env).toMatchObject({GRYPE_DB_CACHE_DIR: cache, GRYPE_DB_AUTO_UPDATE: 'false'})
  })
})

describe('a Grype that cannot work', () => {
  test.each([
    [
      'failed',
      {exitCode: 1, stderr: '[0000] DEBUG trying\n[0000] ERROR failed to catalog: denied\n'},
      'image/scanner-failed',
    ],
    ['took too long', {exitCode: null, timedOut: true}, 'image/scanner-timed-out'],
    ['said too much', {exitCode: null, outputTooLarge: true}, 'image/scanner-output-too-large'],
    ['ended by a signal', {exitCode: null}, 'image/scanner-failed'],
  ])('and %s is an error, never a clean image', async (_, change, code) => {
    await expect(scan(asLayout, fakeGrype(change).exec)).rejects.toMatchObject({name: 'SystemError', code})
  })

  test('says why, from the line on where it does', async () => {
    const stderr = '[0000] DEBUG config:\n  log: x\n[0000] ERROR failed to resolve:\n  - oci-registry: NOT_FOUND\n'
    await expect(scan(inRegistry, fakeGrype({exitCode: 1, stderr}).exec)).rejects.toThrow(
      `"grype registry:registry.example.com/credit@${digest}" ended with exit code 1. It said:\n[0000] ERROR failed to resolve:\n  - oci-registry: NOT_FOUND`,
    )
  })

  test.each([
    ['failed to load vulnerability db: database does not exist', 'grype db update'],
    ['failed to load vulnerability db: bad db checksum', 'Remove the cache folder'],
    ['write /tmp/x: no space left on device', 'set TMPDIR'],
    ['GET https://r/v2/: UNAUTHORIZED: authentication required', 'Log in'],
  ])('because %s says what to do', async (said, hint) => {
    const failing = scan(inRegistry, fakeGrype({exitCode: 1, stderr: `[0000] ERROR ${said}\n`}).exec)
    await expect(failing).rejects.toMatchObject({hint: expect.stringContaining(hint)})
  })

  test('and ends well without a report is an error', async () => {
    await expect(scan(asLayout, fakeGrype({}, null).exec)).rejects.toMatchObject({
      code: 'image/scanner-failed',
      message: 'Grype ended well, and has not written report.json.',
    })
  })

  test('because it is not there is named with what to install', async () => {
    const exec: Exec = {run: async () => ({...ended, exitCode: null, notFound: true})}
    await expect(scan(asLayout, exec)).rejects.toMatchObject({name: 'UserError', code: 'image/scanner-not-found'})
  })
})
