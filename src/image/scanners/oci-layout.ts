/**
 * The digest of an image that lies in a folder as an OCI image layout (OCI image spec 1.1, "image-layout.md"). Trivy does
 * not report it, and neither Trivy nor the library below it checks that blobs have the content that their names promise
 * (it even answers from its cache by name). So every blob is hashed here before the answer is believed.
 */
import * as z from 'zod'
import {type Digest, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'

export interface LayoutImage {
  /** Digest of the manifest: what a registry will call the image. */
  readonly digest: Digest
  readonly configDigest: Digest
}

const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected a sha256 digest')
const descriptor = z.object({mediaType: z.string().default(''), digest})
const index = z.object({schemaVersion: z.literal(2), manifests: z.array(descriptor)})
const manifest = z.object({schemaVersion: z.literal(2), config: descriptor, layers: z.array(descriptor)})

/** @throws UserError `image/layout-malformed`, `image/layout-several-images` or `image/layout-corrupt` */
export async function readLayout(folder: string, files: Pick<Files, 'readText' | 'sha256'>): Promise<LayoutImage> {
  const {manifests} = await readPart(files, `${folder}/index.json`, index)
  const [only, ...others] = manifests
  if (!only || others.length > 0 || /index|list/.test(only.mediaType)) {
    throw new UserError(
      'image/layout-several-images',
      `${folder}/index.json lists ${only && others.length === 0 ? 'an index of platforms' : `${manifests.length} images`}. Expected exactly one image.`,
      {hint: 'Scan each platform as a layout of its own: scanning one of several would vouch for the rest.'},
    )
  }
  await verify(files, folder, only.digest)
  const {config, layers} = await readPart(files, blobPath(folder, only.digest), manifest)
  for (const blob of [config, ...layers]) await verify(files, folder, blob.digest)
  return {digest: only.digest, configDigest: config.digest}
}

async function readPart<T>(files: Pick<Files, 'readText'>, path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parseJson(await files.readText(path)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const problem = issue ? `${issue.path.join('.') || 'content'}: ${issue.message}` : 'unknown content'
  throw new UserError('image/layout-malformed', `${path} is not part of an OCI image layout: ${problem}.`, {
    hint: 'Write the layout again, for example with `skopeo copy … oci:<folder>` or `buildah push … oci:<folder>`.',
  })
}

/** Undefined where the text is not JSON: the schema then says what was expected. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function verify(files: Pick<Files, 'sha256'>, folder: string, expected: Digest): Promise<void> {
  const path = blobPath(folder, expected)
  const seen = await files.sha256(path)
  if (seen === expected) return
  throw new UserError('image/layout-corrupt', `${path} has the digest ${seen}, not the one that it is named by.`, {
    hint: 'The layout was changed or damaged after it was written: build the image again.',
  })
}

function blobPath(folder: string, digest: Digest): string {
  return `${folder}/blobs/sha256/${digest.slice('sha256:'.length)}`
}
