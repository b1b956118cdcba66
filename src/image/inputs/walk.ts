/**
 * From a digest to every image behind it. An index may hold indexes (OCI image spec 1.1, "image-index.md"); what no
 * runtime would run is passed over with a reason, and everything else is scanned: what is left out here, nobody sees.
 */
import {assertNever} from '../../core/assert.ts'
import {type Digest, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {ImageFacts, ResolvedImage} from '../scanner.ts'
import type {Content} from './content.ts'
import {factsOf, knownPlatform, platformOf, unpackedBytes} from './facts.ts'
import {
  type Annotations,
  type ConfigBlob,
  type Descriptor,
  isCompressed,
  type Manifest,
  parseConfig,
  parseManifest,
} from './manifest.ts'
import {isPlatformName, noPlatform} from './platform.ts'

export interface FoundImage {
  readonly digest: Digest
  readonly configDigest: Digest
  readonly platform: string | null
  readonly descriptor: Descriptor
  readonly facts: ImageFacts
  /** How much of the disk its layers take unpacked, as far as their compressed sizes tell. */
  readonly unpackedBytes: number
}

export interface Found {
  /** The one root that has all the images: what the whole is asked for by. Null where several have some. */
  readonly digest: Digest | null
  /** Whether that root lists images, instead of being one. */
  readonly isIndex: boolean
  /** Sorted by platform, then in the order of the index. */
  readonly images: readonly FoundImage[]
  readonly passedOver: ResolvedImage['passedOver']
  readonly doubts: readonly string[]
}

/** Nobody builds an image for so many platforms, and each costs two requests and a scan. */
const maxManifests = 256
const maxDepth = 4

interface Visit {
  readonly descriptor: Descriptor
  readonly root: Digest
  readonly depth: number
  /** Annotations of the indexes above, nearest first. */
  readonly above: readonly Annotations[]
}

/**
 * @param roots what a name or a folder points to, usually one
 * @throws UserError `image/not-an-image`, `image/index-empty`, `image/index-too-large`, and what `parseManifest` throws
 */
export async function findImages(roots: readonly Descriptor[], content: Content): Promise<Found> {
  const images: FoundImage[] = []
  const passedOver: {digest: Digest; why: string}[] = []
  const doubts: string[] = []
  const holders = new Set<Digest>()
  const seen = new Set<string>()
  const visits: Visit[] = roots.map(descriptor => ({descriptor, root: descriptor.digest, depth: 0, above: []}))
  for (let visit = visits.shift(); visit !== undefined; visit = visits.shift()) {
    const {descriptor, root, depth, above} = visit
    const {digest} = descriptor
    const key = `${digest} ${platformOf(descriptor.platform) ?? ''}`
    if (seen.has(key)) continue
    seen.add(key)
    if (seen.size > maxManifests || depth > maxDepth) throw tooLarge(content.place)
    const attests = attestation(descriptor)
    if (attests !== null) {
      passedOver.push({digest, why: attests})
      continue
    }
    const source = `${content.place}@${digest}`
    const {text, mediaType} = await content.manifest(descriptor, platformOf(descriptor.platform) ?? 'the image')
    const manifest = parseManifest(text, descriptor.mediaType || mediaType, source)
    switch (manifest.kind) {
      case 'index': {
        const below = {root, depth: depth + 1, above: [manifest.annotations, ...above]}
        visits.push(...manifest.manifests.map(each => ({descriptor: each, ...below})))
        break
      }
      case 'artifact':
        if (roots.length === 1 && depth === 0) throw notAnImage(source, manifest.type)
        passedOver.push({digest, why: `no image, but ${manifest.type}`})
        break
      case 'image': {
        const of = platformOf(descriptor.platform) ?? 'the image'
        const config = parseConfig(await content.config(manifest.config, of), `The config of ${source}`)
        const image = describeImage(visit, manifest, config, source)
        for (const layer of manifest.layers) await content.checkLayer(layer, image.platform ?? of)
        images.push(image)
        doubts.push(...platformDoubt(image, config))
        holders.add(root)
        break
      }
      default:
        assertNever(manifest)
    }
  }
  if (images.length === 0) throw empty(content.place, passedOver.length)
  const [holder = null, ...others] = holders
  const isIndex = others.length > 0 || images.some(image => image.digest !== holder)
  return {digest: others.length === 0 ? holder : null, isIndex, images: images.sort(byPlatform), passedOver, doubts}
}

/** Both marks together: a runtime asks for the platform alone, and would run what only the annotation calls something else. */
function attestation({platform, annotations}: Descriptor): string | null {
  const type = annotations.get('vnd.docker.reference.type')
  if (type === undefined || platformOf(platform) !== noPlatform) return null
  const of = annotations.get('vnd.docker.reference.digest')
  return `an attestation of the build${of !== undefined && isDigest(of) ? ` of ${of}` : ''}`
}

function describeImage(
  {descriptor, above}: Visit,
  {config, layers, annotations}: Extract<Manifest, {kind: 'image'}>,
  blob: ConfigBlob,
  source: string,
): FoundImage {
  const named = platformOf(descriptor.platform)
  // The index decides what a runtime picks; where it says nothing, a runtime reads the config.
  const platform = named === null || named === noPlatform ? platformOf(blob) : named
  const weights = layers.map(layer => ({size: layer.size, compressed: isCompressed(layer)}))
  return {
    digest: descriptor.digest,
    configDigest: config.digest,
    platform: knownPlatform(platform, source),
    descriptor,
    facts: factsOf(blob, weights, [annotations, descriptor.annotations, ...above]),
    unpackedBytes: unpackedBytes(weights),
  }
}

/** The index decides which machines get it, and the config what was built: the two are written by different commands. */
function platformDoubt({platform, digest}: FoundImage, blob: ConfigBlob): readonly string[] {
  const built = platformOf(blob)
  if (built === null || built === platform || !isPlatformName(built)) return []
  return [
    `The index gives ${digest} to ${platform ?? 'no platform'}, and its config says that it was built for ${built}.`,
  ]
}

function byPlatform(a: FoundImage, b: FoundImage): number {
  const [left, right] = [a.platform ?? '', b.platform ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}

function notAnImage(source: string, type: string): UserError {
  return new UserError('image/not-an-image', `${source} is no image, but ${type}.`, {
    hint: 'Name an image that can be run. Signatures, attestations, charts and models have no packages to look up.',
  })
}

function empty(place: string, passedOver: number): UserError {
  const others = passedOver === 0 ? '' : `, but ${passedOver} manifests that are none`
  return new UserError('image/index-empty', `${place} has no image in it${others}.`, {
    hint: 'Build it again with at least one platform.',
  })
}

function tooLarge(place: string): UserError {
  return new UserError(
    'image/index-too-large',
    `${place} is an index of more than ${maxManifests} manifests, or of indexes more than ${maxDepth} deep.`,
    {hint: 'Scan its images one by one, by their digests.'},
  )
}
