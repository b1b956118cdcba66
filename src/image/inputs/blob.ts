/** Blobs of layouts and archives: hashed before a word of them is believed. */
import {createHash} from 'node:crypto'
import type {Digest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Bytes} from '../../runtime/files.ts'

/** Where blobs lie on this machine. */
export interface BlobPlace {
  readonly kind: 'layout' | 'archive'
  readonly path: string
}

/** Where a blob of this digest lies in a layout (OCI image spec 1.1, "image-layout.md", "Blobs"). */
export function blobName(digest: Digest): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`
}

/**
 * Text of a small blob.
 * @throws UserError `image/layout-corrupt`, `image/archive-corrupt` or `image/manifest-too-large`
 */
export async function readBlob(bytes: Bytes, expected: Digest, place: BlobPlace, maxBytes: number): Promise<string> {
  const content = await readSmall(bytes, `${place.path}/${blobName(expected)}`, maxBytes)
  const seen: Digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  if (seen !== expected) throw corrupt(place, expected, `has the digest ${seen}, not the one that it is named by`)
  return new TextDecoder().decode(content)
}

/** @throws UserError `image/manifest-too-large` */
export async function readSmall(bytes: Bytes, file: string, maxBytes: number): Promise<Uint8Array> {
  if (bytes.size <= maxBytes) return bytes.slice(0, bytes.size)
  throw new UserError('image/manifest-too-large', `${file} has ${bytes.size} bytes. Expected at most ${maxBytes}.`, {
    hint: 'Registries take no larger ones: this is not what describes an image.',
  })
}

/** @param what is wrong, after the name of the blob */
export function corrupt({kind, path}: BlobPlace, digest: Digest, what: string): UserError {
  return new UserError(`image/${kind}-corrupt`, `${path}/${blobName(digest)} ${what}.`, {
    hint: 'It was changed or damaged after it was written: build the image again.',
  })
}

/**
 * @param what `the layer`, `the manifest`
 * @param of whose it is: `linux/arm64`, or the name of the whole
 */
export function incomplete({kind, path}: BlobPlace, digest: Digest, what: string, of: string): UserError {
  return new UserError(`image/${kind}-incomplete`, `${path} does not hold ${what} ${digest} of ${of}.`, {
    hint: 'Copy the whole image (`skopeo copy --all`), or one platform alone (`docker save --platform`).',
  })
}

/** A layer that the licence of its content keeps on another server. */
export function foreignLayer({path}: BlobPlace, digest: Digest, of: string): UserError {
  return new UserError(
    'image/layer-foreign',
    `${path} does not hold the layer ${digest} of ${of}: it may not be passed on.`,
    {
      hint: 'What is not here cannot be scanned: scan the image by its name in the registry.',
    },
  )
}
