/**
 * Small container images in plain code: a root file system as text, made into an OCI image layout
 * (OCI image spec 1.1, "image-layout.md"). The same input gives the same bytes, so the digests are stable.
 */
import {createHash} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import type {Digest} from '../../src/core/digest.ts'

/** Path without leading slash -> content. */
export type RootFileSystem = Readonly<Record<string, string | Uint8Array>>

export interface OciImage {
  /** Digest of the manifest: what `name@sha256:…` means. */
  readonly digest: Digest
  readonly manifest: Buffer
  /** Digest of the config blob: what Trivy calls the ImageID. */
  readonly configDigest: Digest
  readonly blobs: ReadonlyMap<Digest, Buffer>
}

const indexType = 'application/vnd.oci.image.index.v1+json'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

export function buildImage(layers: readonly RootFileSystem[], labels: Readonly<Record<string, string>> = {}): OciImage {
  const blobs = new Map<Digest, Buffer>()
  const add = (bytes: Buffer) => {
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return {digest, size: bytes.length}
  }
  const tars = layers.map(tarOf)
  // Not compressed: gzip's bytes differ between versions of zlib, and digests must not.
  const layerBlobs = tars.map(add)
  const config = add(
    Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        created: '2026-11-01T00:00:00Z',
        config: {Labels: labels},
        rootfs: {type: 'layers', diff_ids: tars.map(digestOf)},
        history: layers.map(() => ({created: '2026-11-01T00:00:00Z', created_by: 'COPY rootfs /'})),
      }),
    ),
  )
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {mediaType: 'application/vnd.oci.image.config.v1+json', ...config},
      layers: layerBlobs.map(layer => ({mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer})),
    }),
  )
  return {digest: add(manifest).digest, manifest, configDigest: config.digest, blobs}
}

/** An index of platforms (OCI image spec 1.1, "image-index.md"), served like an image: its manifest is the index. */
export function buildIndex(
  platforms: Readonly<Record<string, OciImage>>,
): Pick<OciImage, 'digest' | 'manifest' | 'blobs'> {
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: Object.entries(platforms).map(([architecture, image]) => ({
        mediaType: manifestType,
        digest: image.digest,
        size: image.manifest.length,
        platform: {os: 'linux', architecture},
      })),
    }),
  )
  const digest = digestOf(manifest)
  const blobs = new Map(Object.values(platforms).flatMap(image => [...image.blobs]))
  return {digest, manifest, blobs: blobs.set(digest, manifest)}
}

/** Writes the image as an OCI image layout. */
export async function writeLayout(folder: string, image: OciImage): Promise<void> {
  await mkdir(path.join(folder, 'blobs/sha256'), {recursive: true})
  for (const [digest, bytes] of image.blobs) {
    await writeFile(path.join(folder, 'blobs/sha256', digest.slice('sha256:'.length)), bytes)
  }
  await writeFile(path.join(folder, 'oci-layout'), JSON.stringify({imageLayoutVersion: '1.0.0'}))
  const descriptor = {mediaType: manifestType, digest: image.digest, size: image.manifest.length}
  await writeFile(path.join(folder, 'index.json'), JSON.stringify({schemaVersion: 2, manifests: [descriptor]}))
}

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** A ustar archive (POSIX.1-1988) of regular files, with all times and owners zero. */
export function tarOf(files: RootFileSystem): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content)
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
    return [tarHeader(name, bytes.length), bytes, padding]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`The name is too long for this tar writer: ${name}`)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
