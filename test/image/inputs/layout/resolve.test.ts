import {mkdtemp, readdir, readFile, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openImages} from '../../../../src/image/inputs/open.ts'
import type {ResolvedImage} from '../../../../src/image/scanner.ts'
import {systemFolders} from '../../../../src/runtime/folders.ts'
import {
  buildArtifact,
  buildImage,
  buildIndex,
  digestOf,
  type IndexEntry,
  type Listed,
  layoutFiles,
  writeFiles,
  writeLayout,
} from '../../../fakes/oci-image.ts'
import {mixedImage} from '../../../fakes/release-images.ts'
import {imagePorts} from '../ports.ts'

const image = mixedImage()
const arm = buildImage([{'etc/arm': 'x'}], {}, {architecture: 'arm64', gzip: true})
const refName = (name: string) => ({'org.opencontainers.image.ref.name': name})

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-layout-'))
})
afterEach(() => rm(folder, {recursive: true}))

const write = (...entries: IndexEntry[]) => writeFiles(folder, layoutFiles(entries))
const resolveFor = <T>(place: string, use: (found: ResolvedImage) => Promise<T>) =>
  openImages(imagePorts()).resolve({kind: 'path', path: place}, use)
const resolve = (place = folder) => resolveFor(place, async found => found)
const blob = (digest: string) => path.join(folder, 'blobs/sha256', digest.slice('sha256:'.length))

describe('an OCI layout', () => {
  test('says the digest that a registry will give the image', async () => {
    await writeLayout(folder, image)
    expect(await resolve()).toMatchObject({
      label: folder,
      digest: image.digest,
      isIndex: false,
      images: [
        {
          target: {
            kind: 'layout',
            label: folder,
            digest: image.digest,
            configDigest: image.configDigest,
            platform: 'linux/amd64',
          },
        },
      ],
    })
  })

  test('gives each platform a layout of its own, and takes it away afterwards', async () => {
    const index = buildIndex({amd64: image, arm64: arm})
    await writeLayout(folder, index)
    const views = await resolveFor(folder, async found => {
      expect(found).toMatchObject({digest: index.digest, isIndex: true})
      return Promise.all(
        found.images.map(async ({target}) => {
          const view = target.kind === 'layout' ? target.folder : ''
          const {manifests} = JSON.parse(await readFile(path.join(view, 'index.json'), 'utf8'))
          const manifest = await readFile(path.join(view, 'blobs/sha256', (target.digest ?? '').slice(7)))
          expect(JSON.parse(await readFile(path.join(view, 'oci-layout'), 'utf8'))).toEqual({
            imageLayoutVersion: '1.0.0',
          })
          expect(await realpath(path.join(view, 'blobs'))).toBe(await realpath(path.join(folder, 'blobs')))
          return {view, manifests, manifest}
        }),
      )
    })
    expect(views.map(({manifests, manifest}) => [manifests, manifest])).toEqual(
      [image, arm].map(({digest, manifest}) => [
        [{mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: manifest.length}],
        manifest,
      ]),
    )
    for (const {view} of views) await expect(readdir(view)).rejects.toMatchObject({code: 'ENOENT'})
    expect(await readdir(path.join(folder, 'blobs/sha256'))).toHaveLength(index.blobs.size)
  })

  test('with an image and its signature is about the image', async () => {
    const signature = buildArtifact('application/vnd.dev.cosign.simplesigning.v1+json', 'signature')
    await write({of: signature}, {of: image})
    expect(await resolve()).toMatchObject({
      digest: image.digest,
      isIndex: false,
      passedOver: [{digest: signature.digest, why: expect.stringContaining('cosign')}],
    })
  })

  test('with one image under two names is about that image', async () => {
    await write({of: image, annotations: refName('v1')}, {of: image, annotations: refName('latest')})
    const found = await resolve()
    expect([found.digest, found.images.length]).toEqual([image.digest, 1])
  })

  test('with several images is about all of them, and has no digest to ask for them by', async () => {
    await write({of: image, annotations: refName('v1')}, {of: arm, annotations: refName('v2')})
    const found = await resolve()
    expect(found).toMatchObject({digest: null, isIndex: true})
    expect(found.images.map(({target}) => target.digest)).toEqual([image.digest, arm.digest])
  })

  test('with several images gives the one that is named behind its path', async () => {
    await write({of: image, annotations: refName('v1')}, {of: arm, annotations: refName('v2')})
    expect(await resolve(`${folder}:v2`)).toMatchObject({digest: arm.digest, label: `${folder}:v2`})
    expect(await resolve(`${folder}@${image.digest}`)).toMatchObject({digest: image.digest})
    await expect(resolve(`${folder}:v3`)).rejects.toMatchObject({
      code: 'image/not-found',
      message: expect.stringContaining('It has: v1, v2.'),
    })
  })

  test.each([...image.blobs.keys()])('is refused when %s was changed after it was written', async digest => {
    await writeLayout(folder, image)
    const before = await readFile(blob(digest))
    before[0] = (before[0] ?? 0) ^ 1
    await writeFile(blob(digest), before)
    await expect(resolve()).rejects.toMatchObject({
      code: 'image/layout-corrupt',
      message: expect.stringContaining(digest.slice(7)),
    })
  })

  test.each([...image.blobs.keys()])('is refused when %s is missing, and says whose it is', async digest => {
    await writeLayout(folder, buildIndex({amd64: image, arm64: arm}))
    await rm(blob(digest))
    await expect(resolve()).rejects.toMatchObject({
      code: 'image/layout-incomplete',
      message: expect.stringMatching(new RegExp(`${digest} of linux/amd64`)),
    })
  })

  test('with a layer longer than its manifest says is refused, though the digest is right', async () => {
    const manifest = Buffer.from(image.manifest.toString().replace(/"size":\d+\}\]/, '"size":1}]'))
    await writeLayout(folder, described(manifest))
    await expect(resolve()).rejects.toMatchObject({
      code: 'image/layout-corrupt',
      message: expect.stringContaining('its manifest says 1'),
    })
  })

  test('whose layer may not be passed on says so, and is scanned where the layer is there', async () => {
    const text = image.manifest.toString().replaceAll('layer.v1.tar', 'layer.nondistributable.v1.tar')
    const foreign = described(Buffer.from(text))
    await writeLayout(folder, foreign)
    expect((await resolve()).digest).toBe(foreign.digest)
    const [layer] = image.blobs.keys()
    await rm(blob(layer ?? ''))
    await expect(resolve()).rejects.toMatchObject({code: 'image/layer-foreign'})
  })

  test.each([
    ['of another version', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}', 'image/layout-malformed'],
    ['whose mark is no JSON', 'oci-layout', 'x', 'image/layout-malformed'],
    [
      'with an index of another version',
      'index.json',
      '{"schemaVersion":3,"manifests":[]}',
      'image/manifest-malformed',
    ],
    ['with an index that is an image', 'index.json', image.manifest.toString(), 'image/manifest-malformed'],
    [
      'with a digest that leads out of the folder',
      'index.json',
      '{"schemaVersion":2,"manifests":[{"digest":"../../../etc/passwd","mediaType":"","size":1}]}',
      'image/manifest-malformed',
    ],
    ['with an index that is no JSON', 'index.json', 'not json', 'image/manifest-malformed'],
    ['with an index of nothing', 'index.json', '{"schemaVersion":2,"manifests":[]}', 'image/index-empty'],
    ['with an index too large to be one', 'index.json', ' '.repeat(4 * 1024 * 1024 + 1), 'image/manifest-too-large'],
  ])('%s is refused', async (_, file, content, code) => {
    await writeLayout(folder, image)
    await writeFile(path.join(folder, file), content)
    await expect(resolve()).rejects.toMatchObject({code})
  })

  test('without its mark is read: scanners do not ask for it', async () => {
    await writeLayout(folder, image)
    await rm(path.join(folder, 'oci-layout'))
    expect((await resolve()).digest).toBe(image.digest)
  })

  test('that is any other folder is refused, with the command that writes one', async () => {
    await writeFile(path.join(folder, 'manifest.json'), '[]')
    await expect(resolve()).rejects.toMatchObject({
      code: 'image/layout-malformed',
      hint: expect.stringContaining('skopeo copy'),
    })
  })

  test('is told when the disk cannot take it unpacked', async () => {
    await writeLayout(folder, image)
    const folders = {...systemFolders, freeBytes: async () => 9215}
    const failed = openImages(imagePorts({folders})).resolve({kind: 'path', path: folder}, async found => found)
    await expect(failed).rejects.toMatchObject({code: 'image/disk-too-small'})
  })
})

/** The image with another manifest. */
function described(manifest: Buffer): Listed {
  const digest = digestOf(manifest)
  return {digest, manifest, blobs: new Map([...image.blobs, [digest, manifest]])}
}
