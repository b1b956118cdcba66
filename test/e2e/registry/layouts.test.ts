/**
 * Layouts and archives as buildah, umoci and skopeo write them: each tool's own idea of the formats, and one digest for
 * one image wherever it lies.
 */
import {execFile} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {promisify} from 'node:util'
import {gzipSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {openImages} from '../../../src/image/inputs/open.ts'
import type {ResolvedImage} from '../../../src/image/scanner.ts'
import {imagePorts} from '../../image/inputs/ports.ts'
import {needPrograms} from './docker-registry.ts'

const run = promisify(execFile)

let work = ''
const at = (...parts: string[]) => path.join(work, ...parts)

/** Storage of its own: nothing of this machine's images is seen or left behind. */
async function buildah(...args: string[]): Promise<string> {
  const storage = ['--root', at('storage'), '--runroot', at('run'), '--storage-driver', 'vfs']
  return (await run('buildah', [...storage, ...args])).stdout.trim()
}

const skopeo = (...args: string[]) => run('skopeo', args)

const resolve = (place: string): Promise<ResolvedImage> =>
  openImages(imagePorts()).resolve({kind: 'path', path: place}, async found => found)

/** The digest that skopeo gives to what lies there. */
async function digestOf(name: string): Promise<string> {
  const inspected: {Digest: string} = JSON.parse((await skopeo('inspect', name)).stdout)
  return inspected.Digest
}

async function build(name: string, architecture: string): Promise<void> {
  const container = await buildah('from', '--arch', architecture, 'scratch')
  await buildah('copy', container, at('file'), '/etc/file')
  await buildah(
    'config',
    '--user',
    '1000:1000',
    '--annotation',
    'org.opencontainers.image.base.name=scratch',
    container,
  )
  await buildah('commit', container, name)
}

beforeAll(async () => {
  needPrograms({buildah: 'buildah', skopeo: 'skopeo', umoci: 'umoci'})
  work = await mkdtemp(path.join(tmpdir(), 'slipway-e2e-layouts-'))
  await writeFile(at('file'), 'x'.repeat(10_000))
  await build('credit:amd64', 'amd64')
  await build('credit:arm64', 'arm64')
  await buildah('manifest', 'create', 'credit:all', 'credit:amd64', 'credit:arm64')
  await buildah('push', 'credit:amd64', `oci:${at('oci')}:v1`)
  await buildah('manifest', 'push', '--all', 'credit:all', `oci:${at('many')}:v1`)
})
afterAll(() => rm(work, {recursive: true, force: true}))

describe('an image of buildah', () => {
  test('as a layout has the digest that skopeo gives it, and tells its user and base', async () => {
    const found = await resolve(at('oci'))
    expect(found.digest).toBe(await digestOf(`oci:${at('oci')}:v1`))
    expect(found.images).toMatchObject([
      {target: {kind: 'layout', platform: 'linux/amd64'}, facts: {user: '1000:1000', base: {name: 'scratch'}}},
    ])
  })

  test('as a list of platforms is every platform', async () => {
    const found = await resolve(at('many'))
    expect(found.isIndex).toBe(true)
    expect(found.images.map(({target}) => target.platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect(found.doubts).toEqual([])
  })

  test('as an archive of a layout has the digest of the layout', async () => {
    await skopeo('copy', `oci:${at('oci')}:v1`, `oci-archive:${at('oci.tar')}:v1`)
    const [layout, archive] = [await resolve(at('oci')), await resolve(at('oci.tar'))]
    expect(archive.digest).toBe(layout.digest)
    expect(archive.images).toMatchObject([
      {target: {kind: 'layout', configDigest: layout.images[0]?.target.configDigest}},
    ])
  })

  test('as docker save writes it has the config of the layout, and no digest', async () => {
    await skopeo('copy', `oci:${at('oci')}:v1`, `docker-archive:${at('saved.tar')}:credit:v1`)
    const found = await resolve(at('saved.tar'))
    const [target] = found.images.map(each => each.target)
    expect(target).toMatchObject({kind: 'archive', digest: null, platform: 'linux/amd64'})
    // Docker's own config of the same image: by the tool that reads it, not by us.
    const {stdout} = await skopeo('inspect', '--raw', `docker-archive:${at('saved.tar')}:credit:v1`)
    const manifest: {config: {digest: string}} = JSON.parse(stdout)
    expect(target?.configDigest).toBe(manifest.config.digest)
  })

  test('in gzip is the same image', async () => {
    await writeFile(at('saved.tar.gz'), gzipSync(await readFile(at('saved.tar'))))
    const [plain, zipped] = [await resolve(at('saved.tar')), await resolve(at('saved.tar.gz'))]
    expect(zipped.images[0]?.target.configDigest).toBe(plain.images[0]?.target.configDigest)
  })

  test('under two names in one archive is one image', async () => {
    const names = [
      '--additional-tag',
      'credit:v2',
      `oci:${at('oci')}:v1`,
      `docker-archive:${at('names.tar')}:credit:v1`,
    ]
    await skopeo('copy', ...names)
    expect((await resolve(at('names.tar'))).images).toHaveLength(1)
  })

  test('in the folder that skopeo calls dir is no layout, and told so', async () => {
    await skopeo('copy', '--format=v2s2', `oci:${at('oci')}:v1`, `dir:${at('dir')}`)
    await expect(resolve(at('dir'))).rejects.toMatchObject({code: 'image/layout-malformed'})
  })
})

describe('an image of umoci', () => {
  test('that was made empty is read, and is for the platform that umoci writes', async () => {
    await run('umoci', ['init', '--layout', at('umoci')])
    await run('umoci', ['new', '--image', `${at('umoci')}:v1`])
    await run('umoci', ['insert', '--image', `${at('umoci')}:v1`, at('file'), '/etc/file'])
    await run('umoci', [
      'config',
      '--image',
      `${at('umoci')}:v1`,
      '--config.user=nobody',
      '--os=linux',
      '--architecture=arm64',
    ])
    const found = await resolve(at('umoci'))
    expect(found.digest).toBe(await digestOf(`oci:${at('umoci')}:v1`))
    expect(found.images).toMatchObject([{target: {platform: 'linux/arm64'}, facts: {user: 'nobody'}}])
  })

  test('beside another in one layout is chosen by its name', async () => {
    await run('umoci', ['tag', '--image', `${at('umoci')}:v1`, 'v2'])
    await run('umoci', ['config', '--image', `${at('umoci')}:v2`, '--config.user=root'])
    expect((await resolve(`${at('umoci')}:v2`)).images[0]?.facts.user).toBe('root')
    const all = await resolve(at('umoci'))
    expect([all.digest, all.images.length]).toEqual([null, 2])
  })
})
