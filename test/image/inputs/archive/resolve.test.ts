import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type ImagePorts, openImages} from '../../../../src/image/inputs/open.ts'
import type {ResolvedImage} from '../../../../src/image/scanner.ts'
import {systemFolders} from '../../../../src/runtime/folders.ts'
import {dockerArchive, dockerArchive25, ociArchive} from '../../../fakes/oci-archive.ts'
import {buildImage, buildIndex, tarOf, tarOfMembers} from '../../../fakes/oci-image.ts'
import {mixedImage} from '../../../fakes/release-images.ts'
import {imagePorts} from '../ports.ts'

const image = mixedImage()
const zipped = buildImage([{'etc/zipped': 'x'.repeat(5000)}], {}, {gzip: true, user: 'app', architecture: 'arm64'})
const refName = (name: string) => ({'org.opencontainers.image.ref.name': name})

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-archive-'))
})
afterEach(() => rm(folder, {recursive: true}))

async function resolveFor<T>(
  content: Uint8Array,
  use: (found: ResolvedImage) => Promise<T>,
  change: Partial<ImagePorts> = {},
): Promise<T> {
  const file = path.join(folder, 'image')
  await writeFile(file, content)
  return openImages(imagePorts(change)).resolve({kind: 'path', path: file}, use)
}
const resolve = (content: Uint8Array, change: Partial<ImagePorts> = {}) =>
  resolveFor(content, async found => found, change)

describe('an archive as docker save writes it', () => {
  test('is one image without a digest: only a push makes its manifest', async () => {
    const file = path.join(folder, 'image')
    expect(await resolve(dockerArchive([image]))).toEqual({
      label: file,
      digest: null,
      isIndex: false,
      images: [
        {
          target: {
            kind: 'archive',
            path: file,
            label: file,
            digest: null,
            configDigest: image.configDigest,
            platform: 'linux/amd64',
          },
          facts: {user: '', base: null, sizeBytes: 9216, layers: expect.any(Array)},
        },
      ],
      passedOver: [],
      doubts: [],
    })
  })

  test('with a manifest of its own is known by that digest', async () => {
    const warnings: string[] = []
    const log = {info: () => {}, debug: () => {}, warning: (text: string) => void warnings.push(text)}
    const found = await resolve(dockerArchive25([{of: image}], [image]), {log})
    expect(found).toMatchObject({digest: image.digest, images: [{target: {kind: 'archive', digest: image.digest}}]})
    expect(warnings).toEqual([expect.stringContaining('the registry knows another digest')])
  })

  test('with compressed layers is unpacked to be hashed', async () => {
    expect((await resolve(dockerArchive([zipped]))).images[0]).toMatchObject({
      target: {configDigest: zipped.configDigest, platform: 'linux/arm64'},
      facts: {user: 'app'},
    })
  })

  test.each([
    ['2', '../a/layer.tar'],
    ['1', 'a/layer.tar'],
    ['2', './again.tar'],
  ])('with a link (%s, %s) in the place of a layer that is there twice is read', async (type, linkName) => {
    const twice = buildImage([{'etc/same': 'x'}, {'etc/same': 'x'}])
    const [layer] = twice.blobs.values()
    const archive = tarOfMembers([
      {name: 'a/layer.tar', content: layer ?? ''},
      {name: 'b/again.tar', type: '1', linkName: 'a/layer.tar'},
      {name: 'b/layer.tar', type, linkName},
      {name: 'config.json', content: twice.blobs.get(twice.configDigest) ?? ''},
      {name: 'manifest.json', content: '[{"Config":"config.json","Layers":["a/layer.tar","b/layer.tar"]}]'},
    ])
    expect((await resolve(archive)).images).toMatchObject([{target: {configDigest: twice.configDigest}}])
  })

  test.each(['../there/layer.tar', './layer.tar'])('with a link that leads nowhere (%s) is refused', async linkName => {
    const archive = dockerArchive([image], name =>
      name.endsWith('layer.tar') ? {type: '2', linkName, content: ''} : {},
    )
    await expect(resolve(archive)).rejects.toMatchObject({
      code: 'image/archive-malformed',
      message: expect.stringContaining('is missing'),
    })
  })

  test('in gzip is unpacked for the scanner, and taken away afterwards', async () => {
    const archive = dockerArchive([image])
    const tar = await resolveFor(gzipSync(archive), async found => {
      const [target] = found.images.map(each => each.target)
      expect(target).toMatchObject({
        kind: 'archive',
        label: path.join(folder, 'image'),
        configDigest: image.configDigest,
      })
      const file = target?.kind === 'archive' ? target.path : ''
      expect(await readFile(file)).toEqual(archive)
      return file
    })
    await expect(readFile(tar)).rejects.toMatchObject({code: 'ENOENT'})
  })

  test.each([
    [
      'of several images',
      dockerArchive([image, zipped]),
      'image/archive-several-images',
      '2 images: "credit:v1", "credit:v2"',
    ],
    ['of no image', tarOf({'manifest.json': '[]'}), 'image/archive-malformed', 'lists no image'],
    ['whose manifest.json is no JSON', tarOf({'manifest.json': 'x'}), 'image/archive-malformed', 'another form'],
    [
      'without its config',
      tarOf({'manifest.json': '[{"Config":"a.json","Layers":[]}]'}),
      'image/archive-malformed',
      'no a.json',
    ],
    [
      'of files alone, as docker export writes it',
      tarOf({'etc/passwd': 'root'}),
      'image/archive-malformed',
      'neither manifest.json nor index.json',
    ],
    [
      'whose config was changed',
      dockerArchive([image], name => (name.endsWith('.json') && name.length > 20 ? {content: '{}'} : {})),
      'image/archive-corrupt',
      'not the one',
    ],
    [
      'whose layer was changed',
      dockerArchive([image], name => (name.endsWith('layer.tar') ? {content: 'other'} : {})),
      'image/archive-corrupt',
      'not the one',
    ],
    [
      'with fewer layers than its config',
      tarOf({'manifest.json': '[{"Config":"a.json"}]', 'a.json': JSON.stringify({rootfs: {diff_ids: [image.digest]}})}),
      'image/archive-malformed',
      'lists 0 layers, and the config 1',
    ],
    ['that is cut off', dockerArchive([image]).subarray(0, 5000), 'image/archive-malformed', 'breaks off'],
    [
      'in gzip that is cut off',
      gzipSync(dockerArchive([image])).subarray(0, 300),
      'image/archive-malformed',
      'cannot be unpacked',
    ],
    ['in zstd', Buffer.from('28b52ffd00000000', 'hex'), 'image/archive-compressed', 'zstd'],
    [
      'with a layer in zstd',
      dockerArchive([image], name => (name.endsWith('layer.tar') ? {content: Buffer.from('28b52ffd00', 'hex')} : {})),
      'image/archive-malformed',
      'compressed with zstd',
    ],
    ['that is empty', Buffer.alloc(0), 'image/archive-malformed', 'neither'],
    ['that is something else', Buffer.alloc(1024, 0x01), 'image/archive-malformed', 'no header'],
  ])('%s is refused', async (_, content, code, words) => {
    await expect(resolve(content)).rejects.toMatchObject({code, message: expect.stringContaining(words)})
  })

  test('whose parts name two images is refused: a scanner would look at one, and Docker run the other', async () => {
    await expect(resolve(dockerArchive25([{of: image}], [zipped]))).rejects.toMatchObject({
      code: 'image/archive-contradicts',
    })
  })

  test('that grows beyond measure is refused before it fills the disk', async () => {
    const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024))
    await expect(resolve(bomb)).rejects.toMatchObject({code: 'image/archive-bomb'})
    expect((await readdir(tmpdir())).filter(name => name.endsWith('image.tar'))).toEqual([])
  })

  test('in gzip that the disk cannot take is told', async () => {
    const folders = {...systemFolders, freeBytes: async () => 4096}
    await expect(resolve(gzipSync(dockerArchive([image])), {folders})).rejects.toMatchObject({
      code: 'image/disk-too-small',
    })
  })
})

describe('an archive of an OCI layout', () => {
  test('becomes a layout for the scanner, with the blobs of its images alone', async () => {
    const index = buildIndex({amd64: image, arm64: zipped})
    const unused = buildImage([{unused: 'x'}])
    const archive = ociArchive([{of: {...index, blobs: new Map([...index.blobs, ...unused.blobs])}}])
    await resolveFor(archive, async found => {
      expect(found).toMatchObject({label: path.join(folder, 'image'), digest: index.digest, isIndex: true})
      const [amd64, arm64] = found.images.map(each => each.target)
      expect([amd64?.digest, arm64?.digest]).toEqual([image.digest, zipped.digest])
      const view = amd64?.kind === 'layout' ? amd64.folder : ''
      const blobs = await readdir(path.join(view, 'blobs/sha256'))
      expect(blobs.sort()).toEqual([...index.blobs.keys()].map(digest => digest.slice(7)).sort())
      expect(await readFile(path.join(view, 'blobs/sha256', image.configDigest.slice(7)))).toEqual(
        image.blobs.get(image.configDigest),
      )
    })
  })

  test('in gzip is read as well', async () => {
    expect(await resolve(gzipSync(ociArchive([{of: image}])))).toMatchObject({
      digest: image.digest,
      images: [{target: {kind: 'layout'}}],
    })
  })

  test('with several platforms beside each other is one image of several platforms', async () => {
    expect((await resolve(ociArchive([{of: image}, {of: zipped}]))).images).toHaveLength(2)
  })

  test('as Docker writes it for several platforms is every platform, whichever manifest.json names', async () => {
    const index = buildIndex({amd64: image, arm64: zipped})
    const found = await resolve(dockerArchive25([{of: index}], [image]))
    expect(found.images.map(({target}) => [target.kind, target.platform])).toEqual([
      ['layout', 'linux/amd64'],
      ['layout', 'linux/arm64'],
    ])
  })

  const without = (digest: string) => {
    const index = buildIndex({amd64: image, arm64: zipped})
    const blobs = new Map([...index.blobs].filter(([each]) => each !== digest))
    return ociArchive([{of: {...index, blobs}}])
  }
  const changed = (digest: string) => {
    const blobs = new Map(
      [...image.blobs].map(([each, bytes]) => [each, each === digest ? Buffer.alloc(bytes.length) : bytes] as const),
    )
    return ociArchive([{of: {...image, blobs}}])
  }

  test.each([...image.blobs.keys()])('without %s is refused', async digest => {
    await expect(resolve(without(digest))).rejects.toMatchObject({
      code: 'image/archive-incomplete',
      message: expect.stringContaining(`${digest} of linux/amd64`),
    })
  })

  test.each([...image.blobs.keys()])('with another content of %s is refused', async digest => {
    await expect(resolve(changed(digest))).rejects.toMatchObject({code: 'image/archive-corrupt'})
  })

  test('with images of several names is refused', async () => {
    const archive = ociArchive([
      {of: image, annotations: refName('v1')},
      {of: zipped, annotations: refName('v2')},
    ])
    await expect(resolve(archive)).rejects.toMatchObject({
      code: 'image/archive-several-images',
      message: expect.stringContaining('2 images: "v1", "v2"'),
    })
  })

  test('that the disk cannot take twice is told', async () => {
    const folders = {...systemFolders, freeBytes: async () => 12_000}
    await expect(resolve(ociArchive([{of: image}]), {folders})).rejects.toMatchObject({code: 'image/disk-too-small'})
  })

  test('with two blobs of one name is refused: readers differ in which they take', async () => {
    const files = [...image.blobs].map(([digest, content]) => ({name: `blobs/sha256/${digest.slice(7)}`, content}))
    const archive = tarOfMembers([...files, ...files.slice(0, 1)])
    await expect(resolve(archive)).rejects.toMatchObject({code: 'image/archive-malformed'})
  })
})
