import {type Digest, shortDigest} from './digest.ts'

/** What is promoted and rolled back: exactly these bytes, under this version. */
export interface Release {
  readonly version: string
  /** Digest of the manifest of model files. */
  readonly model: Digest
  /** Digest of the container image; absent where the service ships no image of its own. */
  readonly image?: Digest
}

/** Two releases are the same when their bytes are, whatever they are called. */
export function sameBytes(a: Release, b: Release): boolean {
  return a.model === b.model && a.image === b.image
}

/** Two releases are the same release when bytes and version agree. */
export function sameRelease(a: Release, b: Release): boolean {
  return sameBytes(a, b) && a.version === b.version
}

/** `v2 (model 1f0c9a5b2d7e, image 77aa01c4e9f0)` */
export function describeRelease(release: Release): string {
  const image = release.image ? `, image ${shortDigest(release.image)}` : ''
  return `${release.version} (model ${shortDigest(release.model)}${image})`
}
