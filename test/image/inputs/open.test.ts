import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {openImages} from '../../../src/image/inputs/open.ts'
import {systemFiles} from '../../../src/runtime/files.ts'
import {dockerArchive} from '../../fakes/oci-archive.ts'
import {tarOf, writeLayout} from '../../fakes/oci-image.ts'
import {serveImages} from '../../fakes/oci-registry.ts'
import {mixedImage} from '../../fakes/release-images.ts'
import {imagePorts} from './ports.ts'

const image = mixedImage()

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-open-'))
})
afterEach(() => rm(folder, {recursive: true}))

const kindAt = (place: string) =>
  openImages(imagePorts()).resolve({kind: 'path', path: place}, async ({images}) => images[0]?.target.kind)

describe('what lies at a path', () => {
  test('is told by its content, whatever it is called', async () => {
    const layout = path.join(folder, 'image.tar')
    await writeLayout(layout, image)
    await writeFile(path.join(folder, 'sbom.json'), dockerArchive([image]))
    await writeFile(path.join(folder, 'image'), JSON.stringify({bomFormat: 'CycloneDX'}))
    expect(await kindAt(layout)).toBe('layout')
    expect(await kindAt(path.join(folder, 'sbom.json'))).toBe('archive')
    expect(await kindAt(path.join(folder, 'image'))).toBe('sbom')
  })

  test('is an archive also where its first name begins like JSON', async () => {
    await writeFile(path.join(folder, 'image'), tarOf({'{"a": 1}': 'x'}))
    await expect(kindAt(path.join(folder, 'image'))).rejects.toMatchObject({
      code: 'image/archive-malformed',
      message: expect.stringContaining('neither manifest.json nor index.json'),
    })
  })

  test.each([
    ['a program', '#!/bin/sh\n'],
    ['a picture', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['nothing', ''],
  ])('but is %s is refused', async (_, content) => {
    await writeFile(path.join(folder, 'image'), content, 'latin1')
    await expect(kindAt(path.join(folder, 'image'))).rejects.toMatchObject({code: 'image/archive-malformed'})
  })

  test('and is not there is told, with what could be', async () => {
    await expect(kindAt(`${folder}/nothing`)).rejects.toMatchObject({
      code: 'image/not-found',
      hint: expect.stringMatching(/layout.*archive.*SBOM/),
    })
  })
})

describe('a name', () => {
  test('that also lies here is refused: a scanner would take what lies here', async () => {
    const files = {...systemFiles, exists: async () => true}
    const failed = openImages(imagePorts({files})).resolve(
      {kind: 'registry', name: 'image.tar', digest: null},
      async () => 0,
    )
    await expect(failed).rejects.toMatchObject({
      code: 'image/path-or-reference',
      hint: expect.stringContaining('"./image.tar"'),
    })
  })

  test('is looked up in its registry', async () => {
    const registry = await serveImages({credit: image})
    const name = `${registry.host}/credit@${image.digest}`
    const found = await openImages(imagePorts()).resolve(
      {kind: 'registry', name, digest: image.digest},
      async each => each,
    )
    expect(found).toMatchObject({label: name, digest: image.digest})
    await registry.close()
  })
})
