/** Numbers and names of one flaw, for readers of the result's JSON. */
import {formatDay} from '../../core/day.ts'
import type {Finding} from '../../core/finding.ts'
import {idsOf} from '../identity.ts'
import type {Judged, WaiverState} from '../judgement.ts'
import type {Flaw, Vulnerability} from '../scan.ts'
import {describePlace} from './flaw-words.ts'

type Details = NonNullable<Finding['details']>

/** A result is a summary: of a package in a thousand places it names some, and the scan's own file all. */
const shownPlaces = 20

export function detailsOf({flaw, isNew, waiver}: Judged, platforms: readonly string[]): Details {
  return {
    kind: flaw.kind,
    ...ofKind(flaw),
    locations: flaw.places.slice(0, shownPlaces).map(describePlace),
    foundBy: flaw.foundBy,
    ...(platforms.length === 0 ? {} : {platforms}),
    ...(flaw.url === undefined ? {} : {url: flaw.url}),
    ...(isNew === null ? {} : {isNew}),
    ...waiverDetails(waiver),
  }
}

function ofKind(flaw: Flaw): Details {
  switch (flaw.kind) {
    case 'vulnerability':
      return {
        vulnerability: flaw.id,
        aliases: idsOf(flaw).filter(id => id !== flaw.id),
        ...packageDetails(flaw),
        ...known(flaw),
      }
    case 'licence':
      return {licence: flaw.licence, ...packageDetails(flaw)}
    case 'package':
      return packageDetails(flaw)
    case 'secret':
      return {rule: flaw.id, category: flaw.category}
    case 'misconfiguration':
      return {rule: flaw.id}
    case 'end-of-life':
      return {os: flaw.id}
  }
}

function packageDetails({
  package: name,
  installedVersion,
  purl,
}: {
  readonly package: string
  readonly installedVersion: string
  readonly purl?: string
}): Details {
  return {package: name, installedVersion, ...(purl === undefined ? {} : {purl})}
}

function known({fix, cvss, epss, knownExploited, ratings, severitySource}: Vulnerability): Details {
  return {
    fixedVersions: fix.versions,
    fixState: fix.state,
    ...(fix.date === null ? {} : {fixDate: formatDay(fix.date)}),
    ...(severitySource === null ? {} : {severitySource}),
    ...(ratings.length === 0 ? {} : {ratings: ratings.map(({scanner, severity}) => `${scanner} ${severity}`)}),
    ...(cvss.length === 0 ? {} : {cvss: cvss.map(({source, score, vector}) => `${source} ${score} ${vector}`.trim())}),
    ...(epss === null ? {} : {epss: epss.score, epssPercentile: epss.percentile}),
    ...(knownExploited === null ? {} : {knownExploited: true, ransomware: knownExploited.ransomware}),
    ...(knownExploited?.due == null ? {} : {exploitedDue: formatDay(knownExploited.due)}),
  }
}

function waiverDetails(state: WaiverState): Details {
  if (state.kind === 'none') return {}
  return {waiverOwner: state.waiver.owner, waiverUntil: formatDay(state.waiver.expires)}
}
