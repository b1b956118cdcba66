/**
 * One image of a layout as a layout of its own, so that every scanner looks at exactly that image, whatever it makes of a
 * layout with several. Blobs are linked, not copied: they may have many gigabytes.
 */
import type {Folders} from '../../../runtime/folders.ts'
import type {ResolvedImage} from '../../scanner.ts'
import {mediaTypes} from '../manifest.ts'
import type {Found, FoundImage} from '../walk.ts'

/**
 * @param folder of the whole layout
 * @param label as the caller named it
 */
export function withViews<T>(
  folder: string,
  found: Found,
  label: string,
  folders: Folders,
  use: (image: ResolvedImage) => Promise<T>,
): Promise<T> {
  return folders.temporary(async temporary => {
    const images: ResolvedImage['images'][number][] = []
    for (const [at, image] of found.images.entries()) {
      const {digest, configDigest, platform, facts} = image
      const view = `${temporary}/${at}`
      await writeView(folder, image, view, folders)
      images.push({target: {kind: 'layout', folder: view, label, digest, configDigest, platform}, facts})
    }
    return use({
      label,
      digest: found.digest,
      isIndex: found.isIndex,
      images,
      passedOver: found.passedOver,
      doubts: found.doubts,
    })
  })
}

async function writeView(folder: string, {descriptor}: FoundImage, view: string, folders: Folders): Promise<void> {
  const {digest, size, mediaType} = descriptor
  // Without platform and annotations: a scanner that selects by them would find nothing.
  const only = {mediaType: mediaType || mediaTypes.manifest[0], digest, size}
  const index = {schemaVersion: 2, mediaType: mediaTypes.index[0], manifests: [only]}
  await folders.write(`${view}/index.json`, chunk(index))
  await folders.write(`${view}/oci-layout`, chunk({imageLayoutVersion: '1.0.0'}))
  await folders.link(`${folder}/blobs`, `${view}/blobs`)
}

async function* chunk(json: unknown): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(JSON.stringify(json))
}
