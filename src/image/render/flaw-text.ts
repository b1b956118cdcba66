/** A flaw in words that all renderings share. Plain text: renderers escape. */

import {assertNever} from '../../core/assert.ts'
import {cut} from '../../core/cut.ts'
import {formatDay} from '../../core/day.ts'
import type {RuleOutcome, WaiverState} from '../judgement.ts'
import type {Fix, Flaw, Place, Vulnerability} from '../scan.ts'
import {nextFix, typeOf} from '../upgrades.ts'

/** `busybox 1.36.1-r0 has CVE-2022-48174 (critical): stack overflow in ash`, without a full stop. */
export function whatIs(flaw: Flaw): string {
  const title = sentenceOf(flaw.title)
  switch (flaw.kind) {
    case 'vulnerability':
      return `${packageText(flaw)} has ${flaw.id} (${flaw.severity})${title === '' ? '' : `: ${title}`}`
    case 'secret':
      return `${placesText(flaw.places)} holds a secret, ${flaw.id} (${flaw.severity})${title === '' ? '' : `: ${title}`}`
    case 'misconfiguration':
      return `${flaw.id} (${flaw.severity}): ${sentenceOf(flaw.message) || title || 'configured against its rule'}`
    case 'licence':
      return `${packageText(flaw)} has the licence ${flaw.licence || flaw.id}`
    case 'package':
      return `${packageText(flaw)} is in the image`
    case 'end-of-life':
      return title || `${flaw.id} gets no more security updates`
    default:
      return assertNever(flaw)
  }
}

const longestSentence = 400

/** Without what ends it, so that it can stand within another; short enough for what comes behind it to be read. */
export function sentenceOf(text: string): string {
  const short = cut(text, longestSentence)
  let end = short.length
  while (end > 0 && (short[end - 1] === '.' || short[end - 1]?.trim() === '')) end--
  return short.slice(0, end).trim()
}

/** What to do about it: one sentence. */
export function whatToDo(flaw: Flaw): string {
  switch (flaw.kind) {
    case 'vulnerability':
      return fixAdvice(flaw)
    case 'secret':
      return 'Revoke the secret, then take it out of the image and of every layer below.'
    case 'misconfiguration':
      return `${sentenceOf(flaw.remedy) || 'Configure it as the rule asks'}.`
    case 'licence':
      return 'Replace the package, or have its licence cleared and waive it with a reason.'
    case 'package':
      return 'Take the package out of the image.'
    case 'end-of-life':
      return 'Build on a release that is supported.'
    default:
      return assertNever(flaw)
  }
}

function fixAdvice({package: name, installedVersion, purl, fix: {state, versions}}: Vulnerability): string {
  const to = nextFix(installedVersion, versions, typeOf(purl))
  if (to !== undefined) return `Upgrade ${name} to ${to} and build the image again.`
  switch (state) {
    case 'fixed':
      return `A fix is announced without its version: look for an upgrade of ${name}.`
    case 'not-fixed':
      return 'No version fixes it yet: take the package out, or waive it until there is one.'
    case 'will-not-fix':
      return 'Its distributor will not fix it: replace the package, or waive it with a reason.'
    case 'end-of-life':
      return 'Its distributor fixes nothing any more: build on a release that is supported.'
    case 'unknown':
      return 'Nobody says whether a version fixes it: look at the link.'
    default:
      return assertNever(state)
  }
}

const shownVersions = 4

/** `1.36.1-r1`, or why there is none. */
export function fixText({state, versions}: Fix): string {
  const more = versions.length > shownVersions ? ' …' : ''
  if (versions.length > 0) return versions.slice(0, shownVersions).join(', ') + more
  switch (state) {
    case 'fixed':
      return 'fixed, version unknown'
    case 'not-fixed':
      return 'none yet'
    case 'will-not-fix':
      return 'will not be fixed'
    case 'end-of-life':
      return 'end of life'
    case 'unknown':
      return 'unknown'
    default:
      return assertNever(state)
  }
}

/** What the gate says of it, with the rule that says so. */
export function outcomeText(outcome: RuleOutcome): string {
  switch (outcome.kind) {
    case 'rule':
      return outcome.rule
    case 'undecided':
      return `undecided: its ${unknownWord(outcome.unknown)} is not known, which "${outcome.rule}" asks for`
    case 'no-rule':
      return 'no rule'
    default:
      return assertNever(outcome)
  }
}

function unknownWord(unknown: Extract<RuleOutcome, {kind: 'undecided'}>['unknown']): string {
  switch (unknown) {
    case 'severity':
    case 'fix':
    case 'licence':
      return unknown
    case 'known-exploited':
      return 'exploitation'
    case 'epss':
      return 'EPSS score'
    case 'fix-date':
      return 'date of the fix'
    default:
      return assertNever(unknown)
  }
}

/** Why it does not count although a rule may be against it; one text for each who says so. */
export function dismissals(flaw: Flaw, waiver: WaiverState): readonly string[] {
  const ours =
    waiver.kind === 'holds'
      ? [`Waived by ${waiver.waiver.owner} until ${formatDay(waiver.waiver.expires)}: ${waiver.waiver.reason}`]
      : []
  if (!flaw.suppressed) return ours
  const {by, reason, until} = flaw.suppressed
  const end = until === undefined ? '' : ` until ${formatDay(until)}`
  return [...ours, `Suppressed by ${by}${end}: ${reason.trim() || 'no reason given'}`]
}

function placesText(places: readonly Place[]): string {
  const [first, ...others] = places.map(placeText)
  if (first === undefined) return 'the image'
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

/** `app/.env`, `deploy/serving.yaml:12`, or the layer by the beginning of its digest. */
export function placeText(place: Place): string {
  if (place.kind === 'repository') return place.line === undefined ? place.file : `${place.file}:${place.line}`
  return place.path || (place.layer === undefined ? 'the image' : `layer ${place.layer.slice(0, 19)}`)
}

function packageText({package: name, installedVersion}: {package: string; installedVersion: string}): string {
  return installedVersion === '' ? name : `${name} ${installedVersion}`
}
