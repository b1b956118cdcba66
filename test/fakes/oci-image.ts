/**
 * Small container images in plain code: a root file system as text, made into an OCI image layout
 * (OCI image spec 1.1, "image-layout.md"). The same input gives the same bytes, so the digests are stable.
 */
import {createHash} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {gzipSync} from 'node:zlib'
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
const configType = 'application/vnd.oci.image.config.v1+json'

/** What an image says of itself besides its layers. */
export interface ImageDetails {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
  readonly user?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** Layers as registries mostly hold them. Without it they are plain: digests must not depend on a version of zlib. */
  readonly gzip?: boolean
}

export function buildImage(
  layers: readonly RootFileSystem[],
  labels: Readonly<Record<string, string>> = {},
  {os = 'linux', architecture = 'amd64', variant, user, annotations, gzip = false}: ImageDetails = {},
): OciImage {
  const blobs = new Map<Digest, Buffer>()
  const tars = layers.map(tarOf)
  const layerBlobs = tars.map(tar => add(blobs, gzip ? gzipSync(tar) : tar))
  const config = add(
    blobs,
    Buffer.from(
      JSON.stringify({
        architecture,
        os,
        variant,
        created: '2026-11-01T00:00:00Z',
        config: {User: user, Labels: labels},
        rootfs: {type: 'layers', diff_ids: tars.map(digestOf)},
        history: layers.map(() => ({created: '2026-11-01T00:00:00Z', created_by: 'COPY rootfs /'})),
      }),
    ),
  )
  const layerType = `application/vnd.oci.image.layer.v1.tar${gzip ? '+gzip' : ''}`
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {mediaType: configType, ...config},
      layers: layerBlobs.map(layer => ({mediaType: layerType, ...layer})),
      annotations,
    }),
  )
  return {digest: add(blobs, manifest).digest, manifest, configDigest: config.digest, blobs}
}

/** A manifest of something that nobody runs, stored as images are: a signature, an attestation, a model. */
export function buildArtifact(layerType: string, content: string, ownConfigType = configType): Listed {
  const blobs = new Map<Digest, Buffer>()
  const layer = {mediaType: layerType, ...add(blobs, Buffer.from(content))}
  const config = {mediaType: ownConfigType, ...add(blobs, Buffer.from('{}'))}
  const manifest = Buffer.from(JSON.stringify({schemaVersion: 2, mediaType: manifestType, config, layers: [layer]}))
  return {digest: add(blobs, manifest).digest, manifest, blobs}
}

/** What an index can list: an image, an artifact, another index. */
export type Listed = Pick<OciImage, 'digest' | 'manifest' | 'blobs'>

export interface IndexEntry {
  readonly of: Listed
  readonly platform?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** An index of platforms (OCI image spec 1.1, "image-index.md"), served like an image: its manifest is the index. */
export function buildIndex(platforms: Readonly<Record<string, OciImage>>): Listed {
  return buildIndexOf(
    Object.entries(platforms).map(([architecture, of]) => ({of, platform: {os: 'linux', architecture}})),
  )
}

export function buildIndexOf(entries: readonly IndexEntry[], annotations?: Readonly<Record<string, string>>): Listed {
  const manifests = entries.map(entry => descriptorOf(entry))
  const manifest = Buffer.from(JSON.stringify({schemaVersion: 2, mediaType: indexType, manifests, annotations}))
  const digest = digestOf(manifest)
  const blobs = new Map(entries.flatMap(({of}) => [...of.blobs]))
  return {digest, manifest, blobs: blobs.set(digest, manifest)}
}

/** In the order that earlier indexes of the tests have. */
function descriptorOf({of, platform, annotations}: IndexEntry) {
  const {mediaType}: {mediaType: string} = JSON.parse(of.manifest.toString())
  return {mediaType, digest: of.digest, size: of.manifest.length, platform, annotations}
}

function add(blobs: Map<Digest, Buffer>, bytes: Buffer): {readonly digest: Digest; readonly size: number} {
  const digest = digestOf(bytes)
  blobs.set(digest, bytes)
  return {digest, size: bytes.length}
}

/** The files of a layout, by their paths. `entries`: what its index.json lists. */
export function layoutFiles(entries: readonly IndexEntry[]): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>()
  files.set('oci-layout', Buffer.from(JSON.stringify({imageLayoutVersion: '1.0.0'})))
  files.set('index.json', Buffer.from(JSON.stringify({schemaVersion: 2, manifests: entries.map(descriptorOf)})))
  for (const [digest, bytes] of entries.flatMap(({of}) => [...of.blobs])) {
    files.set(`blobs/sha256/${digest.slice('sha256:'.length)}`, bytes)
  }
  return files
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of files) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), {recursive: true})
    await writeFile(file, bytes)
  }
}

/** Writes the image as an OCI image layout. */
export function writeLayout(folder: string, image: Listed): Promise<void> {
  return writeFiles(folder, layoutFiles([{of: image}]))
}

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** A ustar archive (POSIX.1-1988) of regular files, with all times and owners zero. */
export function tarOf(files: RootFileSystem): Buffer {
  return tarOfMembers(Object.entries(files).map(([name, content]) => ({name, content})))
}

export interface TarMember {
  readonly name: string
  readonly content?: string | Uint8Array
  /** `0` a file, `1` a hard link, `2` a symbolic link, `5` a folder, `x` an extended header. */
  readonly type?: string
  readonly linkName?: string
  /** As its header has it, where that is not the size of the content. */
  readonly size?: number | string
  /** After the header was written, before its checksum is: for headers that no writer makes. */
  readonly change?: (header: Buffer) => void
}

export function tarOfMembers(members: readonly TarMember[]): Buffer {
  const parts = members.flatMap(member => {
    const bytes = Buffer.from(member.content ?? '')
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
    return [tarHeader(member, bytes.length), bytes, padding]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

function tarHeader({name, type = '0', linkName = '', size, change}: TarMember, length: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`The name is too long for this tar writer: ${name}`)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(typeof size === 'string' ? size : `${(size ?? length).toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(linkName, 157)
  header.write('ustar\x0000', 257)
  change?.(header)
  const checksum = header.reduce((sum, byte) => sum + byte, 0)
  header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
