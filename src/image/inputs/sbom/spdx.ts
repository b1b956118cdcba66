import * as z from 'zod'
import {digestIn, digestsIn} from '../../../core/digest.ts'
import {imageVersion, optional, type SbomSubject} from './subject.ts'

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

/** Null where it is another format. */
export function readSpdx(json: unknown): SbomSubject | null {
  const parsed = spdx.safeParse(json)
  return parsed.success ? subjectOf(parsed.data) : null
}

/** The package that the document describes; in others, images may stand that it was only built from. */
function subjectOf({documentDescribes, packages, relationships}: z.output<typeof spdx>): SbomSubject {
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
    digests: manifests.length > 0 ? manifests : digestsIn([...purls.map(imageVersion), ...noted('RepoDigest')]),
    ofManifest: manifests.length > 0,
    configDigest: digestIn(noted('ImageID')[0] ?? ''),
    // A package URL has an architecture and no system.
    platform: null,
  }
}
