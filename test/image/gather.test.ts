import {describe, expect, test} from 'vitest'
import type {Digest} from '../../src/core/digest.ts'
import {gatherImage} from '../../src/image/gather.ts'
import type {ImageReference, Images, ResolvedImage, Scanner} from '../../src/image/scanner.ts'
import {digestA, digestB, scan, vulnerability} from './scans.ts'

const layer = (sign: string): Digest => `sha256:${sign.repeat(64)}`
const [bottom, middle, top] = [layer('1'), layer('2'), layer('3')]
const baseName = 'registry.example.com/base:1'

type Image = ResolvedImage['images'][number]

function imageOf(layers: readonly Digest[] | undefined, platform = 'linux/amd64', base: string | null = null): Image {
  const target = {
    kind: 'registry',
    name: 'x',
    plainHttp: false,
    label: 'x',
    digest: digestA,
    configDigest: null,
  } as const
  const facts = {user: '', sizeBytes: 1, base: base === null ? null : {name: base, digest: digestB}}
  return {target: {...target, platform}, facts: layers === undefined ? facts : {...facts, layers}}
}

/** An image by the name `credit`, and whatever else is asked for is its base. */
function world(images: readonly Image[], bases: readonly Image[]): {images: Images; scanners: readonly Scanner[]} {
  const resolved = (each: readonly Image[]): ResolvedImage => ({
    ...{label: 'credit', digest: digestA, isIndex: false, images: each, passedOver: [], doubts: []},
  })
  const isImage = (reference: ImageReference) => reference.kind === 'registry' && reference.name === 'credit'
  return {
    images: {resolve: (reference, use) => use(resolved(isImage(reference) ? images : bases))},
    scanners: [{name: 'trivy', scan: async () => scan({flaws: [vulnerability()]})}],
  }
}

describe('the base image as a baseline', () => {
  const reference = {kind: 'registry', name: 'credit', digest: null} as const
  const config = {'looks-for': ['vulnerability'], baseline: 'base-image'} as const
  const own = imageOf([bottom, middle, top], 'linux/amd64', baseName)

  test.each([
    ['whose layers lie below those of the image', [own], [imageOf([bottom, middle])], 'scanned'],
    [
      'for each of several platforms',
      [own, imageOf([bottom], 'linux/arm64')],
      [imageOf([bottom]), imageOf([bottom], 'linux/arm64')],
      'scanned',
    ],
    ['with other layers', [own], [imageOf([middle])], 'another'],
    ['with the same layers in another order', [own], [imageOf([middle, bottom])], 'another'],
    ['with more layers than the image', [own], [imageOf([bottom, middle, top, bottom])], 'another'],
    ['without layers', [own], [imageOf([])], 'another'],
    ['whose layers nobody knows', [own], [imageOf(undefined)], 'another'],
    ['for another platform', [own], [imageOf([bottom], 'linux/arm64')], 'another'],
    [
      'of one platform and not of the other',
      [own, imageOf([top], 'linux/arm64')],
      [imageOf([bottom]), imageOf([bottom], 'linux/arm64')],
      'another',
    ],
  ])('%s', async (_, images, bases, kind) => {
    const {base} = await gatherImage(reference, {...config, 'looks-for': ['vulnerability']}, world(images, bases))
    expect(base).toMatchObject({kind, label: `${baseName}@${digestB}`})
  })

  test('that nobody names is none', async () => {
    const {base} = await gatherImage(
      reference,
      {...config, 'looks-for': ['vulnerability']},
      world([imageOf([bottom])], []),
    )
    expect(base).toEqual({kind: 'unnamed'})
  })
})
