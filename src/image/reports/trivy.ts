/**
 * Trivy's JSON report, schema version 2, in our words. The format is `pkg/types` of aquasecurity/trivy: fields are left
 * out when they are empty, and ReportID, ArtifactID, Fingerprint and the block Trivy came with later versions.
 */
import {digestsIn, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {EndOfLife, Scan} from '../scan.ts'
import {flagOf, openDocument, type Part, partOf, partsOf, requiredText, textOf, textsOf} from './fields.ts'
import {flawsOf} from './trivy/flaws.ts'
import {countPackages, lookedFor, openResult, packagesOf, type Result} from './trivy/result.ts'
import type {PlaceKind} from './trivy/words.ts'

/**
 * @param json what JSON.parse gave
 * @param source where it comes from, for messages: a path, or `The answer of trivy`
 * @throws UserError `image/report-version-unknown`, `image/report-not-of-an-image`, `image/report-malformed`
 */
export function parseTrivyReport(json: unknown, source: string): Scan {
  const report = openDocument(json, {
    code: 'image/report-malformed',
    refusal: `${source} is not a Trivy report of an image as this version of Slipway knows it`,
    hint: 'Write the report again with `trivy image --format json`, and report a format that has changed.',
  })
  refuseOtherVersions(report, source)
  const results = (partsOf(report, 'Results') ?? []).map(openResult)
  const placeKind = placeKindOf(report, results, source)
  const metadata = partOf(report, 'Metadata')
  const packages = packagesOf(results)
  const os = metadata && osOf(metadata, results)
  const imageId = metadata && textOf(metadata, 'ImageID')
  const name = requiredText(report, 'ArtifactName')
  const trivy = partOf(report, 'Trivy')
  const about = {image: name, placeKind, owners: Map.groupBy(packages ?? [], ({name}) => name)}
  const flaws = [...flawsOf(results, about), ...endOfLifeOf(os?.endOfLife ? os.name : null)]
  return {
    scanners: [
      {
        name: 'trivy',
        version: (trivy && textOf(trivy, 'Version')) ?? null,
        at: instantOf(report, 'CreatedAt'),
        databaseBuilt: null,
      },
    ],
    image: name,
    digests: digestsIn([...((metadata && textsOf(metadata, 'RepoDigests')) ?? []), name]),
    configDigest: imageId !== undefined && isDigest(imageId) ? imageId : null,
    platform: (metadata && platformOf(metadata)) ?? null,
    os: os ?? null,
    packages,
    packageCount: placeKind === 'repository' ? null : countPackages(results),
    flaws,
    lookedFor: lookedFor(results, placeKind, os?.endOfLife ?? false),
    knows: {knownExploited: false, epss: false},
    doubts: os?.name === unknownSystem ? [systemDoubt] : [],
  }
}

function refuseOtherVersions(report: Part, source: string): void {
  const version = report.fields.SchemaVersion
  if (version === 2) return
  const seen =
    typeof version === 'number' || typeof version === 'string' ? JSON.stringify(version).slice(0, 40) : 'none'
  throw new UserError('image/report-version-unknown', `${source} has the SchemaVersion ${seen}. Expected 2.`, {
    hint: 'Its fields may mean something else, so nothing is judged. Use a Trivy that writes version 2.',
  })
}

/** Images, and SBOMs of images; of a folder of the repository only what `trivy config` says of it. */
function placeKindOf(report: Part, results: readonly Result[], source: string): PlaceKind {
  const type = requiredText(report, 'ArtifactType')
  if (['container_image', 'cyclonedx', 'spdx'].includes(type)) return 'image'
  const isFolder = type === 'filesystem' || type === 'repository'
  if (isFolder && results.length > 0 && results.every(each => each.class === 'config')) return 'repository'
  throw new UserError(
    'image/report-not-of-an-image',
    `${source} is a Trivy report of a "${type.slice(0, 60)}", not of a "container_image".`,
    {
      hint: 'Scan the image itself: `trivy image`, or `trivy sbom` with the SBOM of its build. Of `trivy config` only its own checks are read.',
    },
  )
}

function osOf(metadata: Part, results: readonly Result[]): Scan['os'] | undefined {
  const os = partOf(metadata, 'OS')
  if (os === undefined) return undefined
  const packages = countPackages(results.filter(each => each.class === 'os-pkgs'))
  const family = requiredText(os, 'Family')
  if (family === 'none') return {name: unknownSystem, endOfLife: null, packages}
  return {name: `${family} ${textOf(os, 'Name') ?? ''}`.trim(), endOfLife: flagOf(os, 'EOSL'), packages}
}

/** Trivy's word "none": packages of a system are there, and nothing is known of the system. */
const unknownSystem = 'unknown'
const systemDoubt = 'Trivy does not know the operating system of the image, and looked up none of its packages'

function endOfLifeOf(name: string | null): readonly EndOfLife[] {
  if (name === null) return []
  const title = `${name} gets no more security updates from its distributor`
  return [{kind: 'end-of-life', id: name, title, severity: 'high', places: [], foundBy: ['trivy']}]
}

function platformOf(metadata: Part): string | null {
  const config = partOf(metadata, 'ImageConfig')
  const [os, architecture, variant] = ['os', 'architecture', 'variant'].map(key => config && textOf(config, key))
  if (!os || !architecture) return null
  return [os, architecture, ...(variant ? [variant] : [])].join('/')
}

/** Go writes the year 1 for "never". */
function instantOf(part: Part, key: string): string | null {
  const text = textOf(part, key)
  return text === undefined || text.startsWith('0001-') || Number.isNaN(Date.parse(text)) ? null : text
}
