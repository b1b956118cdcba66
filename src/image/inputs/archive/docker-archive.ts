/**
 * An archive as `docker save` writes it, by its `manifest.json` (Docker image spec v1.2, "Combined Image JSON + Filesystem
 * Changeset Format"). It says no digest of a manifest: only a push makes one.
 */

import * as z from 'zod'
import {type Digest, digestOfText} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import {parseJson} from '../../../core/json.ts'
import type {Bytes} from '../../../runtime/files.ts'
import {ambiguityIn, fieldNames} from '../ambiguity.ts'
import {type ConfigBlob, maxConfigBytes, maxManifestBytes, parseConfig} from '../manifest.ts'
import {compressionOf, gunzip} from './gzip.ts'
import {chunksOf, digestOfBytes, digestOfChunks, type Members, memberText} from './members.ts'
import {shown} from './tar-header.ts'

const savedImages = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
)
const savedFields = fieldNames('Config', 'RepoTags', 'Layers')

export interface SavedImage {
  readonly configDigest: Digest
  readonly config: ConfigBlob
  readonly layers: readonly SavedLayer[]
}

export interface SavedLayer {
  readonly size: number
  readonly compressed: boolean
}

/**
 * The one image of the archive, its layers hashed.
 * @param hashed digest of a member that somebody has hashed already: layers may have many gigabytes
 * @throws UserError `image/archive-malformed`, `image/archive-several-images`, `image/archive-corrupt`
 */
export async function readSavedImage(
  members: Members,
  file: string,
  hashed: (name: string) => Digest | null = () => null,
): Promise<SavedImage> {
  const list = await memberText(members, 'manifest.json', file, maxManifestBytes)
  const listed = savedImages.safeParse(parseJson(list))
  if (!listed.success) throw malformed(file, 'its manifest.json has another form')
  const ambiguity = ambiguityIn(list, savedFields)
  if (ambiguity !== null) throw malformed(file, `its manifest.json can be read in two ways: ${ambiguity}`)
  const [only, ...others] = listed.data
  if (!only) throw malformed(file, 'its manifest.json lists no image')
  if (others.length > 0) {
    throw severalImages(
      file,
      listed.data.map(each => each.RepoTags?.[0] ?? each.Config),
    )
  }
  const text = await memberText(members, only.Config, file, maxConfigBytes)
  const configDigest = digestOfText(text)
  const promised = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(only.Config)?.[1]
  if (promised !== undefined && configDigest !== `sha256:${promised}`) throw corrupt(file, only.Config, configDigest)
  const config = parseConfig(text, `The config in ${file}`)
  const expected = config.rootfs?.diff_ids ?? []
  const names = only.Layers ?? []
  if (expected.length !== names.length) {
    throw malformed(file, `its manifest.json lists ${names.length} layers, and the config ${expected.length}`)
  }
  const layers: SavedLayer[] = []
  for (const [at, name] of names.entries())
    layers.push(await checkLayer(members, name, expected[at], file, hashed(name)))
  return {configDigest, config, layers}
}

/** The config names layers by what they are unpacked (OCI image spec 1.1, "config.md", `diff_ids`). */
async function checkLayer(
  members: Members,
  name: string,
  expected: Digest | undefined,
  file: string,
  known: Digest | null,
): Promise<SavedLayer> {
  const bytes = member(members, name, file)
  const compression = await compressionOf(bytes)
  if (compression === 'zstd') throw malformed(file, `the layer ${shown(name)} is compressed with zstd`)
  const seen =
    compression === 'gzip'
      ? await digestOfChunks(gunzip(chunksOf(bytes), `${shown(name)} in ${file}`))
      : (known ?? (await digestOfBytes(bytes)))
  if (seen !== expected) throw corrupt(file, name, seen)
  return {size: bytes.size, compressed: compression === 'gzip'}
}

function member(members: Members, name: string, file: string): Bytes {
  const bytes = members.find(name)
  if (bytes) return bytes
  throw malformed(file, `the layer ${shown(name)} is missing`)
}

/** @param names as the archive calls them; untrusted */
export function severalImages(file: string, names: readonly string[]): UserError {
  const listed = names.slice(0, 10).map(shown).join(', ')
  return new UserError('image/archive-several-images', `${file} holds ${names.length} images: ${listed}.`, {
    hint: 'Save each image into an archive of its own: one verdict is about one image.',
  })
}

function corrupt(file: string, name: string, seen: Digest): UserError {
  return new UserError(
    'image/archive-corrupt',
    `${shown(name)} in ${file} has the digest ${seen}, not the one that the image names it by.`,
    {hint: 'It was changed or damaged after it was written: save the image again.'},
  )
}

function malformed(file: string, why: string): UserError {
  return new UserError('image/archive-malformed', `${file} is no archive of an image: ${why}.`, {
    hint: 'Write it again with `docker save`, `podman save` or `skopeo copy … docker-archive:<file>`.',
  })
}
