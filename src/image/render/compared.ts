/** What the baseline had already, what is new, and what is gone. */
import type {KnownFlaw} from '../../core/known-flaw.ts'
import {knownFlawsOf} from '../gate/baseline.ts'
import {plainName} from '../identity.ts'
import {type ImageJudgement, partsOf} from '../judgement.ts'
import type {SeenFlaw} from './across-platforms.ts'

export interface Compared {
  readonly label: string
  readonly fresh: readonly SeenFlaw[]
  /** How many were there already. */
  readonly old: number
  /** How many the baseline has and this image does not. */
  readonly gone: number
}

/** Null where there is nothing to compare with. */
export function comparedWith(judgement: ImageJudgement, seen: readonly SeenFlaw[]): Compared | null {
  const {baseline} = judgement
  if (baseline.kind !== 'known') return null
  const now = new Set(
    knownFlawsOf(partsOf(judgement).map(({judged}) => ({flaws: judged.map(({flaw}) => flaw)}))).flatMap(keysOf),
  )
  return {
    label: baseline.label,
    fresh: seen.filter(({judged}) => judged.isNew === true),
    old: seen.filter(({judged}) => judged.isNew === false).length,
    gone: baseline.flaws.filter(known => !keysOf(known).some(key => now.has(key))).length,
  }
}

/** By the plain name: a report without package URLs knows no other. */
function keysOf({ids, package: held, place}: KnownFlaw): readonly string[] {
  const where = held === undefined ? (place ?? '') : plainName(held)
  return ids.map(id => `${id.toLowerCase()}\n${where}`)
}
