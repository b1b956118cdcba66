/** What a flaw is called, what is known of it in a sentence, and what to do about it. */
import {cut} from '../../core/cut.ts'
import {formatDay} from '../../core/day.ts'
import {formatShare} from '../../core/quantity.ts'
import type {Baseline, Judged} from '../judgement.ts'
import type {Flaw, Place, Vulnerability} from '../scan.ts'
import {nextFix, typeOf} from '../upgrades.ts'

/** Most signs of a text of somebody else within a sentence of ours: enough for a sentence or three. */
export const longestText = 1000

/** `CVE-2022-48174 in busybox 1.36.1-r0`, `aws-access-key-id in app/.env` */
export function subjectOf(flaw: Flaw): string {
  switch (flaw.kind) {
    case 'vulnerability':
    case 'licence':
      return `${cut(flaw.id)} in ${cut(flaw.package)} ${cut(flaw.installedVersion)}`.trim()
    case 'package':
      return `${cut(flaw.package)} ${cut(flaw.installedVersion)}`.trim()
    case 'secret':
    case 'misconfiguration': {
      const [place] = flaw.places
      return place === undefined ? cut(flaw.id) : `${cut(flaw.id)} in ${describeSpot(place)}`
    }
    case 'end-of-life':
      return cut(flaw.id)
  }
}

/** `app/.env`, `deploy/serving.yaml:12` */
export function describePlace(place: Place): string {
  const line = place.line === undefined ? '' : `:${place.line}`
  if (place.kind === 'repository') return `${cut(place.file)}${line}`
  if (place.path !== '') return `${cut(place.path)}${line}`
  return place.layer === undefined ? 'the image' : `layer ${place.layer}`
}

/** What is in no file and no layer stands in the config: a variable, a label, the user. */
function describeSpot(place: Place): string {
  const isConfig = place.kind === 'image' && place.path === '' && place.layer === undefined
  return isConfig ? 'the image’s config' : describePlace(place)
}

/** `Critical, fixed in 1.36.1-r1; known to be exploited; new since v12 in production`: without a full stop. */
export function describeFlaw({flaw, isNew}: Judged, baseline: Baseline): string {
  const age = isNew === true && baseline.kind === 'known' ? [`new since ${baseline.label}`] : []
  return [...parts(flaw), ...age].join('; ')
}

function parts(flaw: Flaw): readonly string[] {
  const severity = flaw.severity === 'unknown' ? 'Severity unknown' : capital(flaw.severity)
  switch (flaw.kind) {
    case 'vulnerability':
      return [`${severity}, ${describeFix(flaw)}`, ...exploitation(flaw)]
    case 'secret':
      return [`${severity}: ${cut(flaw.title === '' ? flaw.category : flaw.title, longestText)}`]
    case 'misconfiguration':
      return [`${severity}: ${cut(flaw.message === '' ? flaw.title : flaw.message, longestText).replace(/\.$/, '')}`]
    case 'licence':
      return [
        `${cut(flaw.package)} is under ${flaw.licence === 'NOASSERTION' ? 'no stated licence' : cut(flaw.licence)}`,
      ]
    case 'package':
      return [`${subjectOf(flaw)} is in the image`]
    case 'end-of-life':
      return [`${cut(flaw.id)} gets no more security updates`]
  }
}

function describeFix({fix}: Vulnerability): string {
  if (fix.versions.length > 0) {
    const since = fix.date === null ? '' : ` since ${formatDay(fix.date)}`
    return `fixed in ${cut(fix.versions.join(', '))}${since}`
  }
  switch (fix.state) {
    case 'fixed':
      return 'fixed in a version that the scanner does not name'
    case 'will-not-fix':
      return 'which its distributor will not fix'
    case 'end-of-life':
      return 'in a version that gets no more fixes'
    case 'not-fixed':
      return 'no fixed version'
    case 'unknown':
      return 'fix unknown'
  }
}

function exploitation({knownExploited, epss}: Vulnerability): readonly string[] {
  const due = knownExploited?.due == null ? '' : `, due ${formatDay(knownExploited.due)}`
  const ransomware = knownExploited?.ransomware ? ' by ransomware' : ''
  return [
    ...(knownExploited === null ? [] : [`known to be exploited${ransomware}${due}`]),
    ...(epss === null ? [] : [`EPSS ${formatShare(epss.score)}`]),
  ]
}

/** What to do about it: one sentence. */
export function remedyFor(flaw: Flaw): string {
  switch (flaw.kind) {
    case 'vulnerability': {
      const fix = nextFix(flaw.installedVersion, flaw.fix.versions, typeOf(flaw.purl))
      if (fix !== undefined) return `Upgrade ${cut(flaw.package)} to ${cut(fix)}.`
      return 'Remove the package, choose another base image, or waive it with an owner, a reason and a date.'
    }
    case 'secret':
      return 'Revoke it now, then build the image without it: a build secret never becomes a layer.'
    case 'misconfiguration':
      return flaw.remedy === ''
        ? 'Correct it, or waive it with an owner, a reason and a date.'
        : cut(flaw.remedy, longestText)
    case 'licence':
      return 'Replace the package, or let the licence pass by a rule or a waiver.'
    case 'package':
      return 'Remove or replace the package, or waive it with an owner, a reason and a date.'
    case 'end-of-life':
      return 'Build on a release that is supported.'
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
