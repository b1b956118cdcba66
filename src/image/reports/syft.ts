/** Syft's own JSON (anchore/syft, `schema/json`): an SBOM with more in it than the standard ones. It looks for nothing. */
import * as z from 'zod'
import {type Digest, digestsIn, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import {parsePackageUrl} from '../../core/package-url.ts'
import type {Package, Scan} from '../scan.ts'
import {onlyPackages} from './inventory.ts'
import {isMapping, textAt} from './mapping.ts'
import {shaped, versionUnknown} from './shape.ts'
import {countSystemPackages} from './system-packages.ts'

const text = z.string().nullish()

const artifact = z.object({
  name: z.string(),
  version: text,
  type: text,
  purl: text,
  // Bare texts until schema 9.
  licenses: z.array(z.union([z.string(), z.object({value: text, spdxExpression: text})])).nullish(),
  locations: z.array(z.object({path: text})).nullish(),
})
type Artifact = z.output<typeof artifact>

const report = z.object({
  artifacts: z.array(artifact),
  source: z.object({type: text, name: text, metadata: z.unknown()}).nullish(),
  distro: z.object({id: text, name: text, versionID: text, version: text}).nullish(),
  descriptor: z.object({name: z.string().min(1), version: text}),
})

/** @throws UserError `image/report-malformed`, `image/report-version-unknown` or `image/report-not-of-an-image` */
export function parseSyftReport(json: unknown, source: string): Scan {
  const version = isMapping(json) ? textAt(json.schema, 'version') : undefined
  const major = Number(version?.split('.', 1)[0])
  if (!(major >= 9 && major <= 16)) throw versionUnknown(source, 'a Syft report', version, 'the schema 9 to 16')
  const parsed = shaped(report, json, source, 'a Syft report')
  const {type, metadata} = parsed.source ?? {}
  if (type !== 'image') {
    throw new UserError(
      'image/report-not-of-an-image',
      `${source} is a Syft report of a ${JSON.stringify(type)}, not of an image.`,
      {
        hint: 'Write it of the image itself: `syft <image> -o syft-json`.',
      },
    )
  }
  const packages = parsed.artifacts.map(toPackage)
  const imageId = textAt(metadata, 'imageID') ?? ''
  const os = parsed.distro
  return {
    scanners: [
      {name: parsed.descriptor.name, version: parsed.descriptor.version || null, at: null, databaseBuilt: null},
    ],
    image: textAt(metadata, 'userInput') || parsed.source?.name || source,
    digests: digestsOf(metadata),
    configDigest: isDigest(imageId) ? imageId : null,
    platform: platformOf(metadata),
    os:
      os?.id || os?.name
        ? {
            name: `${os.id || os.name} ${os.versionID || os.version || ''}`.trim(),
            endOfLife: null,
            packages: countSystemPackages(packages),
          }
        : null,
    packages,
    packageCount: packages.length,
    ...onlyPackages,
  }
}

function toPackage({name, version, type, purl, licenses, locations}: Artifact): Package {
  const path = locations?.[0]?.path?.replace(/^\/+/, '')
  const licences = (licenses ?? []).flatMap(each =>
    typeof each === 'string' ? each || [] : each.spdxExpression || each.value || [],
  )
  return {
    name,
    version: version ?? '',
    type: (purl ? parsePackageUrl(purl)?.type : undefined) ?? type ?? '',
    ...(purl ? {purl} : {}),
    licences: [...new Set(licences)],
    ...(path ? {path} : {}),
  }
}

/** By the registry where it has been there, else the digest of the manifest that Syft read. */
function digestsOf(metadata: unknown): readonly Digest[] {
  const named = isMapping(metadata) && Array.isArray(metadata.repoDigests) ? metadata.repoDigests : []
  return digestsIn([...named, textAt(metadata, 'manifestDigest')].filter(each => typeof each === 'string'))
}

function platformOf(metadata: unknown): string | null {
  const os = textAt(metadata, 'os')
  const architecture = textAt(metadata, 'architecture')
  if (!os || !architecture) return null
  return [os, architecture, textAt(metadata, 'variant') || []].flat().join('/')
}
