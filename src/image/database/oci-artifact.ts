/**
 * Files that somebody has put into an OCI image layout as artifacts (OCI image spec 1.1, "image-layout.md" and
 * "Guidelines for Artifact Usage"): databases of vulnerabilities are published in this way, and `oras copy --to-oci-layout`
 * or `skopeo copy … oci:` brings them along.
 */
import * as z from 'zod'
import {type Digest, isDigest} from '../../core/digest.ts'
import {messageOf, UserError} from '../../core/failure.ts'
import {firstIssue} from '../../core/schema-issue.ts'
import type {ScannerPorts} from '../scanners/ports.ts'

export interface ArtifactLayer {
  readonly mediaType: string
  readonly digest: Digest
  /** Path of the blob. */
  readonly file: string
}

const digest = z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected a sha256 digest')
const descriptor = z.object({mediaType: z.string(), digest})
const index = z.object({schemaVersion: z.literal(2), manifests: z.array(descriptor).max(1000)})
const manifest = z.object({schemaVersion: z.literal(2), layers: z.array(descriptor).max(1000)})

type LayoutFiles = Pick<ScannerPorts['files'], 'exists' | 'readText' | 'sha256'>

/** Whether a folder has the marks of an OCI image layout. */
export async function isLayout(folder: string, files: LayoutFiles): Promise<boolean> {
  return (await files.exists(`${folder}/oci-layout`)) || (await files.exists(`${folder}/index.json`))
}

/**
 * The layers of every artifact in the layout whose media type is asked for. Their blobs, and the manifests that name
 * them, have the content that their digests promise.
 * @param mediaTypes of the layers; `any` where their makers have not agreed on one
 * @throws UserError `image/database-malformed`, `image/database-corrupt`
 */
export async function readArtifacts(
  folder: string,
  mediaTypes: readonly string[] | 'any',
  files: LayoutFiles,
): Promise<readonly ArtifactLayer[]> {
  const {manifests} = await readPart(`${folder}/index.json`, index, files)
  const found: ArtifactLayer[] = []
  for (const each of manifests) {
    const file = await verified(folder, each.digest, files)
    const {layers} = await readPart(file, manifest, files)
    for (const layer of layers) {
      if (mediaTypes !== 'any' && !mediaTypes.includes(layer.mediaType)) continue
      found.push({...layer, file: await verified(folder, layer.digest, files)})
    }
  }
  return found
}

async function readPart<T>(file: string, schema: z.ZodType<T>, files: LayoutFiles): Promise<T> {
  const parsed = schema.safeParse(parseJson(await files.readText(file), file))
  if (parsed.success) return parsed.data
  throw malformed(file, firstIssue(parsed.error.issues))
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(file, messageOf(error))
  }
}

function malformed(file: string, problem: string): UserError {
  return new UserError(
    'image/database-malformed',
    `${file} is not part of an OCI layout with a database in it: ${problem}.`,
    {hint: 'Copy the database again, for example with `oras copy --to-oci-layout <database> <folder>:<tag>`.'},
  )
}

async function verified(folder: string, expected: Digest, files: LayoutFiles): Promise<string> {
  const file = `${folder}/blobs/sha256/${expected.slice('sha256:'.length)}`
  if (!(await files.exists(file))) throw malformed(file, 'the blob is not there')
  const seen = await files.sha256(file)
  if (seen === expected) return file
  throw new UserError('image/database-corrupt', `${file} has the digest ${seen}, not the one that it is named by.`, {
    hint: 'The database was changed or damaged after it was copied: copy it again.',
  })
}
