/**
 * Grype's JSON report in our words. The format is `grype/presenter/models` of anchore/grype; it has no version of its own,
 * and `descriptor.db` changed with the database (schema 5: flat; schema 6: `status` and `providers`).
 *
 * A report lists the packages that something was found in, and no others: of an image in which nothing was found it does
 * not tell that anything was looked at. `withPackages` adds what the same run wrote as CycloneDX.
 */
import type {EndOfLife, Flaw, Scan, ScannerRun} from '../scan.ts'
import {
  type Document,
  flagOf,
  openDocument,
  type Part,
  partOf,
  partsOf,
  requiredText,
  textOf,
  textsOf,
} from './fields.ts'
import {readAlerts} from './grype/alerts.ts'
import {readSubject} from './grype/subject.ts'
import {suppressionOf} from './grype/suppression.ts'
import {toVulnerabilities} from './grype/vulnerability.ts'

/**
 * @param source where the report comes from, for messages: a path, or `the answer of grype`
 * @throws UserError `image/report-malformed`, `image/report-not-of-an-image`
 */
export function parseGrypeReport(json: unknown, source: string): Scan {
  const report = openDocument(json, documentOf(source))
  const descriptor = partOf(report, 'descriptor')
  const configuration = descriptor && partOf(descriptor, 'configuration')
  const database = descriptor && partOf(descriptor, 'db')
  const {isEndOfLife, doubts} = readAlerts(partsOf(report, 'alertsByPackage') ?? [])
  const os = nameOfSystem(report)
  return {
    scanners: [runOf(descriptor, database)],
    ...readSubject(report, source),
    os: os === null ? null : {name: os, endOfLife: isEndOfLife ? true : null, packages: null},
    packages: null,
    packageCount: countNamed(report),
    flaws: [...flawsOf(report), ...(isEndOfLife ? [endOfLifeOf(os)] : [])],
    lookedFor: tellsEndOfLife(configuration) ? ['vulnerability', 'end-of-life'] : ['vulnerability'],
    knows: knownFacts(database),
    doubts: [...doubts, ...doubtsOf(configuration, database)],
  }
}

function documentOf(source: string): Document {
  return {
    code: 'image/report-malformed',
    refusal: `${source} is not a Grype report as this version of Slipway knows it`,
    hint: 'Write the report again with `grype <image> -o json=<file>`, and report a format that has changed.',
  }
}

function runOf(descriptor: Part | undefined, database: Part | undefined): ScannerRun {
  const version = descriptor && textOf(descriptor, 'version')
  const status = database && (partOf(database, 'status') ?? database)
  return {
    name: 'grype',
    // What was built from source without its release's flags says "[not provided]".
    version: version === undefined || version === '' || version.startsWith('[') ? null : version,
    at: (descriptor && textOf(descriptor, 'timestamp')) || null,
    databaseBuilt: (status && textOf(status, 'built')) || null,
  }
}

function nameOfSystem(report: Part): string | null {
  const distro = partOf(report, 'distro')
  const name = distro && textOf(distro, 'name')
  if (distro === undefined || name === undefined || name === '') return null
  return `${name} ${textOf(distro, 'version') ?? ''}`.trim()
}

function flawsOf(report: Part): readonly Flaw[] {
  const matches = partsOf(report, 'matches') ?? []
  const ignored = partsOf(report, 'ignoredMatches') ?? []
  return [
    ...matches.flatMap(match => toVulnerabilities(match, undefined)),
    ...ignored.flatMap(match => toVulnerabilities(match, suppressionOf(match))),
  ]
}

/** What surely was looked at, for reports without a list of packages beside them: nothing named tells nothing. */
function countNamed(report: Part): number | null {
  const named = new Set<string>()
  for (const key of ['matches', 'ignoredMatches', 'alertsByPackage']) {
    for (const each of partsOf(report, key) ?? []) {
      const found = partOf(each, 'artifact') ?? partOf(each, 'package')
      if (found !== undefined) named.add(requiredText(found, 'id'))
    }
  }
  return named.size === 0 ? null : named.size
}

function endOfLifeOf(os: string | null): EndOfLife {
  const id = os ?? 'The operating system'
  const title = `${id} gets no more security updates from its distributor`
  return {kind: 'end-of-life', id, title, severity: 'high', places: [], foundBy: ['grype']}
}

/** Versions that can say so name the switch. That no alert came means little: of many releases the database knows no last day. */
function tellsEndOfLife(configuration: Part | undefined): boolean {
  const alerts = configuration && partOf(configuration, 'alerts')
  return alerts !== undefined && flagOf(alerts, 'enable-eol-distro-warnings')
}

/** Whether the database holds the two lists: its providers tell. Before schema 6 it had neither. */
function knownFacts(database: Part | undefined): Scan['knows'] {
  const providers = database && partOf(database, 'providers')
  const has = (name: string) => providers !== undefined && partOf(providers, name) !== undefined
  return {knownExploited: has('kev'), epss: has('epss')}
}

/** What Grype was told not to look at, and what it says of its own database. */
function doubtsOf(configuration: Part | undefined, database: Part | undefined): readonly string[] {
  const excluded = configuration === undefined ? [] : textsOf(configuration, 'exclude')
  const status = database && (partOf(database, 'status') ?? database)
  const error = status && textOf(status, 'error')
  return [
    ...(excluded.length > 0
      ? [`Grype was told to leave out ${excluded.join(', ')}, so nothing is known of what lies there`]
      : []),
    ...(error ? [`Grype says of its database: ${error}`] : []),
  ]
}
