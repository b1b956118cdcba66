/**
 * The same image, brought in every way that Slipway takes: both real scanners must see exactly its bytes, and the verdict
 * must be bound to its digest. With layouts and archives that umoci and skopeo made (`apt-get install umoci skopeo`).
 */
import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {dockerArchive, dockerArchive25, ociArchive} from '../../fakes/oci-archive.ts'
import {buildIndex} from '../../fakes/oci-image.ts'
import {type Registry, serveImages} from '../../fakes/oci-registry.ts'
import {currentAlpine, oldAlpine} from './images.ts'
import {createWorld, databases, offline, type World} from './world.ts'

const old = oldAlpine()
const current = currentAlpine()
const index = buildIndex({amd64: current, arm64: oldAlpine({architecture: 'arm64'})})
const both = {...offline, scanner: 'both'} as const

const ofOld = [
  'CVE-2022-48174 busybox critical grype+trivy',
  'CVE-2022-48174 ssl_client critical grype+trivy',
  'CVE-2024-47081 requests medium grype+trivy',
  'CVE-2025-43859 h11 critical grype+trivy',
  'CVE-2025-5889 brace-expansion low grype+trivy',
]

let world: World
let registry: Registry
beforeAll(async () => {
  world = await createWorld()
  registry = await serveImages({old, current, index})
})
afterAll(async () => {
  await registry.close()
  await world.close()
})

describe('an image in a registry', () => {
  test('by its tag is resolved once, scanned by its digest, and bound to it', async () => {
    const scanned = await world.scan(`${registry.host}/old:latest`, both)
    expect(scanned).toMatchObject({verdict: 'fail', digest: old.digest, flaws: ofOld})
    expect(registry.requests.filter(each => each.includes('/manifests/latest'))).toHaveLength(1)
  })

  test('that is not the one that was expected is an error, and nothing about it is believed', async () => {
    const scanned = await world.scan(`${registry.host}/current:latest`, both, {options: ['--digest', old.digest]})
    expect(scanned).toMatchObject({verdict: 'error', exitCode: 3, reason: 'image/report-for-another-digest'})
  })

  test('that does not exist is an error, and no scanner is asked', async () => {
    const scanned = await world.scan(`${registry.host}/absent:latest`, both)
    expect(scanned).toMatchObject({verdict: 'error', exitCode: 3, platforms: []})
  })
})

describe('an index of two platforms', () => {
  test.each([
    ['in a registry', () => `${registry.host}/index@${index.digest}`],
    ['in a layout', () => world.layout('index', index)],
  ])('%s is scanned for both, and the worse one decides', async (_, place) => {
    const scanned = await world.scan(await place(), both)
    expect(scanned.platforms.map(({platform}) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect(scanned).toMatchObject({verdict: 'fail', digest: index.digest, flaws: ofOld})
    expect(scanned.findings.find(each => each.subject.includes('busybox'))?.details).toMatchObject({
      platforms: ['linux/arm64'],
    })
  })

  test('without a platform that must be there does not pass', async () => {
    const image = await world.layout('amd64', buildIndex({amd64: current}))
    const scanned = await world.scan(image, {...both, platforms: ['linux/amd64', 'linux/arm64']})
    expect(scanned.verdict).not.toBe('pass')
    expect(scanned.findings.map(each => each.reason)).toContain('image/platform-missing')
  })
})

describe('an archive', () => {
  test.each([
    ['as Docker wrote it before version 25', dockerArchive([old])],
    ['as Docker writes it since version 25', dockerArchive25([{of: old}], [old])],
    ['of an OCI layout', ociArchive([{of: old}])],
  ])('%s is the image that it holds', async (_, bytes) => {
    const scanned = await world.scan(await world.write('image.tar', bytes), both)
    expect(scanned.flaws).toEqual(ofOld)
    expect(scanned.platforms[0]?.scan).toMatchObject({packageCount: 8, os: {name: 'alpine 3.18.2'}})
  })
})

describe('an SBOM, before the image', () => {
  beforeAll(() => world.layout('for-sbom', old))

  const sbomOf = async (format: string) => {
    await world.run(['syft', 'scan', 'oci-dir:for-sbom', '-o', `${format}=sbom.json`])
    return './sbom.json'
  }
  const foundBy = (scanner: string) => ofOld.map(each => each.replace('grype+trivy', scanner))

  test.each(['cyclonedx-json@1.6', 'cyclonedx-json@1.7'])('of Syft in %s has what the image has', async format => {
    const scanned = await world.scan(await sbomOf(format), both, {options: ['--digest', old.digest]})
    expect(scanned).toMatchObject({verdict: 'fail', digest: old.digest, flaws: ofOld})
    expect(scanned.platforms[0]?.scan).toMatchObject({packageCount: 8, doubts: []})
  })

  test('of Syft in SPDX has what the image has by Grype, and by Trivy, which finds no system in it, a doubt', async () => {
    const sbom = await sbomOf('spdx-json')
    const byGrype = await world.scan(sbom, {...both, scanner: 'grype', database: databases.grype})
    expect(byGrype.flaws).toEqual(foundBy('grype'))
    const byTrivy = await world.scan(sbom, {...both, scanner: 'trivy', database: databases.trivy})
    expect(byTrivy.flaws).toEqual(foundBy('trivy').filter(each => !each.includes('CVE-2022-48174')))
    expect(byTrivy.findings.find(each => each.reason === 'image/scanner-in-doubt')).toMatchObject({
      verdict: 'inconclusive',
      what: expect.stringContaining('does not know the operating system'),
    })
  })

  test('of Trivy has what the image has', async () => {
    await world.run(['trivy', 'image', '--input', 'for-sbom', '--format', 'cyclonedx', '--output', 'sbom.json'])
    const scanned = await world.scan('./sbom.json', both)
    expect(scanned.flaws).toEqual(ofOld)
    expect(scanned.platforms[0]?.scan.doubts).toEqual([])
  })

  test.each(['trivy', 'grype'] as const)(
    'of our own, from %s alone, has for both what the image has',
    async scanner => {
      const written = {options: ['--sbom', path.join(world.folder, 'own.json')]}
      await world.scan('./for-sbom', {...both, scanner, database: databases[scanner]}, written)
      const scanned = await world.scan('./own.json', both, {options: ['--digest', old.digest]})
      expect(scanned.flaws).toEqual(ofOld)
      expect(scanned.platforms[0]?.scan).toMatchObject({packageCount: 8, doubts: []})
    },
  )

  test('of another image does not vouch for this one', async () => {
    await world.layout('other', current)
    await world.run(['syft', 'scan', 'oci-dir:other', '-o', 'cyclonedx-json=other.json'])
    const scanned = await world.scan('./other.json', both, {options: ['--digest', old.digest]})
    expect(scanned).toMatchObject({verdict: 'error', exitCode: 3})
  })
})

describe('what other tools made', () => {
  test('umoci, from a root file system: layers are gzip, and the manifest is its own', async () => {
    await rootFileSystem(path.join(world.folder, 'rootfs'))
    await world.run(['umoci', 'init', '--layout', 'made'])
    await world.run(['umoci', 'new', '--image', 'made:v1'])
    await world.run(['umoci', 'insert', '--rootless', '--image', 'made:v1', 'rootfs', '/'])
    const scanned = await world.scan('./made', both)
    expect(scanned.flaws).toEqual([
      'CVE-2022-48174 busybox critical grype+trivy',
      'CVE-2025-43859 h11 critical grype+trivy',
    ])
    const {manifests} = JSON.parse(await world.run(['cat', 'made/index.json']))
    expect(scanned.digest).toBe(manifests[0].digest)
  })

  test('skopeo, from a layout: archives of both kinds, and Docker’s own manifest', async () => {
    await world.layout('source', old)
    for (const [to, image] of [
      ['docker-archive:copied.tar:credit:v1', './copied.tar'],
      ['oci-archive:copied-oci.tar', './copied-oci.tar'],
    ] as const) {
      await world.run(['skopeo', '--insecure-policy', 'copy', '--quiet', 'oci:source', to])
      expect((await world.scan(image, both)).flaws).toEqual(ofOld)
    }
  })
})

/** On a disk, as a build has it before it is packed. */
async function rootFileSystem(folder: string): Promise<void> {
  const installed = 'P:busybox\nV:1.36.1-r0\nA:x86_64\nS:1\nI:1\nT:busybox\nL:GPL-2.0-only\no:busybox\n\n'
  const files = {
    'etc/alpine-release': '3.18.2\n',
    'etc/os-release': 'ID=alpine\nVERSION_ID=3.18.2\nPRETTY_NAME="Alpine Linux v3.18"\n',
    'lib/apk/db/installed': installed,
    'usr/lib/python3.11/site-packages/h11-0.14.0.dist-info/METADATA':
      'Metadata-Version: 2.1\nName: h11\nVersion: 0.14.0\n',
  }
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), {recursive: true})
    await writeFile(path.join(folder, name), content)
  }
}
