import {type Allowed, allowedImport, allowedTensors} from '../allow/allow-list.ts'
import {type AllowanceIndex, allowanceOfImport, nameOfImport} from '../allow/allowances.ts'
import {dangerOf} from '../allow/never.ts'
import type {Danger} from '../allow/never-names.ts'
import type {ImportUse, Observation, PickleImport} from '../observation.ts'
import type {AllowedImport, FormatPolicy} from '../policy.ts'

/** What is to be said of one import of a pickle. */
export type ImportAnswer =
  | Exclude<Allowed, {kind: 'unlisted'}>
  /** A team takes responsibility for it. */
  | {readonly kind: 'allowed'; readonly allowance: AllowedImport}
  | {readonly kind: 'expired'; readonly allowance: AllowedImport}
  | {readonly kind: 'needs-unsafe'; readonly allowance: AllowedImport; readonly danger: Danger}
  | {readonly kind: 'dangerous'; readonly danger: Danger}
  /** A class of the program that wrote the pickle: nobody can say which program reads it. */
  | {readonly kind: 'main'}
  | {readonly kind: 'unlisted'}

export interface JudgedImport {
  readonly observation: Observation
  readonly imported: PickleImport
  readonly answer: ImportAnswer
  /** Whether the policy lets it pass. */
  readonly admitted: boolean
}

/** Every import of a file and its members, pair by pair and use by use. */
export function judgeImports(
  observations: readonly Observation[],
  formats: FormatPolicy,
  allowances: AllowanceIndex,
): readonly JudgedImport[] {
  const found = observations.flatMap(observation => {
    const {imported, place} = observation
    return imported === undefined ? [] : [{observation, imported, pickle: place.path.join('\0')}]
  })
  const beside = new Map(
    [...Map.groupBy(found, ({pickle}) => pickle)].map(([pickle, all]) => [
      pickle,
      new Set(all.map(({imported}) => nameOfImport(imported))),
    ]),
  )
  return found.map(({observation, imported, pickle}) => {
    const answer = answerFor(imported, beside.get(pickle) ?? new Set(), allowances)
    return {observation, imported, answer, admitted: isAdmitted(imported, answer, formats)}
  })
}

function answerFor(imported: PickleImport, beside: ReadonlySet<string>, allowances: AllowanceIndex): ImportAnswer {
  const listed = allowedImport(imported, beside)
  if (listed.kind === 'listed') return listed
  const danger = dangerIn(imported, listed)
  const allowance = allowanceOfImport(imported, allowances)
  if (allowance.kind === 'expired') return allowance
  if (allowance.kind === 'holds') {
    if (danger === null || allowance.allowance.unsafe) return {kind: 'allowed', allowance: allowance.allowance}
    return {kind: 'needs-unsafe', allowance: allowance.allowance, danger}
  }
  if (danger !== null) return {kind: 'dangerous', danger}
  if (listed.kind !== 'unlisted') return listed
  return imported.module === '__main__' ? {kind: 'main'} : listed
}

function dangerIn(imported: PickleImport, listed: Allowed): Danger | null {
  return dangerOf(imported) ?? (isRewritten(imported) ? rewriting : listed.kind === 'alone' ? binding : null)
}

const rewriting: Danger = {
  does: 'replaces what all other code gets under this name',
  why: 'The change stays for the whole process: what others call by this name is then the author’s choice.',
}

const binding: Danger = {
  does: 'binds a call that runs later',
  why: 'With one such step, names that look harmless are put together to run anything.',
}

function isRewritten({uses}: PickleImport): boolean {
  return uses.some(({how}) => how === 'rewrite')
}

/** `weights-only` is what torch’s loader of that name takes, with what its user has named (`add_safe_globals`). */
function isAdmitted(imported: PickleImport, answer: ImportAnswer, formats: FormatPolicy): boolean {
  switch (formats) {
    case 'weights-only':
      if (answer.kind === 'allowed') return imported.loader === 'torch'
      return allowedTensors(imported).kind === 'listed'
    case 'allowlist':
    case 'report':
      return answer.kind === 'listed' || answer.kind === 'allowed'
  }
}

const worstFirst: readonly ImportUse['how'][] = ['rewrite', 'keywords', 'call', 'new', 'state', 'items', 'reference']

/** The use that matters most, for a sentence; undefined for a name that is only imported. */
export function worstUse({uses}: PickleImport): ImportUse | undefined {
  for (const how of worstFirst) {
    const use = uses.find(each => each.how === how)
    if (use) return use
  }
  return undefined
}
