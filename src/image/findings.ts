/** The answers of the gate in words: what was found, why it matters, what to do. The decisions are `gate/`. */
import type {ImageRule} from '../config/image-schema.ts'
import type {Waiver} from '../config/waivers.ts'
import {formatDay} from '../core/day.ts'
import type {Finding} from '../core/finding.ts'
import {type Verdict, verdicts, worstOf} from '../core/verdict.ts'
import {flawFinding, flawVerdict, type Sighting} from './findings/flaw-finding.ts'
import {isOfSource, missingFactFindings} from './findings/missing-facts.ts'
import {needFindings} from './findings/needs.ts'
import {isGated, isOpen} from './gate/judge.ts'
import {packageKey, packageOf, placeKey, versionKey} from './identity.ts'
import {type ImageJudgement, type Judged, partsOf, platformName} from './judgement.ts'
import type {Flaw, FlawKind} from './scan.ts'
import {describeWaiver} from './waivers/state.ts'
import {unusedWaivers} from './waivers/unused.ts'

export interface FindingsPolicy {
  readonly rules: readonly ImageRule[]
  readonly waivers: readonly Waiver[]
  /** The rules are Slipway's own: then nobody asked for what their kinds need. */
  readonly isDefaultGate: boolean
  /** Kinds that the scanners were asked for: whether they looked is told by `trust.ts`. */
  readonly asked?: readonly FlawKind[]
  /** How many flaws get a finding of their own; the rest is counted. Default: 500, which is about a megabyte of JSON. */
  readonly shown?: number
}

/**
 * One finding for each gated flaw, whatever number of platforms has it; one for each fact that rules ask for and nobody
 * knows; one for each waiver that needs somebody's eye; and, where nothing is in the way, one that says so with numbers.
 */
export function imageFindings(judgement: ImageJudgement, policy: FindingsPolicy): readonly Finding[] {
  const sightings = sightingsOf(judgement)
  const gated = sightings.filter(({judged}) => isGated(judged))
  const isAboutFact = ({judged}: Sighting) =>
    judged.outcome.kind === 'undecided' && isOfSource(judged.outcome.unknown) && judged.waiver.kind !== 'holds'
  const open = sightings.some(({judged}) => isOpen(judged))
  return [
    ...(open ? [] : [nothingGated(sightings)]),
    ...missingFactFindings(gated.filter(isAboutFact), judgement, policy.rules),
    ...needFindings(judgement, policy),
    ...capped(
      gated.filter(each => !isAboutFact(each)),
      judgement,
      policy.shown ?? 500,
    ),
    ...unused(judgement, policy.waivers),
  ]
}

/** The same flaw in every part that has it, with the strictest fate that it has in any of them. */
function sightingsOf(judgement: ImageJudgement): readonly Sighting[] {
  const byKey = new Map<string, {judged: Judged; platforms: string[]}>()
  for (const part of partsOf(judgement)) {
    const platform = part === judgement.repository ? null : platformName(part, judgement)
    for (const judged of part.judged) {
      const key = flawKey(judged.flaw)
      const known = byKey.get(key)
      if (known === undefined) {
        byKey.set(key, {judged, platforms: platform === null ? [] : [platform]})
        continue
      }
      if (platform !== null) known.platforms.push(platform)
      if (gravityOf(judged) > gravityOf(known.judged)) known.judged = judged
    }
  }
  return [...byKey.values()]
}

/** What stands against the gate before what is waived, and graver verdicts before others. */
function gravityOf(judged: Judged): number {
  if (!isGated(judged)) return 0
  const {outcome} = judged
  const isAboutFact = outcome.kind === 'undecided' && isOfSource(outcome.unknown)
  const verdict = outcome.kind === 'rule' ? outcome.verdict : isAboutFact ? 'inconclusive' : 'warn'
  return verdicts.indexOf(verdict) + (isOpen(judged) ? verdicts.length : 0)
}

function flawKey(flaw: Flaw): string {
  const held = packageOf(flaw)
  const where =
    held === null
      ? [...flaw.places.map(placeKey), flaw.kind === 'misconfiguration' ? flaw.message : '']
      : [packageKey(held.name, held.purl), versionKey(held.version)]
  return [flaw.kind, flaw.id, ...where].join('\n')
}

function capped(sightings: readonly Sighting[], judgement: ImageJudgement, shown: number): readonly Finding[] {
  const sorted = sightings.toSorted((a, b) => gravityOf(b.judged) - gravityOf(a.judged))
  const own = sorted.slice(0, shown).map(sighting => flawFinding(sighting, judgement))
  const rest = sorted.slice(shown)
  if (rest.length === 0) return own
  const restVerdicts = rest.map(({judged}) => flawVerdict(judged))
  const of = (verdict: Verdict) => restVerdicts.filter(each => each === verdict).length
  return [
    ...own,
    {
      id: 'image/more-flaws',
      verdict: worstOf(restVerdicts),
      reason: 'image/more-flaws',
      subject: `${rest.length} more`,
      what: `${rest.length} more that the gate names, none graver than those above, are in the scan’s own file.`,
      remedy: 'Begin with the upgrades that remove most of them.',
      value: rest.length,
      details: {shown: own.length, more: rest.length, fail: of('fail'), warn: of('warn')},
    },
  ]
}

function unused(judgement: ImageJudgement, waivers: readonly Waiver[]): readonly Finding[] {
  const flaws = partsOf(judgement).flatMap(({judged}) => judged.map(({flaw}) => flaw))
  return unusedWaivers(waivers, [{image: judgement.label, flaws}]).map(waiver => ({
    id: 'image/waivers-are-needed',
    verdict: 'warn',
    reason: 'image/waiver-unused',
    subject: `waiver of ${describeWaiver(waiver)}`,
    what: `The waiver of ${waiver.owner} on line ${waiver.line} covers nothing in this image.`,
    why: 'A waiver that nobody needs hides the flaw when it comes back.',
    remedy: 'Remove it, or correct its names.',
    details: {waiverOwner: waiver.owner, waiverUntil: formatDay(waiver.expires), line: waiver.line},
  }))
}

function nothingGated(sightings: readonly Sighting[]): Finding {
  const waived = sightings.filter(({judged}) => isGated(judged)).length
  const suppressed = sightings.filter(({judged}) => judged.flaw.suppressed !== undefined).length
  const others = sightings.length - waived - suppressed
  const parts = [
    ...(waived === 0 ? [] : [`${count(waived, 'flaw')} that the gate names ${waived === 1 ? 'is' : 'are'} waived.`]),
    ...(suppressed === 0
      ? []
      : [`${count(suppressed, 'flaw')} ${suppressed === 1 ? 'is' : 'are'} taken away by others.`]),
    ...(others === 0 ? [] : [`${count(others, 'other')} ${others === 1 ? 'is' : 'are'} reported below.`]),
  ]
  return {
    id: 'image/no-gated-vulnerabilities',
    verdict: 'pass',
    reason: 'image/no-gated-vulnerabilities',
    subject: 'gate',
    what: ['Nothing stands against the gate.', ...parts].join(' '),
    value: sightings.length,
    details: {waived, suppressed, notGated: others},
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
