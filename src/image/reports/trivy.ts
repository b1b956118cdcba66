/**
 * Trivy's JSON report, schema version 2, in our words. The format is `pkg/types` of aquasecurity/trivy: fields are left
 * out when they are empty, and ReportID, ArtifactID, Fingerprint and the block Trivy came with later versions.
 */
import {assertNever} from '../../core/assert.ts'
import {digestsIn, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import type {EndOfLife, Flaw, FlawKind, Package, Scan} from '../scan.ts'
import {flagOf, openDocument, type Part, partOf, partsOf, requiredText, textOf, textsOf, wrongField} from './fields.ts'
import {toLicence, toMisconfiguration, toSecret} from './trivy/other-flaws.ts'
import {toPackage} from './trivy/packages.ts'
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
  const ofPackages = results.filter(each => each.packages || ['os-pkgs', 'lang-pkgs', ''].includes(each.class))
  if (ofPackages.length === 0) return 0
  const counts = ofPackages.flatMap(({packages}) => (packages ? [packages.length] : []))
  if (counts.length > 0) return counts.reduce((sum, each) => sum + each, 0)
  const named = ofPackages.flatMap(({part}) =>
    (partsOf(part, 'Vulnerabilities') ?? []).map(each => each.fields.PkgName),
  )
  return named.length === 0 ? null : new Set(named).size
}

interface About {
  /** Its name as Trivy has it: findings in its config are said to be in a file of that name. */
  readonly image: string
  readonly placeKind: PlaceKind
  readonly owners: ReadonlyMap<string, readonly Package[]>
}

function flawsOf(results: readonly Result[], about: About): readonly Flaw[] {
  const flaws: Flaw[] = []
  for (const result of results) {
    const around = {...about, target: targetOf(result, about)}
    for (const [list, type] of lists) {
      for (const each of partsOf(result.part, list) ?? []) {
        const flaw = toFlaw(type, each, around)
        if (flaw !== null) flaws.push(flaw)
      }
    }
    for (const each of partsOf(result.part, 'ExperimentalModifiedFindings') ?? []) {
      flaws.push(toSuppressed(each, around))
    }
  }
  return flaws
}

const lists = [
  ['Vulnerabilities', 'vulnerability'],
  ['Secrets', 'secret'],
  ['Licenses', 'license'],
  ['Misconfigurations', 'misconfiguration'],
] as const

/** A path, or null where the result's name is a title: of the system, of all packages of a language, of the image itself. */
function targetOf({class: kind, type, target}: Result, {image, placeKind}: About): string | null {
  if (kind === 'os-pkgs' || (placeKind === 'image' && target === image)) return null
  return collected.has(type) ? null : target
}

/** Languages whose packages Trivy finds one by one and puts into one result (`pkg/scan/langpkg`, PkgTargets). */
const collected: ReadonlySet<string> = new Set(['python-pkg', 'conda-pkg', 'gemspec', 'node-pkg', 'jar', 'k8s'])

interface Around extends About {
  readonly target: string | null
}

/** `ModifiedFinding` (`pkg/types/finding.go`): what an ignore file or a VEX document of Trivy has taken away. */
function toSuppressed(part: Part, around: Around): Flaw {
  const finding = partOf(part, 'Finding')
  if (finding === undefined) throw wrongField(part, 'Finding', 'a mapping')
  const type = textOf(part, 'Type') ?? ''
  const flaw = toFlaw(lists.find(([, known]) => known === type)?.[1], finding, around)
  if (flaw === null) throw wrongField(part, 'Type', `one of ${lists.map(([, known]) => known).join(', ')}`)
  const reason = ['Status', 'Statement', 'Source'].flatMap(key => textOf(part, key) || []).join(', ')
  return {...flaw, suppressed: {by: 'trivy', reason: reason === '' ? 'no reason given' : reason}}
}

/** Null for what was looked at and is in order, and for what is of no kind that is known. */
function toFlaw(type: (typeof lists)[number][1] | undefined, finding: Part, around: Around): Flaw | null {
  const {target, placeKind, owners} = around
  switch (type) {
    case 'vulnerability':
      return toVulnerability(finding, target ?? '')
    case 'secret':
      return toSecret(finding, target, placeKind)
    case 'misconfiguration':
      return toMisconfiguration(finding, target, placeKind)
    case 'license':
      return toLicence(finding, owners)
    case undefined:
      return null
    default:
      return assertNever(type)
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

/** Go writes the year 1 for "never". */
function instantOf(part: Part, key: string): string | null {
  const text = textOf(part, key)
  return text === undefined || text.startsWith('0001-') || Number.isNaN(Date.parse(text)) ? null : text
}
