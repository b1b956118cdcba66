/** What tools say of an image, platform by platform. Nothing is merged and nothing is judged here. */
import type {ImageConfig} from '../config/image-schema.ts'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {FlawKind, Scan} from './scan.ts'
import type {ImageFacts, ImageReference, Images, ResolvedImage, Scanner} from './scanner.ts'

/** One platform of an image: what each tool said of it, and what the image says of itself. */
export interface GatheredPlatform {
  readonly platform: string | null
  readonly digest: Digest | null
  readonly scans: readonly [Scan, ...Scan[]]
  /** Null where a report was read and no image. */
  readonly facts: ImageFacts | null
}

export interface GatheredImage {
  /** As the caller named it, or as the report does. */
  readonly label: string
  /** Digest of the index, or of the one manifest; null where nothing says it. */
  readonly digest: Digest | null
  readonly isIndex: boolean
  readonly platforms: readonly GatheredPlatform[]
  readonly passedOver: ResolvedImage['passedOver']
  /** What the base image has, where it was asked for and could be found. */
  readonly base: GatheredBase | null
}

/** The base image, as a baseline. */
export type GatheredBase =
  | {readonly kind: 'scanned'; readonly label: string; readonly scans: readonly Scan[]}
  | {readonly kind: 'unnamed'}
  /** The image names it, and is not built on it. */
  | {readonly kind: 'another'; readonly label: string}

export interface GatherPorts {
  readonly images: Images
  readonly scanners: readonly Scanner[]
}

/**
 * Scans every platform of an image with every scanner, one after the other: each may take all of a machine's memory.
 * @throws UserError `image/not-named`, and what `images` and the scanners refuse
 */
export async function gatherImage(
  reference: ImageReference | null,
  config: Pick<ImageConfig, 'looks-for' | 'baseline'>,
  {images, scanners}: GatherPorts,
): Promise<GatheredImage> {
  if (reference === null) {
    throw new UserError('image/not-named', 'No image is named, so there is nothing to scan.', {
      hint: 'Name it: `registry.example.com/credit@sha256:…`, or a path that starts with "./" or "/".',
    })
  }
  return images.resolve(reference, async ({label, digest, isIndex, images: each, passedOver, doubts}) => {
    const platforms: GatheredPlatform[] = []
    for (const {target, facts} of each) {
      const said = await scanAll(target, scanners, config['looks-for'])
      // What is doubtful about the image is doubtful about every answer.
      const scans = withDoubts(said, doubts)
      platforms.push({platform: target.platform ?? scans[0].platform, digest: target.digest, scans, facts})
    }
    const base = config.baseline === 'base-image' ? await gatherBase(each, config, {images, scanners}) : null
    return {label, digest, isIndex, platforms, passedOver, base}
  })
}

function withDoubts(
  [first, ...rest]: readonly [Scan, ...Scan[]],
  doubts: readonly string[],
): readonly [Scan, ...Scan[]] {
  return doubts.length === 0 ? [first, ...rest] : [{...first, doubts: [...first.doubts, ...doubts]}, ...rest]
}

/** A report that was written elsewhere is all there is: of one platform, and of the digest that it names. */
export function gatheredFromReport(scan: Scan): GatheredImage {
  const [only, ...others] = scan.digests
  const digest = others.length === 0 ? (only ?? null) : null
  return {
    label: scan.image,
    digest,
    isIndex: false,
    platforms: [{platform: scan.platform, digest, scans: [scan], facts: null}],
    passedOver: [],
    base: null,
  }
}

async function scanAll(
  target: ResolvedImage['images'][number]['target'],
  scanners: readonly Scanner[],
  kinds: readonly FlawKind[],
): Promise<readonly [Scan, ...Scan[]]> {
  const scans: Scan[] = []
  for (const scanner of scanners) scans.push(await scanner.scan(target, kinds))
  const [first, ...rest] = scans
  if (first) return [first, ...rest]
  throw new Error('an image is scanned by at least one scanner')
}

/** Every platform of one index is built on the same base: the first that names one counts. */
async function gatherBase(
  images: ResolvedImage['images'],
  config: Pick<ImageConfig, 'looks-for'>,
  ports: GatherPorts,
): Promise<GatheredBase> {
  const named = images.map(({facts}) => facts.base).find(base => base !== null && base.name !== null)
  if (!named?.name) return {kind: 'unnamed'}
  const {name, digest} = named
  const label = digest === null || name.includes('@') ? name : `${name}@${digest}`
  return ports.images.resolve({kind: 'registry', name: label, digest}, async ({images: bases}) => {
    // Whoever builds an image writes its annotations, and could name one that has every flaw already.
    if (!images.every(image => bases.some(base => isBuiltOn(image, base)))) return {kind: 'another', label}
    const scans: Scan[] = []
    for (const {target} of bases) scans.push(...(await scanAll(target, ports.scanners, config['looks-for'])))
    return {kind: 'scanned', label, scans}
  })
}

type Resolved = ResolvedImage['images'][number]

/** An image has the layers of its base below its own (OCI image spec 1.1, "config.md", `rootfs`). Squashed ones have none. */
function isBuiltOn(image: Resolved, base: Resolved): boolean {
  const [own, below] = [image.facts.layers ?? [], base.facts.layers ?? []]
  const isOnePlatform = image.target.platform === base.target.platform
  return isOnePlatform && below.length > 0 && below.every((layer, index) => layer === own[index])
}
