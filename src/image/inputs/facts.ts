/** What images say of themselves, whichever place they lie in. */
import {isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {ImageFacts} from '../scanner.ts'
import type {Annotations, ConfigBlob} from './manifest.ts'
import {isPlatformName, noPlatform, platformName} from './platform.ts'

/**
 * Layers of ML images (CUDA libraries, wheels, weights) unpack to two to two and a half times their compressed size: the
 * official PyTorch images of 2024-2026 have some 3 GB compressed and 7 GB unpacked.
 */
export const unpackingFactor = 2.5

/** @throws UserError `image/manifest-malformed` for a name that no platform has */
export function platformOfConfig(blob: ConfigBlob, source: string): string | null {
  return knownPlatform(platformOf(blob), source)
}

/** @param places annotations, nearest to the image first; its labels come last */
export function factsOf(
  {config, rootfs}: ConfigBlob,
  layers: readonly {readonly size: number}[],
  places: readonly Annotations[],
): ImageFacts {
  return {
    user: config?.User ?? '',
    base: baseOf(config ? [...places, config.Labels] : places),
    sizeBytes: layers.reduce((sum, layer) => sum + layer.size, 0),
    ...(rootfs?.diff_ids ? {layers: rootfs.diff_ids} : {}),
  }
}

/** About how many bytes layers take on a disk, from their stored sizes in bytes. */
export function unpackedBytes(layers: readonly {readonly size: number; readonly compressed: boolean}[]): number {
  return layers.reduce((sum, {size, compressed}) => sum + size * (compressed ? unpackingFactor : 1), 0)
}

/** Names end up in reports and categories. @throws UserError `image/manifest-malformed` */
export function knownPlatform(platform: string | null, source: string): string | null {
  if (platform === null || platform === noPlatform) return null
  if (isPlatformName(platform)) return platform
  throw new UserError('image/manifest-malformed', `${source} is for a platform whose name no runtime knows.`, {
    hint: 'Expected os and architecture, such as linux/amd64.',
  })
}

/** Null where nothing is said. */
export function platformOf(
  given: {os: string; architecture: string; variant: string} | null | undefined,
): string | null {
  if (!given || (given.os === '' && given.architecture === '')) return null
  return platformName(given)
}

/** Name and digest together, from the first that has either: from two places they would not be of one image. */
function baseOf(places: readonly Annotations[]): ImageFacts['base'] {
  for (const place of places) {
    const name = place.get('org.opencontainers.image.base.name') ?? null
    const digest = place.get('org.opencontainers.image.base.digest')
    const known = digest !== undefined && isDigest(digest) ? digest : null
    if (name !== null || known !== null) return {name: name === '' ? null : name, digest: known}
  }
  return null
}
