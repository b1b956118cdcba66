/**
 * Waivers as OpenVEX 0.2 (https://github.com/openvex/spec), for scanners and registries that read it: what is accepted is
 * `affected` with who accepts it until when; only a waiver that says `not_affected` is one that other tools suppress by.
 */
import type {Waiver} from '../../config/waivers.ts'
import {formatDay} from '../../core/day.ts'
import {digestOfText} from '../../core/digest.ts'
import {formatPackageUrl, parsePackageUrl} from '../../core/package-url.ts'
import {imageNameOf, longName} from '../image-name.ts'
import type {ImageJudgement, PlatformJudgement} from '../judgement.ts'
import type {Vulnerability} from '../scan.ts'

export interface OpenVexOptions {
  /** Who speaks: an organisation, a mail address, an IRI. */
  readonly author: string
  /** ISO 8601; when the image was judged. */
  readonly at: string
  /** IRI of the document. Default: made from what it says, so that the same judgement gives the same one. */
  readonly id?: string
}

/** What is said of one vulnerability because of one waiver. */
interface Group {
  readonly waiver: Waiver
  readonly expired: boolean
  readonly name: string
  readonly aliases: Set<string>
  /** Package URLs of the affected packages, for each platform. */
  readonly packages: Map<PlatformJudgement, Set<string>>
}

/** null when no waiver covers a vulnerability: OpenVEX has no document without statements. */
export function renderOpenVex(judgement: ImageJudgement, {author, at, id}: OpenVexOptions): string | null {
  const statements = groupsOf(judgement).map(group => toStatement(group, judgement))
  if (statements.length === 0) return null
  const digest = digestOfText(JSON.stringify(statements)).slice('sha256:'.length)
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': id ?? `https://openvex.dev/docs/${encodeURIComponent(judgement.service)}/vex-${digest}`,
    author,
    timestamp: at,
    version: 1,
    tooling: 'slipway',
    statements,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function groupsOf({platforms}: ImageJudgement): readonly Group[] {
  const byWaiver = new Map<Waiver, Map<string, Group>>()
  for (const platform of platforms) {
    for (const {flaw, waiver} of platform.judged) {
      if (flaw.kind !== 'vulnerability' || waiver.kind === 'none') continue
      const groups = byWaiver.get(waiver.waiver) ?? new Map<string, Group>()
      byWaiver.set(waiver.waiver, groups)
      const group = groups.get(flaw.id) ?? {
        waiver: waiver.waiver,
        expired: waiver.kind === 'expired',
        name: flaw.id,
        aliases: new Set(),
        packages: new Map<PlatformJudgement, Set<string>>(),
      }
      groups.set(flaw.id, group)
      for (const alias of flaw.aliases) if (alias !== flaw.id) group.aliases.add(alias)
      const packages = group.packages.get(platform) ?? new Set()
      group.packages.set(platform, packages.add(packageUrlOf(flaw)))
    }
  }
  const all = [...byWaiver.values()].flatMap(groups => [...groups.values()])
  return all.sort((one, other) => compare(one.name, other.name) || one.waiver.line - other.waiver.line)
}

function toStatement({waiver, expired, name, aliases, packages}: Group, judgement: ImageJudgement) {
  return {
    vulnerability: {name, ...(aliases.size === 0 ? {} : {aliases: [...aliases].sort(compare)})},
    products: [...packages].map(([platform, urls]) => {
      const purl = imageUrl(platform, judgement)
      const subcomponents = [...urls].sort(compare).map(url => ({'@id': url, identifiers: {purl: url}}))
      return {'@id': purl, identifiers: {purl}, subcomponents}
    }),
    ...statusOf(waiver, expired),
  }
}

function statusOf(waiver: Waiver, expired: boolean): Readonly<Record<string, string>> {
  const {owner, reason, justification} = waiver
  const until = formatDay(waiver.expires)
  if (expired) {
    return {status: 'affected', action_statement: `${owner} accepted it until ${until}, which is over: ${reason}`}
  }
  if (waiver.status === 'accepted') {
    return {status: 'affected', action_statement: `Accepted by ${owner} until ${until}: ${reason}`}
  }
  const said = `${reason} (${owner}, until ${until})`
  // The schema takes a justification or an impact statement, never both.
  if (justification === undefined) return {status: 'not_affected', impact_statement: said}
  return {status: 'not_affected', justification, status_notes: said}
}

/** purl-spec, type `oci`: the name is the last part of the repository, the version is the digest. */
function imageUrl({platform, digest}: PlatformJudgement, judgement: ImageJudgement): string {
  const {label, service} = judgement
  const isPath = /^[./]/.test(label)
  // Trivy and Grype call Docker Hub by this name, and compare signs.
  const repository = isPath ? undefined : longName(imageNameOf(label)).replace(/^docker\.io\//, 'index.docker.io/')
  const version = digest ?? judgement.digest ?? undefined
  // The digest of an image says its architecture; that of an index does not.
  const arch = digest === null ? platform?.split('/')[1] : undefined
  return formatPackageUrl({
    type: 'oci',
    namespace: '',
    name: (repository?.split('/').at(-1) ?? service).toLowerCase(),
    ...(version === undefined ? {} : {version}),
    qualifiers: new Map([
      ...(arch === undefined ? [] : [['arch', arch] as const]),
      ...(repository === undefined ? [] : [['repository_url', repository] as const]),
    ]),
  })
}

/**
 * The purl with its version and without qualifiers: scanners write them differently (`distro=3.18.2` and
 * `distro=alpine-3.18.2`), and within one image they tell nothing apart. A generic one where the scanner gave none.
 */
function packageUrlOf({purl, package: name, installedVersion}: Vulnerability): string {
  const parsed = purl === undefined ? undefined : parsePackageUrl(purl)
  if (parsed) return formatPackageUrl({...parsed, qualifiers: new Map()})
  return formatPackageUrl({
    type: 'generic',
    namespace: '',
    name,
    ...(installedVersion === '' ? {} : {version: installedVersion}),
    qualifiers: new Map(),
  })
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
