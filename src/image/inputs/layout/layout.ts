/**
 * A folder as an OCI image layout (OCI image spec 1.1, "image-layout.md"). Neither the scanners nor the libraries below
 * them check that blobs have the content that their names promise (some even answer from a cache by name), so every blob
 * that an image is made of is hashed here.
 */

import * as z from 'zod'
import type {Digest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import {parseJson} from '../../../core/json.ts'
import type {Files} from '../../../runtime/files.ts'
import {type BlobPlace, blobName, corrupt, foreignLayer, incomplete, readBlob, readSmall} from '../blob.ts'
import type {Content} from '../content.ts'
import {type Descriptor, isForeign, maxConfigBytes, maxManifestBytes, parseIndex} from '../manifest.ts'

export type LayoutFiles = Pick<Files, 'exists' | 'open' | 'sha256'>

export interface Layout extends Content {
  /** What `index.json` lists. */
  readonly roots: readonly Descriptor[]
}

/** @throws UserError `image/layout-malformed`, and what `parseIndex` throws */
export async function openLayout(folder: string, files: LayoutFiles): Promise<Layout> {
  const text = async (file: string) =>
    new TextDecoder().decode(await files.open(file, bytes => readSmall(bytes, file, maxManifestBytes)))
  const [marker, index] = [`${folder}/oci-layout`, `${folder}/index.json`]
  if (!(await files.exists(index))) throw noLayout(folder)
  if (await files.exists(marker)) checkVersion(await text(marker), marker)
  return {roots: parseIndex(await text(index), index).manifests, ...layoutContent(folder, files)}
}

function layoutContent(folder: string, files: LayoutFiles): Content {
  const place: BlobPlace = {kind: 'layout', path: folder}
  const hashed = new Set<Digest>()
  const read = async (digest: Digest, what: string, of: string, maxBytes: number) => {
    const file = `${folder}/${blobName(digest)}`
    if (!(await files.exists(file))) throw incomplete(place, digest, what, of)
    return files.open(file, bytes => readBlob(bytes, digest, place, maxBytes))
  }
  return {
    place: folder,
    manifest: async ({digest}, of) => ({text: await read(digest, 'the manifest', of, maxManifestBytes), mediaType: ''}),
    config: ({digest}, of) => read(digest, 'the config', of, maxConfigBytes),
    checkLayer: async (layer, of) => {
      const {digest, size} = layer
      if (hashed.has(digest)) return
      const file = `${folder}/${blobName(digest)}`
      const isHere = await files.exists(file)
      if (!isHere && isForeign(layer)) throw foreignLayer(place, digest, of)
      if (!isHere) throw incomplete(place, digest, 'the layer', of)
      const seenSize = await files.open(file, bytes => Promise.resolve(bytes.size))
      if (seenSize !== size) throw corrupt(place, digest, `has ${seenSize} bytes, and its manifest says ${size}`)
      const seen = await files.sha256(file)
      if (seen !== digest) throw corrupt(place, digest, `has the digest ${seen}, not the one that it is named by`)
      hashed.add(digest)
    },
  }
}

const layoutMark = z.object({imageLayoutVersion: z.string().startsWith('1.')})

/** @param file for the message @throws UserError `image/layout-malformed` */
export function checkVersion(content: string, file: string): void {
  if (layoutMark.safeParse(parseJson(content)).success) return
  throw new UserError('image/layout-malformed', `${file} is not the mark of an OCI image layout of version 1.`, {
    hint: 'Write the layout again, for example with `skopeo copy … oci:<folder>` or `buildah push … oci:<folder>`.',
  })
}

function noLayout(folder: string): UserError {
  return new UserError('image/layout-malformed', `"${folder}" has no index.json, so it is no OCI image layout.`, {
    hint: 'Write one with `skopeo copy … oci:<folder>` or `buildah push … oci:<folder>`; an unpacked archive is none.',
  })
}
