/**
 * What images are described by: indexes, manifests and configs, as the OCI image spec 1.1 and Docker (schema 2) write
 * them. Everything here comes from outside and decides which bytes are scanned, so what two readers could take for two
 * things is refused.
 */
import * as z from 'zod'
import {type Digest, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import {firstIssue} from '../../core/schema-issue.ts'
import {ambiguityIn, type FieldNames, fieldNames} from './ambiguity.ts'

export const mediaTypes = {
  index: ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'],
  manifest: ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'],
  config: ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'],
} as const

/** Registries refuse larger ones (OCI distribution spec 1.1, "Pushing manifests": 4 MiB). */
export const maxManifestBytes = 4 * 1024 * 1024
/** A config holds the history of each layer; those of the largest images have some 100 kB. */
export const maxConfigBytes = 16 * 1024 * 1024

const digest = z.custom<Digest>(
  value => typeof value === 'string' && isDigest(value),
  'expected a sha256 digest, which is what Slipway verifies',
)
const annotations = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((given): Annotations => new Map(Object.entries(given ?? {}).filter(isText)))
const text = z.string().nullish().transform(orEmpty)

/** Shown in messages and reports, and chosen by whoever pushed: RFC 6838 allows far less than this. */
const mediaType = z.string().regex(/^[\x20-\x7e]{0,255}$/, 'expected a media type')

const descriptor = z.object({
  mediaType,
  digest,
  size: z.int().min(0),
  platform: z.object({os: text, architecture: text, variant: text}).nullish(),
  annotations,
})
const index = z.object({manifests: z.array(descriptor), annotations})
const manifest = z.object({config: descriptor, layers: z.array(descriptor).nullish(), annotations})
const config = z.object({
  os: text,
  architecture: text,
  variant: text,
  config: z.object({User: text, Labels: annotations}).nullish(),
  rootfs: z.object({diff_ids: z.array(digest).nullish()}).nullish(),
})

export type Annotations = ReadonlyMap<string, string>
/** What points to a blob: its digest says which one it is, its size how much of it is to be read. */
export type Descriptor = z.output<typeof descriptor>
export type ConfigBlob = z.output<typeof config>

export type Manifest =
  | {readonly kind: 'index'; readonly manifests: readonly Descriptor[]; readonly annotations: Annotations}
  | {
      readonly kind: 'image'
      readonly config: Descriptor
      readonly layers: readonly Descriptor[]
      readonly annotations: Annotations
    }
  /** A signature, an attestation, a chart, a model: stored as images are, and nothing that runs. */
  | {readonly kind: 'artifact'; readonly type: string}

/**
 * @param declared the media type that its descriptor, or the registry, gives it; empty where nothing does
 * @param source for messages: `registry.example.com/credit@sha256:…`
 * @throws UserError `image/manifest-malformed`, `image/manifest-ambiguous` or `image/manifest-schema-1`
 */
export function parseManifest(content: string, declared: string, source: string): Manifest {
  const json = parseObject(content, manifestFields, source)
  checkSchema(json, declared, source)
  const type = agreedType(json, declared, source)
  if (json.manifests !== undefined) {
    const parsed = parse(index, json, source)
    refuseUnless(kindOf(type) !== 'manifest', source, `it lists manifests, and calls itself ${type}`)
    return {kind: 'index', manifests: parsed.manifests, annotations: parsed.annotations}
  }
  const parsed = parse(manifest, json, source)
  refuseUnless(kindOf(type) !== 'index', source, `it lists no manifests, and calls itself ${type}`)
  const layers = parsed.layers ?? []
  if (!isImage(parsed.config, layers)) return {kind: 'artifact', type: artifactType(json, parsed.config, layers)}
  return {kind: 'image', config: parsed.config, layers, annotations: parsed.annotations}
}

/** @throws UserError `image/manifest-malformed` */
export function parseConfig(content: string, source: string): ConfigBlob {
  return parse(config, parseObject(content, configFields, source), source)
}

/** An index as the file `index.json` of a layout. @throws UserError `image/manifest-malformed` */
export function parseIndex(content: string, source: string): Extract<Manifest, {kind: 'index'}> {
  const parsed = parseManifest(content, '', source)
  if (parsed.kind === 'index') return parsed
  throw malformed(source, 'manifests: expected a list')
}

/** Layers that lie on another server by the licence of what they hold (OCI image spec 1.1, "non-distributable"). */
export function isForeign({mediaType}: Descriptor): boolean {
  return mediaType.includes('.nondistributable.') || mediaType.includes('.foreign.')
}

/** Whether a layer takes more room unpacked. A type that nobody knows is taken for one that does. */
export function isCompressed({mediaType}: Descriptor): boolean {
  return !mediaType.endsWith('.tar')
}

const manifestFields = fieldNames(
  ...[
    'schemaVersion',
    'mediaType',
    'artifactType',
    'manifests',
    'config',
    'layers',
    'fsLayers',
    'subject',
    'annotations',
  ],
  ...['digest', 'size', 'data', 'platform', 'os', 'architecture', 'variant'],
)
const configFields = fieldNames('os', 'architecture', 'variant', 'config', 'User', 'Labels', 'rootfs', 'diff_ids')

function parseObject(content: string, fields: FieldNames, source: string): Record<string, unknown> {
  const json = parseText(content, source)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed(source, 'it is no JSON object')
  const ambiguity = ambiguityIn(content, fields)
  refuseUnless(ambiguity === null, source, ambiguity ?? '')
  return {...json}
}

function parseText(content: string, source: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    throw malformed(source, 'it is no JSON', error)
  }
}

function parse<T>(schema: z.ZodType<T>, json: unknown, source: string): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw malformed(source, firstIssue(parsed.error.issues))
}

function checkSchema(json: Record<string, unknown>, declared: string, source: string): void {
  refuseSchema1(declared, source)
  if (json.schemaVersion === 1) throw schema1(source)
  if (json.schemaVersion !== 2) throw malformed(source, 'schemaVersion: expected 2')
}

/**
 * Also to be asked before a digest is compared: that of a signed one does not cover its signatures.
 * @throws UserError `image/manifest-schema-1`
 */
export function refuseSchema1(mediaType: string, source: string): void {
  if (mediaType.startsWith('application/vnd.docker.distribution.manifest.v1+')) throw schema1(source)
}

/** A text that is an index for one reader and an image for another: CVE-2021-41190. */
function agreedType(json: Record<string, unknown>, declared: string, source: string): string {
  const isBoth = json.manifests !== undefined && ['config', 'layers', 'fsLayers'].some(key => json[key] !== undefined)
  refuseUnless(!isBoth, source, 'it has the fields of an index and those of an image')
  const own = typeof json.mediaType === 'string' ? json.mediaType : ''
  const differs = own !== '' && kindOf(declared) !== null && own !== declared
  refuseUnless(!differs, source, `it was announced as ${declared}, and calls itself ${own}`)
  return own === '' ? declared : own
}

function kindOf(mediaType: string): 'index' | 'manifest' | null {
  if (mediaTypes.index.some(each => each === mediaType)) return 'index'
  return mediaTypes.manifest.some(each => each === mediaType) ? 'manifest' : null
}

/** cosign and BuildKit keep what they say under the config of an image; what it is made of tells them apart. */
function isImage(configDescriptor: Descriptor, layers: readonly Descriptor[]): boolean {
  if (!mediaTypes.config.some(each => each === configDescriptor.mediaType)) return false
  return layers.length === 0 || layers.some(isLayer)
}

function isLayer({mediaType}: Descriptor): boolean {
  return /^application\/vnd\.(oci\.image\.layer\.|docker\.image\.rootfs\.)/.test(mediaType)
}

function artifactType(json: Record<string, unknown>, {mediaType}: Descriptor, layers: readonly Descriptor[]): string {
  if (typeof json.artifactType === 'string' && json.artifactType !== '') return json.artifactType
  const isConfig = mediaTypes.config.some(each => each === mediaType)
  return isConfig ? (layers[0]?.mediaType ?? mediaType) : mediaType
}

function refuseUnless(holds: boolean, source: string, why: string): void {
  if (holds) return
  throw new UserError('image/manifest-ambiguous', `${source} can be read in two ways: ${why}.`, {
    hint: 'Build and push the image again: what is scanned must be what every runtime reads.',
  })
}

function schema1(source: string): UserError {
  return new UserError(
    'image/manifest-schema-1',
    `${source} is a manifest of schema 1, which Docker gave up in 2016.`,
    {
      hint: 'It names neither platform nor config: build the image again, or push it with Docker 1.10 or newer.',
    },
  )
}

function malformed(source: string, problem: string, cause?: unknown): UserError {
  return new UserError('image/manifest-malformed', `${source} does not describe an image: ${problem}.`, {
    hint: 'Write it again, for example with `skopeo copy`, `buildah push` or `docker buildx build`.',
    cause,
  })
}

function orEmpty(value: string | null | undefined): string {
  return value ?? ''
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string'
}
