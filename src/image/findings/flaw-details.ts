/** Numbers and names of one flaw, for readers of the result's JSON. */
import {cut} from '../../core/cut.ts'
import {formatDay} from '../../core/day.ts'
import type {Finding} from '../../core/finding.ts'
import {idsOf} from '../identity.ts'
import type {Judged, WaiverState} from '../judgement.ts'
import type {Flaw, Vulnerability} from '../scan.ts'
import {describePlace} from './flaw-words.ts'

type Details = NonNullable<Finding['details']>

/** A result is a summary: of a package in a thousand places it names some, and the scan's own file all. */
const shownPlaces = 20

/** @param platforms that have the flaw; none for one in files of the repository */
export function detailsOf({flaw, isNew, waiver}: Judged, platforms: readonly string[]): Details {
  return {
    kind: flaw.kind,
    ...ofKind(flaw),
    locations: flaw.places.slice(0, shownPlaces).map(describePlace),
    foundBy: flaw.foundBy,
    ...(platforms.length === 0 ? {} : {platforms}),
    ...(flaw.url === undefined ? {} : {url: cut(flaw.url, 500)}),
    ...(isNew === null ? {} : {isNew}),
    ...waiverDetails(waiver),
  }
}

function ofKind(flaw: Flaw): Details {
  switch (flaw.kind) {
    case 'vulnerability':
      return {
        vulnerability: cut(flaw.id),
        aliases: listed(idsOf(flaw).filter(id => id !== flaw.id)),
        ...packageDetails(flaw),
        ...known(flaw),
      }
    case 'licence':
      return {licence: cut(flaw.licence), ...packageDetails(flaw)}
    case 'package':
      return packageDetails(flaw)
    case 'secret':
      return {rule: cut(flaw.id), category: cut(flaw.category)}
    case 'misconfiguration':
      return {rule: cut(flaw.id)}
    case 'end-of-life':
      return {os: cut(flaw.id)}
  }
}

function listed(names: readonly string[]): readonly string[] {
  return names.slice(0, shownPlaces).map(name => cut(name))
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
  return {
    package: cut(name),
    installedVersion: cut(installedVersion),
    ...(purl === undefined ? {} : {purl: cut(purl, 500)}),
  }
}

function known({fix, cvss, epss, knownExploited, ratings, severitySource}: Vulnerability): Details {
  return {
    fixedVersions: listed(fix.versions),
    fixState: fix.state,
    ...(fix.date === null ? {} : {fixDate: formatDay(fix.date)}),
    ...(severitySource === null ? {} : {severitySource}),
    ...(ratings.length === 0 ? {} : {ratings: ratings.map(({scanner, severity}) => `${scanner} ${severity}`)}),
    ...(cvss.length === 0
      ? {}
      : {cvss: listed(cvss.map(({source, score, vector}) => `${source} ${score} ${vector}`.trim()))}),
    ...(epss === null ? {} : {epss: epss.score, epssPercentile: epss.percentile}),
    ...(knownExploited === null ? {} : {knownExploited: true, ransomware: knownExploited.ransomware}),
    ...(knownExploited?.due == null ? {} : {exploitedDue: formatDay(knownExploited.due)}),
  }
}

function waiverDetails(state: WaiverState): Details {
  if (state.kind === 'none') return {}
  return {waiverOwner: state.waiver.owner, waiverUntil: formatDay(state.waiver.expires)}
}
