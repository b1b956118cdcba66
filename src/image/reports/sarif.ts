/**
 * SARIF 2.1.0 of any tool (OASIS standard): linters of manifests and Dockerfiles, scanners of secrets, and scanners of
 * images, whose own JSON says more and is the better report.
 */
import {digestsIn, isDigest} from '../../core/digest.ts'
import {UserError} from '../../core/failure.ts'
import {type Flaw, type FlawKind, flawKinds, type Scan, type ScannerRun} from '../scan.ts'
import {isMapping} from './mapping.ts'
import {toFlaw} from './sarif/flaw.ts'
import {isVulnerabilityScanner, kindOf, kindsOfTool} from './sarif/kinds.ts'
import {type SarifInvocation, type SarifRun, sarifLog} from './sarif/log.ts'
import {openPlaces} from './sarif/places.ts'
import {messageText, openRuleBook} from './sarif/rules.ts'
import {shaped, versionUnknown} from './shape.ts'

/**
 * All runs together. A linter that found nothing is a good answer; a report without runs is none.
 * @throws UserError `image/report-malformed`, `image/report-version-unknown` or `image/report-incomplete`
 */
export function parseSarif(json: unknown, source: string): Scan {
  const version = isMapping(json) ? json.version : undefined
  if (version !== '2.1.0') throw versionUnknown(source, 'a SARIF report', version, '2.1.0')
  const {runs} = shaped(sarifLog, json, source, 'a SARIF report')
  if (runs.length === 0) {
    throw new UserError('image/report-incomplete', `${source} is a SARIF report without a run: no tool has looked.`, {
      hint: 'Expected one run for each tool, with an empty list of results where it found nothing.',
    })
  }
  const parts = runs.map((run, index) => readRun(run, index, source))
  const [image] = parts.flatMap(part => part.image ?? [])
  const [configDigest] = parts.flatMap(part => part.configDigest ?? [])
  return {
    scanners: parts.map(({scanner}) => scanner),
    image: image ?? source,
    digests: [...new Set(parts.flatMap(({digests}) => digests))],
    configDigest: configDigest ?? null,
    platform: null,
    os: null,
    packages: null,
    packageCount: null,
    flaws: parts.flatMap(({flaws}) => flaws),
    lookedFor: flawKinds.filter(kind => parts.some(({lookedFor}) => lookedFor.has(kind))),
    knows: {knownExploited: false, epss: false},
    doubts: parts.flatMap(({doubts}) => doubts),
  }
}

interface Part extends Pick<Scan, 'digests' | 'flaws' | 'doubts'> {
  readonly scanner: ScannerRun
  readonly lookedFor: ReadonlySet<FlawKind>
  readonly image: string | null
  readonly configDigest: Scan['configDigest']
}

function readRun(run: SarifRun, index: number, source: string): Part {
  refuseParts(run, index, source)
  const {driver} = run.tool
  const tool = driver.name.toLowerCase()
  const image = imageOf(run)
  const rules = openRuleBook(run)
  const placesOf = openPlaces(run, image.inImage || tool === 'grype')
  const flaws = (run.results ?? []).flatMap(result => toFlaw(result, {rules, placesOf, tool}) ?? [])
  return {
    scanner: {
      name: tool,
      version: driver.semanticVersion || driver.version || null,
      at: run.invocations?.find(({endTimeUtc}) => endTimeUtc)?.endTimeUtc ?? null,
      databaseBuilt: null,
    },
    flaws,
    lookedFor: lookedFor(run, tool, flaws),
    doubts: doubtsOf(run, driver.name),
    image: image.name,
    digests: image.digests,
    configDigest: image.configDigest,
  }
}

/** §3.15.2: a run may keep its results in files beside it, which nobody has given us. */
function refuseParts({externalPropertyFileReferences}: SarifRun, index: number, source: string): void {
  const elsewhere = externalPropertyFileReferences?.results
  if (!Array.isArray(elsewhere) || elsewhere.length === 0) return
  throw new UserError(
    'image/report-incomplete',
    `${source} keeps the results of its run ${index + 1} in other files.`,
    {
      hint: 'Let the tool write one whole file, without `externalPropertyFileReferences`.',
    },
  )
}

/** Trivy says in the properties of its run which image it looked at. */
function imageOf({properties}: SarifRun): Pick<Part, 'digests' | 'configDigest'> & {
  readonly name: string | null
  readonly inImage: boolean
} {
  const name = properties?.imageName
  const id = properties?.imageID
  const named = Array.isArray(properties?.repoDigests) ? properties.repoDigests : []
  return {
    name: typeof name === 'string' && name !== '' ? name : null,
    inImage: typeof name === 'string',
    digests: digestsIn(named.filter(each => typeof each === 'string')),
    configDigest: typeof id === 'string' && isDigest(id) ? id : null,
  }
}

/**
 * What it found it looked for, and so with what its rules are about. Without either the tool's name decides, and a tool
 * that is not known looks for misconfigurations: as such its results would count. Only Trivy's silence says nothing,
 * since its report does not tell what it was asked for.
 */
function lookedFor(run: SarifRun, tool: string, flaws: readonly Flaw[]): ReadonlySet<FlawKind> {
  if (!run.results) return new Set()
  const kinds = new Set(flaws.map(({kind}) => kind))
  for (const {rules} of [run.tool.driver, ...(run.tool.extensions ?? [])]) {
    for (const rule of rules ?? []) kinds.add(kindOf(rule.id ?? '', rule, tool))
  }
  for (const kind of kindsOfTool(tool) ?? []) kinds.add(kind)
  if (kinds.size === 0 && !isVulnerabilityScanner(tool)) kinds.add('misconfiguration')
  return kinds
}

const mostDoubts = 10

function doubtsOf(run: SarifRun, name: string): readonly string[] {
  const said = (run.invocations ?? []).flatMap(invocation => invocationDoubts(invocation, run, name))
  const silent = run.results ? [] : [`${name} has no list of results: it did not look.`]
  const all = [...silent, ...new Set(said)]
  return all.length > mostDoubts
    ? [...all.slice(0, mostDoubts), `${name} says ${all.length - mostDoubts} more things of this kind.`]
    : all
}

/** Tools that call themselves unsuccessful where they found something (kube-linter, `sarif_format.go`). */
const failsByFinding: ReadonlySet<string> = new Set(['kube-linter'])

function invocationDoubts(invocation: SarifInvocation, {results}: SarifRun, name: string): readonly string[] {
  const notices = [
    ...(invocation.toolExecutionNotifications ?? []),
    ...(invocation.toolConfigurationNotifications ?? []),
  ]
  const errors = notices
    .filter(({level}) => level === 'error')
    .map(({message}) => `${name} says: ${short(messageText(message, undefined)) || 'an error without a text'}`)
  if (invocation.executionSuccessful !== false) return errors
  if (failsByFinding.has(name) && results && results.length > 0) return errors
  const why = [invocation.processStartFailureMessage, invocation.exitCodeDescription, invocation.exitSignalName].find(
    Boolean,
  )
  return [`${name} did not run to its end${why ? `: ${short(why)}` : ''}.`, ...errors]
}

function short(text: string): string {
  const [line = ''] = text.split('\n', 1)
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
