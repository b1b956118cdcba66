import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {readLayout} from '../../../src/image/scanners/oci-layout.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {writeLayout} from '../../fakes/oci-image.ts'
import {mixedImage} from '../../fakes/release-images.ts'

describe('an OCI layout', () => {
  const image = mixedImage()
  let folder = ''

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'slipway-layout-'))
    await writeLayout(folder, image)
  })
  afterEach(() => rm(folder, {recursive: true}))

  const read = () => readLayout(folder, systemFiles)
  const writeIndex = (content: unknown) => writeFile(path.join(folder, 'index.json'), JSON.stringify(content))
  const descriptor = {mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: image.digest, size: 1}

  test('says the digest that a registry will give the image', async () => {
    expect(await read()).toEqual({digest: image.digest, configDigest: image.configDigest})
  })

  test.each([...image.blobs.keys()])('is refused when %s was changed after it was written', async digest => {
    await writeFile(path.join(folder, 'blobs/sha256', digest.slice(7)), '{"schemaVersion": 2}')
    await expect(read()).rejects.toMatchObject({code: 'image/layout-corrupt'})
  })

  test.each([
    ['two images', [descriptor, descriptor], 'lists 2 images'],
    ['no image', [], 'lists 0 images'],
    [
      'an index of platforms',
      [{...descriptor, mediaType: 'application/vnd.oci.image.index.v1+json'}],
      'lists an index of platforms',
    ],
  ])('with %s is refused: one would vouch for the others', async (_, manifests, words) => {
    await writeIndex({schemaVersion: 2, manifests})
    const refused = {code: 'image/layout-several-images', message: expect.stringContaining(words)}
    await expect(read()).rejects.toMatchObject(refused)
  })

  test.each([
    ['an index of another version', {schemaVersion: 1, manifests: []}],
    ['a digest that leads out of the folder', {schemaVersion: 2, manifests: [{digest: '../../../etc/passwd'}]}],
  ])('with %s is refused', async (_, content) => {
    await writeIndex(content)
    await expect(read()).rejects.toMatchObject({code: 'image/layout-malformed'})
  })

  test('whose index is no JSON is refused', async () => {
    await writeFile(path.join(folder, 'index.json'), 'not json')
    await expect(read()).rejects.toMatchObject({code: 'image/layout-malformed'})
  })

  test('without a layer is refused', async () => {
    const [layer] = image.blobs.keys()
    await rm(path.join(folder, 'blobs/sha256', (layer ?? '').slice(7)))
    await expect(read()).rejects.toMatchObject({code: 'file/not-found'})
  })
})
