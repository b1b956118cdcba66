/** Archives of images in plain code, as Docker and skopeo write them. */
import type {Digest} from '../../src/core/digest.ts'
import {type IndexEntry, layoutFiles, type OciImage, type TarMember, tarOfMembers} from './oci-image.ts'

interface Manifest {
  readonly config: {readonly digest: Digest}
  readonly layers: readonly {readonly digest: Digest}[]
}

function manifestOf(image: Pick<OciImage, 'manifest'>): Manifest {
  const manifest: Manifest = JSON.parse(image.manifest.toString())
  return manifest
}

/** An archive of an OCI layout, as `skopeo copy … oci-archive:` writes it. */
export function ociArchive(entries: readonly IndexEntry[]): Buffer {
  return tarOfMembers(members(layoutFiles(entries)))
}

/** As Docker writes it since version 25: a layout, and beside it the `manifest.json` of old. */
export function dockerArchive25(
  entries: readonly IndexEntry[],
  listed: readonly OciImage[],
  tags = ['credit:v1'],
): Buffer {
  const manifest = listed.map(image => ({
    Config: blobName(image.configDigest),
    RepoTags: tags,
    Layers: manifestOf(image).layers.map(layer => blobName(layer.digest)),
  }))
  return tarOfMembers([
    ...members(layoutFiles(entries)),
    ...listed
      .flatMap(image => [...image.blobs].map(([digest, content]) => ({name: blobName(digest), content})))
      .filter(({name}) => !layoutFiles(entries).has(name)),
    {name: 'manifest.json', content: JSON.stringify(manifest)},
  ])
}

/** As Docker wrote it until version 24, and as podman does: `manifest.json`, a config and a tar for each layer. */
export function dockerArchive(
  images: readonly OciImage[],
  more: (name: string) => Partial<TarMember> = () => ({}),
): Buffer {
  const listed = images.map((image, at) => ({
    image,
    config: `${image.configDigest.slice(7)}.json`,
    tag: `credit:v${at + 1}`,
    layers: manifestOf(image).layers.map(({digest}) => ({digest, name: `${digest.slice(7)}/layer.tar`})),
  }))
  const manifest = listed.map(({config, tag, layers}) => ({
    Config: config,
    RepoTags: [tag],
    Layers: layers.map(layer => layer.name),
  }))
  const written = new Map<string, TarMember>()
  const add = (name: string, content: Buffer | string | undefined) => {
    if (content !== undefined) written.set(name, {name, content, ...more(name)})
  }
  for (const {image, config, layers} of listed) {
    for (const {name, digest} of layers) add(name, image.blobs.get(digest))
    add(config, image.blobs.get(image.configDigest))
  }
  add('manifest.json', JSON.stringify(manifest))
  return tarOfMembers([...written.values()])
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${digest.slice(7)}`
}

function members(files: ReadonlyMap<string, Buffer>): readonly TarMember[] {
  return [...files].map(([name, content]) => ({name, content}))
}
