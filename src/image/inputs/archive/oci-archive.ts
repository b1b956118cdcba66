/**
 * An archive of an OCI image layout, as `skopeo copy … oci-archive:` and `docker save` since Docker 25 write it. Its blobs
 * are read where they lie; only what scanners must have in a folder is unpacked.
 */
import type {Digest} from '../../../core/digest.ts'
import type {Bytes} from '../../../runtime/files.ts'
import type {Folders} from '../../../runtime/folders.ts'
import {type BlobPlace, blobName, corrupt, foreignLayer, incomplete, readBlob} from '../blob.ts'
import type {Content} from '../content.ts'
import {checkVersion} from '../layout/layout.ts'
import {type Descriptor, isForeign, maxConfigBytes, maxManifestBytes, parseIndex} from '../manifest.ts'
import {chunksOf, digestOfBytes, type Members, memberText} from './members.ts'

export interface ArchivedLayout extends Content {
  readonly roots: readonly Descriptor[]
  /** Digest of a member, where it has been hashed as a blob already. */
  hashed(name: string): Digest | null
  /** Bytes of every blob that was asked for. */
  usedBytes(): number
  /** Puts every blob that was asked for into `folder`, as a layout. */
  unpack(folder: string, folders: Pick<Folders, 'write'>): Promise<void>
}

/** @throws UserError `image/layout-malformed`, `image/archive-…`, and what `parseIndex` throws */
export async function openArchivedLayout(members: Members, file: string): Promise<ArchivedLayout> {
  const index = await memberText(members, 'index.json', file, maxManifestBytes)
  if (members.has('oci-layout'))
    checkVersion(await memberText(members, 'oci-layout', file, 1024), `oci-layout in ${file}`)
  const place: BlobPlace = {kind: 'archive', path: file}
  const used = new Map<Digest, Bytes>()
  const read = async (digest: Digest, what: string, of: string, maxBytes: number) => {
    const bytes = members.find(blobName(digest))
    if (!bytes) throw incomplete(place, digest, what, of)
    used.set(digest, bytes)
    return readBlob(bytes, digest, place, maxBytes)
  }
  return {
    place: file,
    roots: parseIndex(index, `index.json in ${file}`).manifests,
    manifest: async ({digest}, of) => ({text: await read(digest, 'the manifest', of, maxManifestBytes), mediaType: ''}),
    config: ({digest}, of) => read(digest, 'the config', of, maxConfigBytes),
    checkLayer: async (layer, of) => {
      const {digest, size} = layer
      if (used.has(digest)) return
      const bytes = members.find(blobName(digest))
      if (!bytes) throw isForeign(layer) ? foreignLayer(place, digest, of) : incomplete(place, digest, 'the layer', of)
      if (bytes.size !== size) throw corrupt(place, digest, `has ${bytes.size} bytes, and its manifest says ${size}`)
      const seen = await digestOfBytes(bytes)
      if (seen !== digest) throw corrupt(place, digest, `has the digest ${seen}, not the one that it is named by`)
      used.set(digest, bytes)
    },
    hashed: name => [...used.keys()].find(digest => blobName(digest) === name) ?? null,
    usedBytes: () => [...used.values()].reduce((sum, {size}) => sum + size, 0),
    unpack: async (folder, folders) => {
      for (const [digest, bytes] of used) await folders.write(`${folder}/${blobName(digest)}`, chunksOf(bytes))
    },
  }
}
