/**
 * Trivy's JSON report, schema version 2, in our words. The format is `pkg/types` of aquasecurity/trivy: fields are left
 * out when they are empty, and ReportID, ArtifactID, Fingerprint and the block Trivy came with later versions.
 */
import {type Digest, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {EndOfLife, Flaw, FlawKind, Package, Scan} from '../scan.ts'
import {flagOf, openDocument, type Part, partOf, partsOf, requiredText, textOf, textsOf, wrongField} from './fields.ts'
import {toLicence, toMisconfiguration, toSecret} from './trivy/other-flaws.ts'
import {byName, toPackage} from './trivy/packages.ts'
import {toVulnerability} from './trivy/vulnerability.ts'
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
  const flaws = [...flawsOf(results, packages ?? [], placeKind), ...endOfLifeOf(os?.endOfLife ? os.name : null)]
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
    digests: digestsOf([...((metadata && textsOf(metadata, 'RepoDigests')) ?? []), name]),
    configDigest: imageId !== undefined && isDigest(imageId) ? imageId : null,
    platform: (metadata && platformOf(metadata)) ?? null,
    os: os ?? null,
    packages,
    packageCount: placeKind === 'repository' ? null : countPackages(results),
    flaws,
    lookedFor: lookedFor(results, placeKind, os?.endOfLife ?? false),
    knows: {knownExploited: false, epss: false},
    doubts: [],
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

interface Result {
  readonly part: Part
  readonly target: string
  readonly class: string
  readonly type: string
  /** Undefined where the report has no list, which is not an empty one. */
  readonly packages: readonly Part[] | undefined
}

function openResult(part: Part): Result {
  return {
    part,
    target: textOf(part, 'Target') ?? '',
    class: textOf(part, 'Class') ?? '',
    type: textOf(part, 'Type') ?? '',
    packages: partsOf(part, 'Packages'),
  }
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
  const ofSystem = results.filter(each => each.class === 'os-pkgs')
  return {
    name: `${requiredText(os, 'Family')} ${textOf(os, 'Name') ?? ''}`.trim(),
    endOfLife: flagOf(os, 'EOSL'),
    packages: countPackages(ofSystem),
  }
}

function endOfLifeOf(name: string | null): readonly EndOfLife[] {
  if (name === null) return []
  const title = `${name} gets no more security updates from its distributor`
  return [{kind: 'end-of-life', id: name, title, severity: 'high', places: [], foundBy: ['trivy']}]
}

function packagesOf(results: readonly Result[]): readonly Package[] | null {
  const lists = results.flatMap(({packages, type}) => (packages ? [packages.map(each => toPackage(each, type))] : []))
  return lists.length === 0 ? null : lists.flat()
}

/**
 * Trivy leaves out a list that would be empty, and older versions leave out all packages unless asked to list them. So
 * no list tells nothing, and counts as null, not as zero; then the packages with a vulnerability are those that were surely
 * looked at. Where there is no result of packages at all, nothing was found to look at.
 */
function countPackages(results: readonly Result[]): number | null {
  const ofPackages = results.filter(each => !['secret', 'license', 'license-file', 'config'].includes(each.class))
  if (ofPackages.length === 0) return 0
  const counts = ofPackages.flatMap(({packages}) => (packages ? [packages.length] : []))
  if (counts.length > 0) return counts.reduce((sum, each) => sum + each, 0)
  const named = ofPackages.flatMap(({part}) =>
    (partsOf(part, 'Vulnerabilities') ?? []).map(each => each.fields.PkgName),
  )
  return named.length === 0 ? null : new Set(named).size
}

function flawsOf(results: readonly Result[], packages: readonly Package[], kind: PlaceKind): readonly Flaw[] {
  const owners = byName(packages)
  return results.flatMap(result => {
    const {part, target} = result
    // Of packages that share one result ("Python", or the whole system) the target is a title, not a path.
    const path = isTitle(result) ? '' : target
    const found: Flaw[] = []
    for (const each of partsOf(part, 'Vulnerabilities') ?? []) found.push(toVulnerability(each, path))
    for (const each of partsOf(part, 'Secrets') ?? []) found.push(toSecret(each, target, kind))
    for (const each of partsOf(part, 'Licenses') ?? []) found.push(toLicence(each, owners))
    for (const each of partsOf(part, 'Misconfigurations') ?? []) {
      const misconfiguration = toMisconfiguration(each, target, kind)
      if (misconfiguration) found.push(misconfiguration)
    }
    for (const each of partsOf(part, 'ExperimentalModifiedFindings') ?? []) {
      found.push(toSuppressed(each, {target, path, kind, owners}))
    }
    return found
  })
}

function isTitle({class: kind, target, part}: Result): boolean {
  if (kind === 'os-pkgs') return true
  const first = (partsOf(part, 'Vulnerabilities') ?? [])[0]
  return !target.includes('/') && first?.fields.PkgPath !== undefined
}

interface Around {
  readonly target: string
  readonly path: string
  readonly kind: PlaceKind
  readonly owners: ReadonlyMap<string, readonly Package[]>
}

/** `ModifiedFinding` (`pkg/types/finding.go`): what an ignore file or a VEX document of Trivy has taken away. */
function toSuppressed(part: Part, around: Around): Flaw {
  const finding = partOf(part, 'Finding')
  if (finding === undefined) throw wrongField(part, 'Finding', 'a mapping')
  const reason = ['Status', 'Statement', 'Source'].flatMap(key => textOf(part, key) || []).join(', ')
  const suppressed = {by: 'trivy', reason: reason === '' ? 'no reason given' : reason}
  const flaw = toFlaw(textOf(part, 'Type') ?? '', finding, around)
  if (flaw === null) throw wrongField(part, 'Type', 'one of vulnerability, secret, misconfiguration, license')
  return {...flaw, suppressed}
}

function toFlaw(type: string, finding: Part, {target, path, kind, owners}: Around): Flaw | null {
  switch (type) {
    case 'vulnerability':
      return toVulnerability(finding, path)
    case 'secret':
      return toSecret(finding, target, kind)
    case 'misconfiguration':
      return toMisconfiguration(finding, target, kind)
    case 'license':
      return toLicence(finding, owners)
    default:
      return null
  }
}

/**
 * A report does not say what Trivy was asked for. Where packages stand in it, vulnerabilities are taken to be looked for
 * (Trivy's default); of other kinds only what is there tells. Whoever runs Trivy knows better, and says so.
 */
function lookedFor(results: readonly Result[], kind: PlaceKind, endOfLife: boolean): readonly FlawKind[] {
  if (kind === 'repository') return ['misconfiguration']
  const classes = new Set(results.map(each => each.class))
  const hasPackages = results.length === 0 || classes.has('os-pkgs') || classes.has('lang-pkgs') || classes.has('')
  return [
    ...(hasPackages ? (['vulnerability', 'package'] as const) : []),
    ...(hasPackages || endOfLife ? (['end-of-life'] as const) : []),
    ...(classes.has('secret') ? (['secret'] as const) : []),
    ...(classes.has('config') ? (['misconfiguration'] as const) : []),
    ...(classes.has('license') || classes.has('license-file') ? (['licence'] as const) : []),
  ]
}

function platformOf(metadata: Part): string | null {
  const config = partOf(metadata, 'ImageConfig')
  const [os, architecture, variant] = ['os', 'architecture', 'variant'].map(key => config && textOf(config, key))
  if (!os || !architecture) return null
  return [os, architecture, ...(variant ? [variant] : [])].join('/')
}

/** Content digests after "@", each once. An artifact name that is a tag or a path names none. */
function digestsOf(names: readonly string[]): readonly Digest[] {
  const digests = names.map(name => name.slice(name.lastIndexOf('@') + 1)).filter(isDigest)
  return [...new Set(digests)]
}

/** Go writes the year 1 for "never". */
function instantOf(part: Part, key: string): string | null {
  const text = textOf(part, key)
  return text === undefined || text.startsWith('0001-') || Number.isNaN(Date.parse(text)) ? null : text
}
