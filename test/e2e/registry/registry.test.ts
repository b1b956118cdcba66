/**
 * References against a real registry (docker-registry), a real log-in (skopeo login) and real TLS. What another client
 * (skopeo) sees under the digest that we found must be what we found.
 */
import {execFile} from 'node:child_process'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {networkInterfaces, tmpdir} from 'node:os'
import * as path from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {openImages} from '../../../src/image/inputs/open.ts'
import {parseImageReference} from '../../../src/image/reference.ts'
import type {ResolvedImage} from '../../../src/image/scanner.ts'
import {buildArtifact, buildImage, buildIndex, buildIndexOf, writeLayout} from '../../fakes/oci-image.ts'
import {mixedImage} from '../../fakes/release-images.ts'
import {imagePorts} from '../../image/inputs/ports.ts'
import {needPrograms, type RunningRegistry, startRegistry} from './docker-registry.ts'
import {push} from './push.ts'
import {makeCertificate, startTokenServer} from './token-server.ts'

const run = promisify(execFile)
const image = mixedImage()
const arm = buildImage([{'etc/arm': 'x'}], {}, {architecture: 'arm64', user: '1000'})
const provenance = buildArtifact('application/vnd.in-toto+json', 'provenance')
const index = buildIndexOf([
  {of: image, platform: {os: 'linux', architecture: 'amd64'}},
  {of: buildIndex({arm64: arm})},
  {
    of: provenance,
    platform: {os: 'unknown', architecture: 'unknown'},
    annotations: {'vnd.docker.reference.type': 'attestation-manifest'},
  },
])

let work = ''
let registry: RunningRegistry

beforeAll(async () => {
  needPrograms({
    'docker-registry': 'docker-registry',
    skopeo: 'skopeo',
    openssl: 'openssl',
  })
  work = await mkdtemp(path.join(tmpdir(), 'slipway-e2e-registry-'))
  registry = await startRegistry(path.join(work, 'open'))
  await push(registry.host, 'team/credit', 'v1', image)
  await push(registry.host, 'team/many', 'v1', index)
})
afterAll(async () => {
  await registry.close()
  await rm(work, {recursive: true})
})

const resolveFor = <T>(name: string, use: (found: ResolvedImage) => Promise<T>, env: Record<string, string> = {}) =>
  openImages(imagePorts({env})).resolve(parseImageReference(name), use)
const resolve = (name: string, env: Record<string, string> = {}) => resolveFor(name, async found => found, env)

interface Inspected {
  readonly Digest: string
  readonly Architecture: string
}

/** What another client sees. */
async function inspect(name: string): Promise<Inspected> {
  const {stdout} = await run('skopeo', ['inspect', '--tls-verify=false', `docker://${name}`])
  const seen: Inspected = JSON.parse(stdout)
  return seen
}

describe('a tag in a real registry', () => {
  test('is the image that another client sees under it', async () => {
    const found = await resolve(`${registry.host}/team/credit:v1`)
    expect(found).toMatchObject({digest: image.digest, isIndex: false, images: [{target: {platform: 'linux/amd64'}}]})
    expect((await inspect(`${registry.host}/team/credit:v1`)).Digest).toBe(found.digest)
  })

  test('that is moved while the image is scanned moves nothing: scanners ask for what was found', async () => {
    await push(registry.host, 'team/moved', 'v1', image)
    await resolveFor(`${registry.host}/team/moved:v1`, async found => {
      await push(registry.host, 'team/moved', 'v1', arm)
      const [target] = found.images.map(each => each.target)
      const name = target?.kind === 'registry' ? target.name : ''
      expect(await inspect(name)).toMatchObject({Digest: image.digest, Architecture: 'amd64'})
    })
    expect((await resolve(`${registry.host}/team/moved:v1`)).digest).toBe(arm.digest)
  })

  test('of many platforms is every image, also in an index below, and no attestation', async () => {
    const found = await resolve(`${registry.host}/team/many:v1`)
    expect(found).toMatchObject({digest: index.digest, isIndex: true, passedOver: [{digest: provenance.digest}]})
    expect(found.images.map(({target, facts}) => [target.platform, target.digest, facts.user])).toEqual([
      ['linux/amd64', image.digest, ''],
      ['linux/arm64', arm.digest, '1000'],
    ])
    for (const {target} of found.images) {
      expect((await inspect(target.kind === 'registry' ? target.name : '')).Digest).toBe(target.digest)
    }
  })

  test.each([
    ['team/credit:v9', 'tag "v9" in team/credit'],
    [`team/credit@${arm.digest}`, arm.digest],
    // It knows no difference between a tag and a repository that are not there.
    ['team/nobody:v1', 'tag "v1" in team/nobody'],
  ])('that is not there (%s) is told by what is missing', async (name, words) => {
    await expect(resolve(`${registry.host}/${name}`)).rejects.toMatchObject({
      code: 'image/not-found',
      message: expect.stringContaining(words),
    })
  })

  test('of an image of Docker’s own types is read as those of OCI are', async () => {
    const layout = path.join(work, 'layout')
    await writeLayout(layout, image)
    const name = `${registry.host}/team/docker:v1`
    await run('skopeo', ['copy', '--dest-tls-verify=false', '--format=v2s2', `oci:${layout}`, `docker://${name}`])
    const found = await resolve(name)
    expect(found.digest).toBe((await inspect(name)).Digest)
    // Layers are compressed on the way: another digest, and the same image.
    expect(found.digest).not.toBe(image.digest)
    expect(found.images).toMatchObject([{target: {platform: 'linux/amd64'}}])
  })

  test('of an image of schema 1 is refused with what to do', async () => {
    const name = `${registry.host}/team/old:v1`
    const source = `docker://${registry.host}/team/docker:v1`
    await run('skopeo', [
      'copy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      '--format=v2s1',
      source,
      `docker://${name}`,
    ])
    await expect(resolve(name)).rejects.toMatchObject({code: 'image/manifest-schema-1'})
  })
})

describe('a registry that wants a log-in', () => {
  let locked: RunningRegistry
  let logins = ''

  beforeAll(async () => {
    needPrograms({htpasswd: 'apache2-utils'})
    const htpasswd = path.join(work, 'htpasswd')
    await writeFile(htpasswd, (await run('htpasswd', ['-nbB', 'ci', 'pass:word'])).stdout)
    locked = await startRegistry(path.join(work, 'locked'), {auth: {htpasswd: {realm: 'suite', path: htpasswd}}})
    logins = path.join(work, 'logins.json')
    await run('skopeo', [
      'login',
      '--tls-verify=false',
      `--authfile=${logins}`,
      '--username=ci',
      '--password=pass:word',
      locked.host,
    ])
    const layout = path.join(work, 'locked-layout')
    await writeLayout(layout, image)
    await run('skopeo', [
      'copy',
      '--preserve-digests',
      '--dest-tls-verify=false',
      `--authfile=${logins}`,
      `oci:${layout}`,
      `docker://${locked.host}/team/credit:v1`,
    ])
  })
  afterAll(() => locked.close())

  test('gets the one that skopeo login wrote', async () => {
    const found = await resolve(`${locked.host}/team/credit:v1`, {REGISTRY_AUTH_FILE: logins})
    expect(found.digest).toBe(image.digest)
  })

  test.each([
    ['without one', {}, 'nothing (no log-in for localhost:'],
    ['with a file for other registries', {HOME: '/nowhere'}, ': /nowhere/.docker/config.json is not there)'],
  ])('%s says what was tried', async (_, env, words) => {
    await expect(resolve(`${locked.host}/team/credit:v1`, env)).rejects.toMatchObject({
      code: 'image/registry-unauthorised',
      message: expect.stringContaining(words),
      hint: expect.stringContaining(`docker login ${locked.host}`),
    })
  })

  test('with a wrong one says which was tried, without its secret', async () => {
    const wrong = path.join(work, 'config.json')
    await writeFile(
      wrong,
      JSON.stringify({auths: {[locked.host]: {auth: Buffer.from('ci:secret').toString('base64')}}}),
    )
    const failed = resolve(`${locked.host}/team/credit:v1`, {DOCKER_CONFIG: work})
    await expect(failed).rejects.toMatchObject({
      code: 'image/registry-unauthorised',
      message: expect.stringMatching(new RegExp(`the log-in in ${wrong}`)),
    })
    await expect(failed).rejects.not.toMatchObject({message: expect.stringContaining('secret')})
  })

  test('by tokens gets one for pulling this repository alone', async () => {
    const folder = path.join(work, 'tokens')
    const open = await startRegistry(folder)
    await push(open.host, 'team/credit', 'v1', image)
    await open.close()
    const tokens = await startTokenServer(folder, 'ci', 'pass:word')
    const guarded = await startRegistry(folder, {auth: tokens.auth})
    const file = path.join(folder, 'logins.json')
    await writeFile(
      file,
      JSON.stringify({auths: {[guarded.host]: {auth: Buffer.from('ci:pass:word').toString('base64')}}}),
    )
    expect((await resolve(`${guarded.host}/team/credit:v1`, {REGISTRY_AUTH_FILE: file})).digest).toBe(image.digest)
    expect(tokens.given).toEqual(['repository:team/credit:pull for ci'])
    await expect(resolve(`${guarded.host}/team/credit:v1`)).rejects.toMatchObject({code: 'image/registry-unauthorised'})
    await guarded.close()
    await tokens.close()
  })
})

describe('a registry on another address', () => {
  const address = Object.values(networkInterfaces())
    .flatMap(each => each ?? [])
    .find(each => each.family === 'IPv4' && !each.internal)?.address

  test('without TLS is refused, and not asked in the open', async () => {
    if (address === undefined) throw new Error('This suite needs a network address of this machine beside loopback.')
    const plain = await startRegistry(path.join(work, 'plain'), {address})
    await expect(resolve(`${plain.host}/team/credit:v1`)).rejects.toMatchObject({
      code: 'registry/tls-refused',
      message: `${plain.host} cannot be trusted: it answers without TLS.`,
    })
    await plain.close()
  })

  test('with a certificate of its own is refused, and trusted as the hint says', async () => {
    if (address === undefined) throw new Error('This suite needs a network address of this machine beside loopback.')
    const folder = path.join(work, 'tls')
    const before = await startRegistry(folder)
    await push(before.host, 'team/credit', 'v1', image)
    await before.close()
    const tls = makeCertificate(folder, address)
    const trusted = await startRegistry(folder, {address, tls})
    const name = `${trusted.host}/team/credit:v1`
    await expect(resolve(name)).rejects.toMatchObject({
      code: 'registry/tls-refused',
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    // Node reads the variable when it starts.
    const source = `
      import {openImages} from './src/image/inputs/open.ts'
      import {systemRuntime} from './src/runtime/runtime.ts'
      await openImages(systemRuntime()).resolve({kind: 'registry', name: ${JSON.stringify(name)}, digest: null},
        async found => process.stdout.write(found.digest))`
    const env = {PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: tls.certificate, NODE_NO_WARNINGS: '1'}
    const {stdout} = await run(process.execPath, ['--input-type=module', '--eval', source], {env})
    expect(stdout).toBe(image.digest)
    await trusted.close()
  })
})
