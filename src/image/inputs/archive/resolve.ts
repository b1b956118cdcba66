import {UserError} from '../../../core/failure.ts'
import {formatSize} from '../../../core/quantity.ts'
import type {Bytes, Files} from '../../../runtime/files.ts'
import type {Folders} from '../../../runtime/folders.ts'
import type {Log} from '../../../runtime/log.ts'
import type {ResolvedImage} from '../../scanner.ts'
import {checkDisk, checkRoom, diskTooSmall} from '../disk.ts'
import {factsOf, platformOfConfig, unpackedBytes} from '../facts.ts'
import {namesOf} from '../layout/resolve.ts'
import {withViews} from '../layout/view.ts'
import {type Found, findImages} from '../walk.ts'
import {readSavedImage, type SavedImage, severalImages} from './docker-archive.ts'
import {compressionOf, gunzip} from './gzip.ts'
import {chunksOf, readMembers} from './members.ts'
import {type ArchivedLayout, openArchivedLayout} from './oci-archive.ts'

export interface ArchivePorts {
  readonly files: Pick<Files, 'open'>
  readonly folders: Folders
  readonly log: Log
}

type Use<T> = (image: ResolvedImage) => Promise<T>

/**
 * The one image of an archive, or every platform of it.
 * @throws UserError `image/archive-…`, and what `findImages` throws
 */
export function resolveArchive<T>(path: string, ports: ArchivePorts, use: Use<T>): Promise<T> {
  return ports.files.open(path, async bytes => {
    switch (await compressionOf(bytes)) {
      case 'none':
        return resolveTar(bytes, path, path, ports, use)
      case 'gzip':
        return unpacked(bytes, path, ports, tar =>
          ports.files.open(tar, inner => resolveTar(inner, tar, path, ports, use)),
        )
      case 'zstd':
        throw new UserError(
          'image/archive-compressed',
          `${path} is compressed with zstd, which scanners do not read.`,
          {
            hint: 'Unpack it first: `zstd -d`.',
          },
        )
    }
  })
}

/** Scanners want the tar itself: some do not unpack it, and all of them would do so once more. */
function unpacked<T>(
  bytes: Bytes,
  label: string,
  {folders}: ArchivePorts,
  use: (tar: string) => Promise<T>,
): Promise<T> {
  return folders.temporary(async folder => {
    const free = await folders.freeBytes(folder)
    const tar = `${folder}/image.tar`
    await folders.write(tar, limited(gunzip(chunksOf(bytes), label), free, label, folders.temporaryRoot))
    return use(tar)
  })
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  free: number,
  label: string,
  folder: string,
): AsyncIterable<Uint8Array> {
  let written = 0
  for await (const chunk of chunks) {
    written += chunk.length
    if (written > free) {
      throw diskTooSmall(`${label} unpacks to more than the ${formatSize(free)} that ${folder} has left.`)
    }
    yield chunk
  }
}

/** @param path of the tar itself @param label as the caller named it */
async function resolveTar<T>(bytes: Bytes, path: string, label: string, ports: ArchivePorts, use: Use<T>): Promise<T> {
  const members = await readMembers(bytes, label)
  const isSaved = members.has('manifest.json')
  if (!members.has('index.json')) {
    if (isSaved) return useSaved(await readSavedImage(members, label), null, path, label, ports, use)
    throw noImage(label)
  }
  const layout = await openArchivedLayout(members, label)
  refuseSeveral(layout, label)
  const found = await findImages(layout.roots, layout)
  if (!isSaved || found.isIndex) return useUnpacked(found, layout, label, ports, use)
  return useSaved(await readSavedImage(members, label, layout.hashed), found, path, label, ports, use)
}

function noImage(label: string): UserError {
  return new UserError('image/archive-malformed', `${label} has neither manifest.json nor index.json.`, {
    hint: 'Expected what `docker save`, `podman save` or `skopeo copy … oci-archive:<file>` write; `docker export` keeps files alone.',
  })
}

/** One platform, in the form that `docker load` takes. `found`: the same image by its manifest, where the archive has one. */
async function useSaved<T>(
  saved: SavedImage,
  found: Found | null,
  path: string,
  label: string,
  {folders, log}: ArchivePorts,
  use: Use<T>,
): Promise<T> {
  const {configDigest, config, layers} = saved
  const [image] = found?.images ?? []
  if (image && image.configDigest !== configDigest) throw contradicts(label)
  if (image && layers.some(layer => !layer.compressed)) {
    log.warning(
      `${label} keeps layers uncompressed: a push compresses them, and the registry knows another digest then.`,
    )
  }
  await checkRoom(label, image?.facts.sizeBytes ?? 0, unpackedBytes(layers), folders)
  const digest = image?.digest ?? null
  const platform = image ? image.platform : platformOfConfig(config, label)
  const facts = image?.facts ?? factsOf(config, layers, [])
  return use({
    label,
    digest,
    isIndex: false,
    images: [{target: {kind: 'archive', path, label, digest, configDigest, platform}, facts}],
    passedOver: found?.passedOver ?? [],
    doubts: found?.doubts ?? [],
  })
}

async function useUnpacked<T>(
  found: Found,
  layout: ArchivedLayout,
  label: string,
  {folders}: ArchivePorts,
  use: Use<T>,
): Promise<T> {
  await checkDisk(label, found.images, folders, layout.usedBytes())
  return folders.temporary(async temporary => {
    await layout.unpack(temporary, folders)
    return withViews(temporary, found, label, folders, use)
  })
}

/** Platforms of one image have one name or none. */
function refuseSeveral({roots}: ArchivedLayout, label: string): void {
  const names = new Set(roots.flatMap(root => namesOf(root).slice(0, 1)))
  if (names.size > 1) throw severalImages(label, [...names])
}

function contradicts(label: string): UserError {
  return new UserError(
    'image/archive-contradicts',
    `The manifest.json of ${label} names another image than its index.json.`,
    {
      hint: 'Some tools would scan one, and others run the other: save the image again.',
    },
  )
}
