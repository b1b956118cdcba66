/** One gated flaw in words. */
import {cut} from '../../core/cut.ts'
import {formatDay} from '../../core/day.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {ImageJudgement, Judged, RuleOutcome, UnknownFact} from '../judgement.ts'
import type {Flaw} from '../scan.ts'
import {detailsOf} from './flaw-details.ts'
import {describeFlaw, longestText, remedyFor, subjectOf} from './flaw-words.ts'

/** A flaw with its fate, and the platforms that have it; none for a flaw in files of the repository. */
export interface Sighting {
  readonly judged: Judged
  readonly platforms: readonly string[]
}

/** @param judgement how many platforms there are, and what `new` was compared with */
export function flawFinding({judged, platforms}: Sighting, judgement: ImageJudgement): Finding {
  const {flaw, outcome, waiver} = judged
  const isEverywhere = platforms.length === 0 || platforms.length === judgement.platforms.length
  const where = isEverywhere ? '' : `, on ${platforms.join(' and ')} alone`
  const description = `${describeFlaw(judged, judgement.baseline)}${where}`
  const why = whyItMatters(flaw)
  const value = measureOf(flaw)
  const common = {
    id: codes[flaw.kind].id,
    subject: subjectOf(flaw),
    ...(why === undefined ? {} : {why}),
    remedy: remedyFor(flaw),
    ...(value === undefined ? {} : {value}),
    ...(outcome.kind === 'no-rule' ? {} : {limit: outcome.rule}),
    details: detailsOf(judged, platforms),
  }
  switch (waiver.kind) {
    case 'holds': {
      const {owner, expires, reason} = waiver.waiver
      const until = `${owner} accepts it until ${formatDay(expires)}: ${reason}`
      const verdict = flawVerdict(judged)
      if (!waiver.expiresSoon) {
        return {...common, verdict, reason: 'image/waived', what: sentence(`${description}; ${until}`)}
      }
      const left = waiver.daysLeft === 0 ? 'Its last day is today' : `${days(waiver.daysLeft)} left`
      const what = sentence(`${description}; ${until.replace(/\.$/, '')}. ${left}`)
      return {...common, verdict, reason: 'image/waiver-expires-soon', what}
    }
    case 'expired': {
      const ended = `the waiver of ${waiver.waiver.owner} ended on ${formatDay(waiver.waiver.expires)}`
      const what = sentence(`${description}; ${ended}, so it counts again`)
      return {...common, verdict: flawVerdict(judged), reason: 'image/waiver-expired', what}
    }
    case 'none': {
      const reason = outcome.kind === 'undecided' ? unknownCode(outcome.unknown) : codes[flaw.kind].reason
      return {...common, verdict: flawVerdict(judged), reason, what: sentence(description)}
    }
  }
}

/** The verdict of its finding, for those that get no words of their own. */
export function flawVerdict({outcome, waiver}: Judged): Verdict {
  if (waiver.kind === 'holds') return waiver.expiresSoon ? 'warn' : 'pass'
  return verdictOf(outcome)
}

const codes: Readonly<Record<Flaw['kind'], {readonly id: ReasonCode; readonly reason: ReasonCode}>> = {
  vulnerability: {id: 'image/vulnerability', reason: 'image/vulnerability-found'},
  secret: {id: 'image/secret', reason: 'image/secret-found'},
  misconfiguration: {id: 'image/misconfiguration', reason: 'image/misconfigured'},
  licence: {id: 'image/licence', reason: 'image/licence-refused'},
  package: {id: 'image/package', reason: 'image/package-refused'},
  'end-of-life': {id: 'image/os-is-supported', reason: 'image/os-end-of-life'},
}

function unknownCode(unknown: UnknownFact): ReasonCode {
  return `image/${unknown}-unknown`
}

/** Ratings are missing for what is new, and fixes in many reports: a person looks, and the release is not held. */
function verdictOf(outcome: RuleOutcome): Verdict {
  switch (outcome.kind) {
    case 'rule':
      return outcome.verdict
    case 'undecided':
      return 'warn'
    case 'no-rule':
      return 'pass'
  }
}

/** How grave it is; and where nobody rates such a thing, what it is. */
function measureOf(flaw: Flaw): string | undefined {
  switch (flaw.kind) {
    case 'vulnerability':
    case 'secret':
    case 'misconfiguration':
      return flaw.severity
    case 'licence':
      return cut(flaw.licence)
    case 'package':
      return cut(flaw.installedVersion)
    case 'end-of-life':
      return undefined
  }
}

function whyItMatters(flaw: Flaw): string | undefined {
  switch (flaw.kind) {
    case 'vulnerability':
      return flaw.title === '' ? undefined : sentence(cut(flaw.title, longestText))
    case 'secret':
      return 'Whoever can pull the image has it, also from a layer in which it was deleted.'
    case 'misconfiguration':
      return flaw.title === '' ? undefined : sentence(cut(flaw.title, longestText))
    case 'licence':
    case 'package':
      return undefined
    case 'end-of-life':
      return 'Nobody records any more what is wrong with its packages, so a scan finds less than there is.'
  }
}

function days(number: number): string {
  return number === 1 ? '1 day' : `${number} days`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
