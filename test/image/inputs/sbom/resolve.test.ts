import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openImages} from '../../../../src/image/inputs/open.ts'
import type {ResolvedImage} from '../../../../src/image/scanner.ts'
import {digestA, digestB} from '../../scans.ts'
import {imagePorts} from '../ports.ts'

let file = ''
let warnings: string[] = []
beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), 'slipway-sbom-')), 'sbom')
  warnings = []
})
afterEach(() => rm(path.dirname(file), {recursive: true}))

async function resolveFor<T>(content: unknown, use: (found: ResolvedImage) => Promise<T>): Promise<T> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  const log = {info: () => {}, debug: () => {}, warning: (text: string) => void warnings.push(text)}
  return openImages(imagePorts({log})).resolve({kind: 'path', path: file}, use)
}
const resolve = (content: unknown) => resolveFor(content, async found => found)

const hex = digestA.slice('sha256:'.length)
const purl = `pkg:oci/credit@sha256%3A${hex}?arch=amd64&repository_url=registry.example.com%2Fteam%2Fcredit`
const property = (name: string, value: string) => ({name: `aquasecurity:trivy:${name}`, value})
const repoDigest = (digest: string) => property('RepoDigest', `registry.example.com/team/credit@${digest}`)
const cycloneDx = (component: unknown) => ({bomFormat: 'CycloneDX', specVersion: '1.6', metadata: {component}})
const spdx = (described: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  spdxVersion: 'SPDX-2.3',
  packages: [
    {SPDXID: 'SPDXRef-base', externalRefs: [{referenceType: 'purl', referenceLocator: `pkg:oci/base@${digestB}`}]},
    {SPDXID: 'SPDXRef-image', ...described},
  ],
  relationships: [
    {spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-image'},
  ],
  ...more,
})
const refs = [{referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl}]

// Parts of what Syft 1.54 and Trivy 0.68 wrote for one image in a registry on loopback, with other digests and names.
const syftCycloneDx = cycloneDx({type: 'container', name: 'registry.example.com/team/credit', version: digestA})
const trivyCycloneDx = cycloneDx({
  'bom-ref': purl,
  type: 'container',
  name: 'registry.example.com/team/credit:latest',
  purl,
  properties: [property('DiffID', digestB), property('ImageID', digestB), repoDigest(digestA)],
})
const syftSpdx = spdx({
  versionInfo: digestA,
  checksums: [{algorithm: 'SHA256', checksumValue: hex}],
  externalRefs: refs,
})
const trivySpdx = spdx({
  externalRefs: refs,
  annotations: [
    {comment: `DiffID: ${digestB}`},
    {comment: `ImageID: ${digestB}`},
    {comment: `RepoDigest: registry.example.com/team/credit@${digestA}`},
  ],
})
const syftOwn = (change: Record<string, unknown> = {}) => ({
  artifacts: [],
  descriptor: {name: 'syft', version: '1.54.0'},
  source: {
    type: 'image',
    metadata: {
      imageID: digestB,
      manifestDigest: digestA,
      repoDigests: [`registry.example.com/team/credit@${digestB}`],
      os: 'linux',
      architecture: 'arm64',
      ...change,
    },
  },
})

describe('an SBOM in the place of an image', () => {
  test.each([
    ['CycloneDX of Syft', syftCycloneDx, {digest: digestA, configDigest: null, platform: null}],
    ['CycloneDX of Trivy', trivyCycloneDx, {digest: digestA, configDigest: digestB, platform: null}],
    ['SPDX of Syft', syftSpdx, {digest: digestA, configDigest: null, platform: null}],
    ['SPDX of Trivy', trivySpdx, {digest: digestA, configDigest: digestB, platform: null}],
    ['Syft’s own', syftOwn(), {digest: digestA, configDigest: digestB, platform: 'linux/arm64'}],
    [
      'CycloneDX of a purl of Docker',
      cycloneDx({purl: `pkg:docker/credit@${digestA}`}),
      {digest: digestA, configDigest: null, platform: null},
    ],
    [
      'CycloneDX of something else',
      cycloneDx({purl: `pkg:generic/credit@${digestA}`}),
      {digest: null, configDigest: null, platform: null},
    ],
    ['CycloneDX of nothing', {bomFormat: 'CycloneDX'}, {digest: null, configDigest: null, platform: null}],
    [
      'CycloneDX whose fields have other types',
      cycloneDx({version: 7, purl: [], properties: [1, {name: 2}], hashes: 'x'}),
      {digest: null, configDigest: null, platform: null},
    ],
    [
      'SPDX of packages alone',
      spdx({checksums: [{algorithm: 'SHA256', checksumValue: hex}]}),
      {digest: null, configDigest: null, platform: null},
    ],
    [
      'SPDX that says what it describes in its head',
      spdx({externalRefs: refs}, {relationships: [null], documentDescribes: ['SPDXRef-image']}),
      {digest: digestA, configDigest: null, platform: null},
    ],
    [
      'Syft’s own of a folder',
      {...syftOwn(), source: {type: 'directory', metadata: {path: '.'}}},
      {digest: null, configDigest: null, platform: null},
    ],
    [
      'Syft’s own for an architecture of no name',
      syftOwn({architecture: '\u001b[31m'}),
      {digest: digestA, configDigest: digestB, platform: null},
    ],
  ])('in %s tells which image it is about', async (_, sbom, told) => {
    const found = await resolve(sbom)
    expect(found).toMatchObject({label: file, digest: told.digest, isIndex: false, passedOver: []})
    expect(found.images).toEqual([
      {target: {kind: 'sbom', path: file, label: file, ...told}, facts: {user: null, base: null, sizeBytes: null}},
    ])
    expect(warnings).toEqual([])
  })

  test.each([
    ['Trivy, which names what its reference stood for', trivyCycloneDx, 1],
    ['Trivy in SPDX', trivySpdx, 1],
    ['Syft, which names the manifest', syftCycloneDx, 0],
    ['Syft in SPDX', syftSpdx, 0],
    ['Syft in its own form', syftOwn(), 0],
    ['nobody who names an image', cycloneDx({}), 0],
  ])('of %s is in doubt about its other platforms: %s', async (_, sbom, doubts) => {
    const found = await resolve(sbom)
    expect(found.doubts).toHaveLength(doubts)
    for (const doubt of found.doubts) expect(doubt).toContain(`names ${digestA}. Should that be an index`)
  })

  test('that names two images tells of neither', async () => {
    const two = cycloneDx({properties: [repoDigest(digestA), repoDigest(digestB)]})
    expect(await resolve(two)).toMatchObject({digest: null, images: [{target: {digest: null}}]})
    expect(warnings).toEqual([expect.stringContaining('names 2 digests')])
  })

  test('with a byte order mark and spaces before it is read', async () => {
    expect((await resolve(`\ufeff\n ${JSON.stringify(syftCycloneDx)}`)).digest).toBe(digestA)
  })

  test.each([
    ['JSON of something else', '{"name":"package.json"}', 'image/sbom-format-unknown'],
    ['SPDX 3', '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}', 'image/sbom-format-unknown'],
    ['CycloneDX in XML', '<?xml version="1.0"?><bom/>', 'image/sbom-format-unknown'],
    ['SPDX by tags', 'SPDXVersion: SPDX-2.3\n', 'image/sbom-format-unknown'],
    ['a list', '[]', 'image/sbom-format-unknown'],
    ['JSON cut off', '{"bomFormat":"Cyclo', 'image/sbom-malformed'],
  ])('that is %s is refused', async (_, content, code) => {
    await expect(resolve(content)).rejects.toMatchObject({code, message: expect.stringContaining(file)})
  })

  test('nested without end is refused or read, and ends nothing', async () => {
    const deep = `{"bomFormat":"CycloneDX","metadata":{"component":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`
    await expect(resolve(deep)).resolves.toMatchObject({digest: null})
  })
})

describe('an attested SBOM', () => {
  const statement = (subjects: readonly string[], predicate: unknown = syftCycloneDx) => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(digest => ({name: 'credit', digest: {sha256: digest.slice(7)}})),
    predicateType: 'https://cyclonedx.org/bom',
    predicate,
  })
  const envelope = (payload: unknown) => ({
    payloadType: 'application/vnd.in-toto+json',
    payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
    signatures: [{sig: 'MEUC'}],
  })

  test.each([
    ['in its statement', statement([digestA])],
    ['in an envelope', envelope(statement([digestA]))],
    [
      'in a bundle of sigstore',
      {mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: envelope(statement([digestA]))},
    ],
    ['as cosign 1 wrapped it', statement([digestA], {Data: syftCycloneDx, Timestamp: '2026-01-01T00:00:00Z'})],
  ])('%s is taken out for the scanner, and taken away afterwards', async (_, attested) => {
    const taken = await resolveFor(attested, async found => {
      expect(found).toMatchObject({label: file, digest: digestA, doubts: []})
      const [target] = found.images.map(each => each.target)
      const sbom = target?.kind === 'sbom' ? target.path : ''
      expect(JSON.parse(await readFile(sbom, 'utf8'))).toEqual(syftCycloneDx)
      return sbom
    })
    expect(taken).not.toBe(file)
    await expect(readFile(taken)).rejects.toMatchObject({code: 'ENOENT'})
  })

  test('that names no image itself is about what it is attested for', async () => {
    expect((await resolve(statement([digestB], cycloneDx({})))).digest).toBe(digestB)
  })

  test('of several subjects is about the one that it names itself', async () => {
    expect((await resolve(statement([digestB, digestA]))).digest).toBe(digestA)
    expect((await resolve(statement([digestB, digestA], cycloneDx({})))).digest).toBeNull()
  })

  test('for another image than its own is refused', async () => {
    await expect(resolve(statement([digestB]))).rejects.toMatchObject({
      code: 'image/sbom-contradicts',
      message: expect.stringMatching(new RegExp(`${digestB}.*${digestA}`)),
    })
  })

  test.each([
    ['that holds something else', envelope({hello: 1}), 'image/sbom-malformed'],
    ['that holds no JSON', {...envelope({}), payload: 'AAAA'}, 'image/sbom-malformed'],
    ['of a test result', statement([digestA], {passed: true}), 'image/sbom-format-unknown'],
  ])('%s is refused', async (_, attested, code) => {
    await expect(resolve(attested)).rejects.toMatchObject({code})
  })
})
