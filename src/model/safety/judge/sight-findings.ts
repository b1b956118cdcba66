/** What is said of everything that was seen in a file, but for the imports of pickles. */
import {assertNever} from '../../../core/assert.ts'
import {formatDay} from '../../../core/day.ts'
import type {ReasonCode} from '../../../core/finding.ts'
import type {Verdict} from '../../../core/verdict.ts'
import type {AllowanceState} from '../allow/allowances.ts'
import type {Place} from '../artifact.ts'
import type {Means, Observation, Rule} from '../observation.ts'
import type {AllowedFile} from '../policy.ts'
import {fileId, type Objection} from './objection.ts'
import {placeOf, sentenceSubject, shownPath, structureOf, whereAt, whereInside} from './words.ts'

/** What a sight means for the verdict, before any policy. Null: nothing. */
export function verdictOf(means: Means): Verdict | null {
  switch (means) {
    case 'runs':
    case 'code':
    case 'deceives':
    case 'damaged':
    case 'bomb':
      return 'fail'
    case 'unread':
    case 'unsure':
      return 'inconclusive'
    case 'look':
      return 'warn'
    case 'note':
      return null
    // Without a name that could be judged: its reader could not say what is imported.
    case 'import':
      return 'inconclusive'
    default:
      return assertNever(means)
  }
}

const ranks: Readonly<Record<Means, number>> = {
  runs: 0,
  deceives: 1,
  bomb: 1,
  code: 2,
  damaged: 3,
  import: 4,
  unsure: 4,
  unread: 5,
  look: 6,
  note: 7,
}

/** A file’s allowance is for its program text, and for program text that it needs: not for what runs, deceives or is damaged. */
function isCovered({rule}: Observation, allowance: AllowanceState<AllowedFile>): boolean {
  return allowance.kind === 'holds' && mayBeAllowed(rule)
}

export function mayBeAllowed({means, reviewable}: Rule): boolean {
  return means === 'code' || means === 'look' || reviewable === true
}

function remedyOf({rule, remedy, place: {path}}: Observation): string {
  const asked = remedy ?? rule.remedy
  if (rule.means === 'look' || !mayBeAllowed(rule)) return asked
  return `${asked} If that code was reviewed, a team can take responsibility for it: model.safety.allow with file: ${shownPath(path[0])}, owner, reason and expires.`
}

/** @param allowance of the file */
export function sightObjection(observation: Observation, allowance: AllowanceState<AllowedFile>): Objection | null {
  const {rule, place, sure, what} = observation
  const verdict = verdictOf(rule.means)
  if (verdict === null || isCovered(observation, allowance)) return null
  const cves = rule.cves ?? []
  const where = whereAt(place)
  const expired = allowance.kind === 'expired' && mayBeAllowed(rule) ? allowance.allowance : null
  const ended =
    expired === null
      ? ''
      : ` The allowance of ${expired.owner} ended on ${formatDay(expired.expires)}, so it counts again.`
  const reason: ReasonCode = expired === null ? `model/${rule.id}` : 'model/allowance-expired'
  return {
    rank: ranks[rule.means],
    finding: {
      id: fileId,
      subject: whereInside(place),
      verdict: expired === null ? verdict : 'fail',
      reason,
      what: `${sentence(named(what, place))}${where === '' ? '' : ` (${where.charAt(0).toUpperCase()}${where.slice(1)}.)`}${structureOf(cves)}${ended}`,
      why: rule.why,
      remedy: remedyOf(observation),
      place: placeOf(place),
      details: {rule: rule.id, sure, ...(cves.length === 0 ? {} : {cves})},
    },
  }
}

/** Readers say “It …” of the file at hand; a finding stands alone, so it says which one. */
function named(what: string, place: Place): string {
  const subject = sentenceSubject(place)
  return what.startsWith('It ') ? `${subject}${what.slice(2)}` : `${whereInside(place)}: ${what}`
}

function sentence(text: string): string {
  return /[.!?”"]$/.test(text) ? text : `${text}.`
}
