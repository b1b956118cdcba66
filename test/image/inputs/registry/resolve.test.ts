import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {SystemError} from '../../../../src/core/failure.ts'
import {parseImageName} from '../../../../src/image/inputs/registry/name.ts'
import {explainConnection} from '../../../../src/image/inputs/registry/refusal.ts'
import {resolveRegistry} from '../../../../src/image/inputs/registry/resolve.ts'
import {systemFolders} from '../../../../src/runtime/folders.ts'
import {createHttp} from '../../../../src/runtime/http.ts'
import {fakeClock} from '../../../fakes/clock.ts'
import {buildArtifact, buildImage, buildIndex, buildIndexOf} from '../../../fakes/oci-image.ts'
import {type Registry, type RegistryBehaviour, type Served, serveImages} from '../../../fakes/oci-registry.ts'
import {mixedImage} from '../../../fakes/release-images.ts'
import {digestA} from '../../scans.ts'
import {imagePorts} from '../ports.ts'

const mixed = mixedImage()
const other = buildImage([{'etc/other': 'x'}])
const arm = buildImage([{'etc/arm': 'x'}], {}, {architecture: 'arm64', variant: 'v8', gzip: true, user: '1000'})

let registry: Registry
const opened: Registry[] = []
let home = ''

async function serve(images: Readonly<Record<string, Served>>, behaviour: RegistryBehaviour = {}): Promise<Registry> {
  registry = await serveImages(images, 0, behaviour)
  opened.push(registry)
  return registry
}
const resolve = (name: string, env: Record<string, string> = {}) =>
  resolveRegistry(`${registry.host}/${name}`, imagePorts({env}))
const refusedAs = (code: string, ...words: string[]) =>
  expect.objectContaining({code, message: expect.stringMatching(words.map(word => `(?=.*${word})`).join('') || '.')})

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'slipway-login-'))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map(each => each.close()))
  await rm(home, {recursive: true})
})

async function logIn(entry: Record<string, string>): Promise<Record<string, string>> {
  await writeFile(path.join(home, 'config.json'), JSON.stringify({auths: {[registry.host]: entry}}))
  return {DOCKER_CONFIG: home}
}
const auth = Buffer.from('ci:password').toString('base64')

describe('an image in a registry', () => {
  test('is asked for once by its tag, and known by its digest afterwards', async () => {
    await serve({credit: mixed})
    const image = await resolve('credit')
    expect(image).toMatchObject({
      label: `${registry.host}/credit`,
      digest: mixed.digest,
      isIndex: false,
      passedOver: [],
    })
    expect(image.images).toEqual([
      {
        target: {
          kind: 'registry',
          name: `${registry.host}/credit@${mixed.digest}`,
          plainHttp: true,
          label: `${registry.host}/credit`,
          digest: mixed.digest,
          configDigest: mixed.configDigest,
          platform: 'linux/amd64',
        },
        facts: {user: '', base: null, sizeBytes: expect.any(Number), layers: expect.any(Array)},
      },
    ])
    expect(registry.requests).toEqual(['GET /v2/credit/manifests/latest', `GET /v2/credit/blobs/${mixed.configDigest}`])
  })

  test('stays the one that the tag meant when it was asked for, whoever moves the tag', async () => {
    await serve({credit: mixed})
    const before = await resolve('credit')
    registry.retag('credit', other)
    const again = await resolve(`credit@${before.digest}`)
    expect([before.digest, again.digest]).toEqual([mixed.digest, mixed.digest])
    expect((await resolve('credit')).digest).toBe(other.digest)
  })

  test('tells its user, its base and its size', async () => {
    const base = {
      'org.opencontainers.image.base.name': 'python:3.12-slim',
      'org.opencontainers.image.base.digest': digestA,
    }
    const image = buildImage([{a: 'x'.repeat(100)}, {b: 'y'}], {}, {user: 'nobody:nogroup', annotations: base})
    await serve({credit: image})
    expect((await resolve('credit')).images[0]?.facts).toEqual({
      user: 'nobody:nogroup',
      base: {name: 'python:3.12-slim', digest: digestA},
      // Two tars: each a header, a block and the two blocks of the end.
      sizeBytes: 2 * 4 * 512,
      layers: [expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)],
    })
  })

  test('without annotations tells its base by its labels, and never a digest of another one', async () => {
    const name = 'org.opencontainers.image.base.name'
    const digest = 'org.opencontainers.image.base.digest'
    await serve({
      labels: buildImage([], {[name]: 'alpine:3.23'}),
      both: buildImage([], {[name]: 'alpine:3.23', [digest]: digestA}, {annotations: {[name]: 'debian:13'}}),
      none: buildImage([], {[digest]: 'no digest'}),
    })
    const base = async (image: string) => (await resolve(image)).images[0]?.facts.base
    expect(await base('labels')).toEqual({name: 'alpine:3.23', digest: null})
    expect(await base('both')).toEqual({name: 'debian:13', digest: null})
    expect(await base('none')).toBeNull()
  })
})

describe('an index of platforms', () => {
  test('is every image in it, sorted by platform', async () => {
    const index = buildIndex({arm64: arm, amd64: mixed})
    await serve({credit: index})
    const image = await resolve('credit')
    expect(image).toMatchObject({digest: index.digest, isIndex: true})
    expect(image.images.map(({target}) => [target.platform, target.digest])).toEqual([
      ['linux/amd64', mixed.digest],
      ['linux/arm64', arm.digest],
    ])
  })

  test('passes over what no runtime runs, and says what it is', async () => {
    const attestation = buildArtifact('application/vnd.in-toto+json', 'provenance')
    const signature = buildArtifact('application/vnd.dev.cosign.simplesigning.v1+json', 'signature')
    const unknown = {os: 'unknown', architecture: 'unknown'}
    const marks = {'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': mixed.digest}
    await serve({
      credit: buildIndexOf([
        {of: mixed, platform: {os: 'linux', architecture: 'amd64'}},
        {of: attestation, platform: unknown, annotations: marks},
        {of: signature},
      ]),
    })
    const image = await resolve('credit')
    expect(image.images).toHaveLength(1)
    expect(image.passedOver).toEqual([
      {digest: attestation.digest, why: `an attestation of the build of ${mixed.digest}`},
      {digest: signature.digest, why: 'no image, but application/vnd.dev.cosign.simplesigning.v1+json'},
    ])
  })

  test('cannot hide an image behind the mark of an attestation', async () => {
    const marks = {'vnd.docker.reference.type': 'attestation-manifest'}
    const unknown = {os: 'unknown', architecture: 'unknown'}
    await serve({
      named: buildIndexOf([{of: mixed, platform: {os: 'linux', architecture: 'amd64'}, annotations: marks}]),
      unmarked: buildIndexOf([{of: mixed, platform: unknown}]),
      both: buildIndexOf([{of: mixed, platform: unknown, annotations: marks}, {of: mixed}]),
    })
    for (const name of ['named', 'unmarked', 'both']) {
      expect((await resolve(name)).images.map(({target}) => target.platform)).toEqual(['linux/amd64'])
    }
  })

  test('in an index is found, with the base that the index above tells', async () => {
    const inner = buildIndexOf([{of: arm, platform: {os: 'linux', architecture: 'arm64'}}])
    const base = {'org.opencontainers.image.base.name': 'python:3.12'}
    await serve({credit: buildIndexOf([{of: inner}, {of: mixed}], base)})
    const {images} = await resolve('credit')
    expect(images.map(({target, facts}) => [target.platform, facts.base?.name])).toEqual([
      ['linux/amd64', 'python:3.12'],
      ['linux/arm64', 'python:3.12'],
    ])
  })

  test('names a platform by the index before the config, since that is what a runtime picks by', async () => {
    await serve({
      credit: buildIndexOf([
        {of: mixed, platform: {os: 'linux', architecture: 'arm', variant: 'v7'}},
        {of: mixed, platform: {os: 'linux', architecture: 'arm', variant: 'v6'}},
        {of: other, platform: {os: 'linux', architecture: 'arm', variant: 'v6'}},
      ]),
    })
    const platforms = (await resolve('credit')).images.map(({target}) => [target.platform, target.digest])
    expect(platforms).toEqual([
      ['linux/arm/v6', mixed.digest],
      ['linux/arm/v6', other.digest],
      ['linux/arm/v7', mixed.digest],
    ])
  })

  test('that gives an image to other machines than it was built for is in doubt', async () => {
    await serve({
      wrong: buildIndexOf([{of: mixed, platform: {os: 'linux', architecture: 'arm64'}}]),
      right: buildIndexOf([{of: arm, platform: {os: 'linux', architecture: 'aarch64'}}, {of: mixed}]),
    })
    expect((await resolve('wrong')).doubts).toEqual([
      `The index gives ${mixed.digest} to linux/arm64, and its config says that it was built for linux/amd64.`,
    ])
    expect((await resolve('right')).doubts).toEqual([])
  })

  test.each([
    ['without an image', buildIndexOf([]), 'image/index-empty'],
    ['of signatures alone', buildIndexOf([{of: buildArtifact('application/vnd.example', 'x')}]), 'image/index-empty'],
    [
      'of indexes too deep',
      [1, 2, 3, 4, 5].reduce(of => buildIndexOf([{of}]), buildIndexOf([{of: mixed}])),
      'image/index-too-large',
    ],
    [
      'of more manifests than any image has',
      buildIndexOf(
        Array.from({length: 257}, (_, at) => ({of: mixed, platform: {os: 'linux', architecture: `a${at}`}})),
      ),
      'image/index-too-large',
    ],
    [
      'for a platform that breaks reports',
      buildIndexOf([{of: mixed, platform: {os: 'linux', architecture: '../x'}}]),
      'image/manifest-malformed',
    ],
    [
      'that is no image at all',
      buildArtifact('application/vnd.example.model', 'x', 'application/vnd.example.config'),
      'image/not-an-image',
    ],
  ])('%s is refused', async (_, index, code) => {
    await serve({credit: index})
    await expect(resolve('credit')).rejects.toMatchObject({code})
  })
})

describe('a registry that wants a log-in', () => {
  test('gets none where a token is given to everybody', async () => {
    await serve({credit: mixed}, {login: {kind: 'token', anonymous: true}})
    expect((await resolve('credit')).digest).toBe(mixed.digest)
    expect(registry.requests).toEqual([
      'GET /v2/credit/manifests/latest',
      'GET /token?scope=repository%3Acredit%3Apull&service=images',
      'GET /v2/credit/manifests/latest Bearer',
      `GET /v2/credit/blobs/${mixed.configDigest} Bearer`,
    ])
  })

  test('gets the password of docker login for its token', async () => {
    await serve({credit: mixed}, {login: {kind: 'token', user: 'ci', password: 'password'}})
    expect((await resolve('credit', await logIn({auth}))).digest).toBe(mixed.digest)
  })

  test('gets the identity token of docker login, in the body of a request', async () => {
    await serve({credit: mixed}, {login: {kind: 'token', refreshToken: 'refresh'}})
    expect((await resolve('credit', await logIn({identitytoken: 'refresh'}))).digest).toBe(mixed.digest)
    expect(registry.requests).toContain('POST /token')
  })

  test('gets the password itself where it asks for Basic', async () => {
    await serve({credit: mixed}, {login: {kind: 'basic', user: 'ci', password: 'password'}})
    expect((await resolve('credit', await logIn({auth}))).digest).toBe(mixed.digest)
  })

  test.each([
    ['Basic', {kind: 'basic', user: 'ci', password: 'other'}],
    ['a token', {kind: 'token', user: 'ci', password: 'other'}],
  ] as const)(
    'and refuses ours for %s is told with the log-in that was tried, without its secret',
    async (_, login) => {
      await serve({credit: mixed}, {login})
      const failed = resolve('credit', await logIn({auth}))
      await expect(failed).rejects.toEqual(refusedAs('image/registry-unauthorised', '401', `the log-in in ${home}`))
      await expect(failed).rejects.not.toMatchObject({message: expect.stringContaining('password')})
    },
  )

  test('is told apart from one where we had none', async () => {
    await serve({credit: mixed}, {login: {kind: 'basic', user: 'ci', password: 'x'}})
    await expect(resolve('credit')).rejects.toEqual(refusedAs('image/registry-unauthorised', 'nothing \\(no log-in'))
  })

  test('asks again when its token has ended', async () => {
    let ended = false
    const fault: RegistryBehaviour['fault'] = ({url}) => {
      if (!url.includes('/blobs/') || ended) return undefined
      ended = true
      return {status: 401, headers: {'www-authenticate': `Bearer realm="http://${registry.host}/token"`}}
    }
    await serve({credit: mixed}, {login: {kind: 'token', anonymous: true}, fault})
    expect((await resolve('credit')).digest).toBe(mixed.digest)
  })

  test('by a way that nobody here knows is refused', async () => {
    await serve({}, {fault: () => ({status: 401, headers: {'www-authenticate': 'Negotiate'}})})
    await expect(resolve('credit')).rejects.toMatchObject({code: 'image/registry-unauthorised'})
  })

  test.each(['file:///etc/passwd', 'ftp://example.com/token', 'no address'])('from %s gets no log-in', async realm => {
    await serve({}, {fault: () => ({status: 401, headers: {'www-authenticate': `Bearer realm="${realm}"`}})})
    await expect(resolve('credit')).rejects.toEqual(refusedAs('image/registry-unauthorised', realm))
  })

  test.each([
    ['no JSON', 'x'],
    ['no token', '{}'],
    ['a token with a line feed', '{"token":"a\\nhost: evil"}'],
  ])('whose token server answers with %s is refused', async (_, body) => {
    const fault: RegistryBehaviour['fault'] = ({url}) => (url.startsWith('/token') ? {status: 200, body} : undefined)
    await serve({credit: mixed}, {login: {kind: 'token'}, fault})
    await expect(resolve('credit')).rejects.toEqual(refusedAs('image/registry-unauthorised', 'gave no token'))
  })
})

describe('a registry that does not give what was asked for', () => {
  const {manifest} = mixed
  const swapped = buildImage([{'etc/swapped': 'x'}])

  test.each([
    ['other bytes for the digest', {status: 200, body: swapped.manifest}],
    [
      'other bytes under a header that lies',
      {status: 200, headers: {'docker-content-digest': mixed.digest}, body: swapped.manifest},
    ],
    [
      'the right bytes under a header that says another digest',
      {status: 200, headers: {'docker-content-digest': swapped.digest}, body: manifest},
    ],
    ['the right bytes cut short', {status: 200, body: manifest.subarray(0, -1)}],
  ])('with %s is refused', async (_, answer) => {
    await serve({credit: mixed}, {fault: ({reference}) => (reference === mixed.digest ? answer : undefined)})
    await expect(resolve(`credit@${mixed.digest}`)).rejects.toEqual(refusedAs('registry/digest-wrong'))
  })

  test('with another config is refused', async () => {
    const fault: RegistryBehaviour['fault'] = ({url}) =>
      url.includes('/blobs/') ? {status: 200, body: '{"os":"linux"}'} : undefined
    await serve({credit: mixed}, {fault})
    await expect(resolve('credit')).rejects.toEqual(refusedAs('registry/digest-wrong', mixed.configDigest))
  })

  test.each([
    ['tag', 'credit:v9', 'tag "v9" in credit'],
    ['digest', `credit@${digestA}`, `${digestA} in credit`],
    ['repository', 'debit', 'repository debit'],
  ])('since it has no such %s is told so', async (_, name, words) => {
    await serve({credit: mixed})
    await expect(resolve(name)).rejects.toEqual(refusedAs('image/not-found', words))
  })

  test('since a platform of its index is gone says which manifest', async () => {
    const index = buildIndexOf([{of: mixed}, {of: arm}])
    const blobs = new Map(index.blobs)
    blobs.delete(arm.digest)
    await serve({credit: {digest: index.digest, blobs}})
    await expect(resolve('credit')).rejects.toEqual(refusedAs('image/not-found', arm.digest, 'which its index lists'))
  })

  test.each([
    ['300', 'in 300 s'],
    ['Sat, 21 Nov 2026 23:00:00 GMT', 'at Sat, 21 Nov 2026 23:00:00 GMT'],
  ])('since it has had too many requests says when to come again (%s)', async (after, words) => {
    await serve({credit: mixed}, {fault: () => ({status: 429, headers: {'retry-after': after}})})
    await expect(resolve('credit')).rejects.toEqual(refusedAs('registry/rate-limited', words))
    // The HTTP port has tried three times.
    expect(registry.requests).toHaveLength(3)
  })

  test.each([
    [500, true],
    [418, false],
  ])('but a status %s is a failure of the registry, worth another try: %s', async (status, retryable) => {
    await serve({credit: mixed}, {fault: () => ({status})})
    await expect(resolve('credit')).rejects.toMatchObject({code: 'registry/answer-refused', retryable})
  })

  test('with a page for people is refused', async () => {
    await serve({}, {fault: () => ({status: 200, headers: {'content-type': 'text/html'}, body: '<html>'})})
    await expect(resolve('credit')).rejects.toMatchObject({code: 'image/manifest-malformed'})
  })

  test('with a manifest of schema 1, whose digest does not cover its signatures, says what it is', async () => {
    const headers = {
      'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'docker-content-digest': digestA,
    }
    await serve({}, {fault: () => ({status: 200, headers, body: '{"schemaVersion":1,"signatures":[]}'})})
    await expect(resolve('credit')).rejects.toMatchObject({code: 'image/manifest-schema-1'})
  })

  test('with more than a manifest may have is refused', async () => {
    await serve({}, {fault: () => ({status: 200, body: Buffer.alloc(4 * 1024 * 1024 + 1, 0x20)})})
    await expect(resolve('credit')).rejects.toMatchObject({code: 'image/manifest-too-large'})
  })

  test('with an index for a reader of types, and an image for a reader of fields, is refused', async () => {
    const headers = {'content-type': 'application/vnd.oci.image.index.v1+json'}
    await serve({}, {fault: () => ({status: 200, headers, body: mixed.manifest})})
    await expect(resolve('credit')).rejects.toMatchObject({code: 'image/manifest-ambiguous'})
  })
})

describe('the disk', () => {
  const nearlyFull = {...systemFolders, freeBytes: async () => 1000, temporaryRoot: '/tmp'}

  test('that is too small for an image is told before a scanner fills it, with what to do', async () => {
    await serve({credit: arm})
    const ports = imagePorts({folders: nearlyFull})
    await expect(resolveRegistry(`${registry.host}/credit`, ports)).resolves.toMatchObject({digest: arm.digest})
    await serve({credit: mixed})
    await expect(resolveRegistry(`${registry.host}/credit`, ports)).rejects.toMatchObject({
      code: 'image/disk-too-small',
      message: expect.stringMatching(/9 KiB in its layers.*about 9 KiB of disk.*1000 B left/),
      hint: expect.stringMatching(/TMPDIR.*SBOM.*--digest/),
    })
  })
})

describe('a connection that cannot be trusted', () => {
  const name = parseImageName('registry.example.com/credit')

  test('since the registry has no TLS says that, and not that it is unreachable', async () => {
    const plain = createServer((_, response) => response.end('plain'))
    await new Promise<void>(ready => plain.listen(0, '127.0.0.1', ready))
    const address = plain.address()
    const port = typeof address === 'object' ? address?.port : 0
    const http = createHttp(fakeClock())
    const failed = explainConnection(name, () => http.send({url: `https://127.0.0.1:${port}/v2/`, system: 'registry'}))
    await expect(failed).rejects.toMatchObject({
      code: 'registry/tls-refused',
      message: 'registry.example.com cannot be trusted: it answers without TLS.',
    })
    await new Promise(done => plain.close(done))
  })

  test.each([
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CERT_HAS_EXPIRED',
  ])('for %s names the variable for a CA of one’s own', async code => {
    await serve({})
    const fetchError = new TypeError('fetch failed', {cause: Object.assign(new Error('certificate'), {code})})
    const send = () =>
      Promise.reject(
        new SystemError('registry/unreachable', 'x', {system: 'registry', retryable: true, cause: fetchError}),
      )
    await expect(explainConnection(name, send)).rejects.toMatchObject({
      code: 'registry/tls-refused',
      message: expect.stringContaining(code),
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
  })

  test('but a registry that is not there stays unreachable', async () => {
    await serve({})
    await registry.close()
    opened.splice(0)
    await expect(resolve('credit')).rejects.toMatchObject({code: 'registry/unreachable'})
  })
})
