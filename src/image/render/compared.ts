/** What the baseline had already, what is new, and what is gone. */
import type {KnownFlaw} from '../../core/known-flaw.ts'
import type {Verdict} from '../../core/verdict.ts'
import {idsOf, packageKey, packageOf, placeKey, plainName} from '../identity.ts'
import type {ImageJudgement} from '../judgement.ts'
import type {Flaw} from '../scan.ts'
import type {SeenFlaw} from './across-platforms.ts'

export interface Compared {
  readonly label: string
  readonly fresh: readonly SeenFlaw[]
  /** How many of them are waived, and how many somebody else takes away. */
  readonly waived: number
  readonly suppressed: number
  /** How many were there already. */
  readonly old: number
  /** The scan cannot be believed: what it did not find may be there. */
  readonly inDoubt: boolean
  /** How many the baseline has and this image does not; 0 where the scan cannot vouch for that. */
  readonly gone: number
}

/**
 * Null where there is nothing to compare with, or nothing was judged.
 * @param verdict of the gate: where it is that the scan cannot be believed, nothing is gone because it was not seen
 */
export function comparedWith(
  {baseline, platforms}: ImageJudgement,
  seen: readonly SeenFlaw[],
  verdict: Verdict,
): Compared | null {
  if (baseline.kind !== 'known' || platforms.length === 0) return null
  const now = new Set<string>()
  for (const {judged} of seen) for (const key of keysOfFlaw(judged.flaw)) now.add(key)
  const fresh = seen.filter(({judged}) => judged.isNew === true)
  return {
    label: baseline.label,
    fresh,
    inDoubt: isDoubtful(verdict),
    waived: fresh.filter(({fate}) => fate === 'waived').length,
    suppressed: fresh.filter(({fate}) => fate === 'suppressed').length,
    old: seen.filter(({judged}) => judged.isNew === false).length,
    gone: isDoubtful(verdict) ? 0 : baseline.flaws.filter(known => !keysOf(known).some(key => now.has(key))).length,
  }
}

/** Whether what was not found may be there all the same. */
export function isDoubtful(verdict: Verdict): boolean {
  return verdict === 'error' || verdict === 'inconclusive' || verdict === 'not-applicable'
}

/** By the plain name: a report without package URLs knows no other. */
function keysOf({ids, package: held, place}: KnownFlaw): readonly string[] {
  return keys(ids, held === undefined ? (place ?? '') : plainName(held))
}

function keysOfFlaw(flaw: Flaw): readonly string[] {
  const held = packageOf(flaw)
  if (held) return keys(idsOf(flaw), plainName(packageKey(held.name, held.purl)))
  return (flaw.places.length === 0 ? [''] : flaw.places.map(placeKey)).flatMap(place => keys(idsOf(flaw), place))
}

function keys(ids: readonly string[], where: string): readonly string[] {
  return ids.map(id => `${id.toLowerCase()}\n${where}`)
}

/** `3 are new since v12 in production, of which 1 is waived; 120 were there already, 4 are gone.` */
export function comparedText({label, fresh, inDoubt, waived: held, suppressed: taken, old, gone}: Compared): string {
  if (inDoubt && fresh.length === 0) return `Whether anything is new since ${label} cannot be told.`
  const parts = [
    ...(held === 0 ? [] : [`${held} ${isOrAre(held)} waived`]),
    ...(taken === 0 ? [] : [`${taken} ${isOrAre(taken)} suppressed by others`]),
  ]
  const aside = parts.length === 0 ? '' : `, of which ${parts.join(' and ')}`
  const goneText = gone === 0 ? '' : `, ${gone} ${isOrAre(gone)} gone`
  const count = fresh.length === 0 ? 'Nothing is' : `${fresh.length} ${isOrAre(fresh.length)}`
  return `${count} new since ${label}${aside}; ${old} ${old === 1 ? 'was' : 'were'} there already${goneText}.`
}

function isOrAre(count: number): string {
  return count === 1 ? 'is' : 'are'
}
