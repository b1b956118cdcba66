/**
 * SPDX 2.2 and 2.3 in JSON (spdx.github.io/spdx-spec): an SBOM. It lists packages and looks for nothing, so it never
 * vouches for an image alone.
 */
import * as z from 'zod'
import {isDigest} from '../../core/digest.ts'
import {parsePackageUrl} from '../../core/package-url.ts'
import type {Package, Scan} from '../scan.ts'
import {onlyPackages} from './inventory.ts'
import {isMapping} from './mapping.ts'
import {shaped, versionUnknown} from './shape.ts'
import {countSystemPackages} from './system-packages.ts'

const text = z.string().nullish()

const spdxPackage = z.object({
  SPDXID: z.string().min(1),
  name: z.string(),
  versionInfo: text,
  licenseConcluded: text,
  licenseDeclared: text,
  primaryPackagePurpose: text,
  externalRefs: z.array(z.object({referenceType: text, referenceLocator: text})).nullish(),
  checksums: z.array(z.object({algorithm: text, checksumValue: text})).nullish(),
})
type SpdxPackage = z.output<typeof spdxPackage>

const document = z.object({
  spdxVersion: z.string(),
  name: text,
  creationInfo: z.object({created: text, creators: z.array(z.string()).nullish()}).nullish(),
  documentDescribes: z.array(z.string()).nullish(),
  hasExtractedLicensingInfos: z.array(z.object({licenseId: text, name: text})).nullish(),
  packages: z.array(spdxPackage).nullish(),
  relationships: z.array(z.object({spdxElementId: text, relatedSpdxElement: text, relationshipType: text})).nullish(),
})
type SpdxDocument = z.output<typeof document>

/** @throws UserError `image/report-malformed` or `image/report-version-unknown` */
export function parseSpdx(json: unknown, source: string): Scan {
  const version = isMapping(json) ? json.spdxVersion : undefined
  if (version !== 'SPDX-2.2' && version !== 'SPDX-2.3') {
    throw versionUnknown(source, 'an SPDX document', version, 'SPDX-2.2 or SPDX-2.3')
  }
  const parsed = shaped(document, json, source, 'an SPDX document')
  const described = describedBy(parsed)
  const all = parsed.packages ?? []
  const names = new Map((parsed.hasExtractedLicensingInfos ?? []).map(each => [each.licenseId ?? '', each.name ?? '']))
  const about = all.find(({SPDXID}) => described.has(SPDXID))
  const packages = all.flatMap(each => toPackage(each, about, names) ?? [])
  const os = all.find(({primaryPackagePurpose}) => purposeOf(primaryPackagePurpose) === 'OPERATING-SYSTEM')
  return {
    scanners: [scannerOf(parsed)],
    image: about?.name || parsed.name || source,
    digests: about === undefined ? [] : digestsOf(about),
    configDigest: null,
    platform: null,
    os:
      os === undefined
        ? null
        : {
            name: `${os.name} ${os.versionInfo ?? ''}`.trim(),
            endOfLife: null,
            packages: countSystemPackages(packages),
          },
    packages,
    packageCount: packages.length,
    ...onlyPackages,
  }
}

/** SPDX 2.3, §7.24: 2.2 writes `OPERATING_SYSTEM` in some tools. */
function purposeOf(purpose: string | null | undefined): string {
  return (purpose ?? '').replaceAll('_', '-').toUpperCase()
}

function describedBy({documentDescribes, relationships}: SpdxDocument): ReadonlySet<string> {
  const related = (relationships ?? []).flatMap(({relationshipType, relatedSpdxElement}) =>
    relationshipType === 'DESCRIBES' && relatedSpdxElement ? [relatedSpdxElement] : [],
  )
  return new Set([...(documentDescribes ?? []), ...related])
}

function purlOf({externalRefs}: SpdxPackage): string | undefined {
  return externalRefs?.find(({referenceType}) => referenceType === 'purl')?.referenceLocator || undefined
}

/** Undefined for what is no package: the image itself, its layers, the operating system, lock files. */
function toPackage(
  each: SpdxPackage,
  about: SpdxPackage | undefined,
  licences: ReadonlyMap<string, string>,
): Package | undefined {
  const purl = purlOf(each)
  const parsed = purl === undefined ? undefined : parsePackageUrl(purl)
  if (parsed?.type === 'oci' || parsed?.type === 'docker') return undefined
  const purpose = purposeOf(each.primaryPackagePurpose)
  if (purl === undefined && (each === about || !['', 'LIBRARY', 'FRAMEWORK'].includes(purpose))) return undefined
  if (each.name === '' || purpose === 'CONTAINER' || purpose === 'OPERATING-SYSTEM') return undefined
  return {
    name: each.name,
    version: each.versionInfo ?? '',
    type: parsed?.type ?? '',
    ...(purl === undefined ? {} : {purl}),
    licences: licencesOf(each, licences),
  }
}

/** What was concluded, else what was declared. `NOASSERTION` and `NONE` are no licences; a reference has a name elsewhere. */
function licencesOf(each: SpdxPackage, names: ReadonlyMap<string, string>): readonly string[] {
  const given = [each.licenseConcluded, each.licenseDeclared].find(
    licence => licence && licence !== 'NOASSERTION' && licence !== 'NONE',
  )
  return given ? [names.get(given) || given] : []
}

function digestsOf(about: SpdxPackage): Scan['digests'] {
  const purl = purlOf(about)
  const version = purl === undefined ? undefined : parsePackageUrl(purl)?.version
  const sums = (about.checksums ?? [])
    .filter(({algorithm}) => algorithm === 'SHA256')
    .map(({checksumValue}) => `sha256:${checksumValue ?? ''}`)
  const isImage = purposeOf(about.primaryPackagePurpose) === 'CONTAINER' || purl?.startsWith('pkg:oci/')
  return isImage ? [...new Set([version ?? '', about.versionInfo ?? '', ...sums].filter(isDigest))] : []
}

/** `Tool: syft-1.51.0` and `Tool: trivy-0.74.0`: the version follows a dash. `[not provided]` is one that nobody knows. */
function scannerOf({creationInfo}: SpdxDocument): Scan['scanners'][number] {
  const tool = creationInfo?.creators?.find(each => each.startsWith('Tool: '))?.slice('Tool: '.length) ?? 'spdx'
  const start = tool.search(/-(?:v?\d|dev$|\[)/)
  const name = start > 0 ? tool.slice(0, start) : tool
  const version = start > 0 ? tool.slice(start + 1) : null
  return {name: name.toLowerCase(), version, at: creationInfo?.created || null, databaseBuilt: null}
}
