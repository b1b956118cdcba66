/** The digest of the image that an SBOM is about, in the words of the tools that write SBOMs. */
import * as z from 'zod'
import {type Digest, isDigest} from '../../../core/digest.ts'
import {parsePackageUrl} from '../../../core/package-url.ts'
import {isPlatformName, platformName} from '../platform.ts'

export type SbomFormat = 'CycloneDX' | 'SPDX' | 'Syft'

export interface SbomSubject {
  readonly format: SbomFormat
  /** Every digest by which the image is named, without repetition. */
  readonly digests: readonly Digest[]
  /**
   * Whether they are of the manifest of what was looked at. Trivy names an image by what its reference stood for, which
   * for an index is the index, and looks at one platform of it.
   */
  readonly ofManifest: boolean
  readonly configDigest: Digest | null
  /** `linux/amd64`; null where the SBOM does not say both halves. */
  readonly platform: string | null
}

const optional = z.string().nullish().catch(null)
const property = z.object({name: z.string(), value: z.string()}).catch({name: '', value: ''})
const cycloneDx = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z
    .object({
      component: z
        .object({
          name: optional,
          version: optional,
          purl: optional,
          'bom-ref': optional,
          properties: z.array(property).nullish().catch(null),
          hashes: z
            .array(z.object({alg: z.string(), content: z.string()}))
            .nullish()
            .catch(null),
        })
        .nullish()
        .catch(null),
      properties: z.array(property).nullish().catch(null),
    })
    .nullish()
    .catch(null),
})
const reference = z.object({referenceType: z.string(), referenceLocator: z.string()})
const spdxPackage = z.object({
  SPDXID: z.string(),
  versionInfo: optional,
  checksums: z
    .array(z.object({algorithm: z.string(), checksumValue: z.string()}))
    .nullish()
    .catch(null),
  externalRefs: z.array(reference).nullish().catch(null),
  attributionTexts: z.array(z.string()).nullish().catch(null),
  annotations: z
    .array(z.object({comment: z.string()}))
    .nullish()
    .catch(null),
})
const relationship = z.object({
  spdxElementId: z.string(),
  relationshipType: z.string(),
  relatedSpdxElement: z.string(),
})
const spdx = z.object({
  spdxVersion: z.string().startsWith('SPDX-2.'),
  documentDescribes: z.array(z.string()).nullish().catch(null),
  packages: z.array(z.unknown()).nullish(),
  relationships: z.array(z.unknown()).nullish(),
})
const syft = z.object({
  descriptor: z.object({name: z.literal('syft')}),
  artifacts: z.array(z.unknown()),
  source: z
    .object({
      type: optional,
      metadata: z
        .object({
          manifestDigest: optional,
          imageID: optional,
          repoDigests: z.array(z.string()).nullish().catch(null),
          os: optional,
          architecture: optional,
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
})

/** Null where the JSON is in none of the formats. */
export function sbomSubject(json: unknown): SbomSubject | null {
  const cyclone = cycloneDx.safeParse(json)
  if (cyclone.success) return ofCycloneDx(cyclone.data)
  const document = spdx.safeParse(json)
  if (document.success) return ofSpdx(document.data)
  const own = syft.safeParse(json)
  return own.success ? ofSyft(own.data) : null
}

function ofCycloneDx({metadata}: z.output<typeof cycloneDx>): SbomSubject {
  const component = metadata?.component
  const properties = [...(component?.properties ?? []), ...(metadata?.properties ?? [])]
  const of = (name: string) => properties.filter(each => each.name === name).map(each => each.value)
  const purls = [component?.purl, component?.['bom-ref']].map(each => each ?? '')
  const version = digestsIn([component?.version ?? ''])
  return {
    format: 'CycloneDX',
    // Syft writes the manifest as the version.
    digests:
      version.length > 0 ? version : digestsIn([...purls.map(imageVersion), ...of('aquasecurity:trivy:RepoDigest')]),
    ofManifest: version.length > 0,
    configDigest: digestIn(of('aquasecurity:trivy:ImageID')[0] ?? ''),
    // A package URL has an architecture and no system.
    platform: null,
  }
}

/** The package that the document describes; in others, images may stand that it was only built from. */
function ofSpdx({documentDescribes, packages, relationships}: z.output<typeof spdx>): SbomSubject {
  const described = new Set(documentDescribes ?? [])
  for (const each of relationships ?? []) {
    const parsed = relationship.safeParse(each)
    const isRoot = parsed.data?.spdxElementId === 'SPDXRef-DOCUMENT' && parsed.data.relationshipType === 'DESCRIBES'
    if (parsed.data && isRoot) described.add(parsed.data.relatedSpdxElement)
  }
  const subjects = (packages ?? []).flatMap(each => {
    const parsed = spdxPackage.safeParse(each)
    return parsed.success && described.has(parsed.data.SPDXID) ? [parsed.data] : []
  })
  const purls = subjects.flatMap(each =>
    (each.externalRefs ?? []).filter(ref => ref.referenceType === 'purl').map(ref => ref.referenceLocator),
  )
  const notes = subjects.flatMap(each => [
    ...(each.attributionTexts ?? []),
    ...(each.annotations ?? []).map(note => note.comment),
  ])
  const noted = (name: string) =>
    notes.filter(note => note.startsWith(`${name}: `)).map(note => note.slice(name.length + 2))
  const checksums = subjects.flatMap(each =>
    (each.checksums ?? []).filter(sum => sum.algorithm === 'SHA256').map(sum => `sha256:${sum.checksumValue}`),
  )
  const isImage = purls.some(purl => imageVersion(purl) !== '')
  // Of a package that is an image, a checksum is its digest; of anything else it would be of a file.
  const manifests = digestsIn([...subjects.map(each => each.versionInfo ?? ''), ...(isImage ? checksums : [])])
  return {
    format: 'SPDX',
    digests: manifests.length > 0 ? manifests : digestsIn([...purls.map(imageVersion), ...noted('RepoDigest')]),
    ofManifest: manifests.length > 0,
    configDigest: digestIn(noted('ImageID')[0] ?? ''),
    // A package URL has an architecture and no system.
    platform: null,
  }
}

function ofSyft({source}: z.output<typeof syft>): SbomSubject {
  const metadata = source?.type === 'image' ? source.metadata : null
  const manifest = digestsIn([metadata?.manifestDigest ?? ''])
  return {
    format: 'Syft',
    digests: manifest.length > 0 ? manifest : digestsIn(metadata?.repoDigests ?? []),
    ofManifest: manifest.length > 0,
    configDigest: digestIn(metadata?.imageID ?? ''),
    platform: platformOf(metadata?.os ?? '', metadata?.architecture ?? ''),
  }
}

/** `pkg:oci/credit@sha256%3A…?arch=amd64` (package-url spec, types `oci` and `docker`). */
function imageVersion(purl: string): string {
  const parsed = parsePackageUrl(purl)
  return parsed && ['oci', 'docker'].includes(parsed.type) ? (parsed.version ?? '') : ''
}

function platformOf(os: string, architecture: string): string | null {
  const platform = platformName({os, architecture, variant: ''})
  return isPlatformName(platform) ? platform : null
}

/** `credit@sha256:…`, or the digest alone. */
function digestIn(text: string): Digest | null {
  const digest = text.slice(text.lastIndexOf('@') + 1).trim()
  return isDigest(digest) ? digest : null
}

function digestsIn(texts: readonly string[]): readonly Digest[] {
  return [...new Set(texts.flatMap(text => digestIn(text) ?? []))]
}
