import type {World} from '../world.ts'

/** One way in which input is wrong, as a user would bring it about. */
export interface Case {
  readonly reason: string
  readonly verdict: 'warn' | 'fail' | 'inconclusive' | 'error' | 'not-applicable'
  readonly title: string
  /**
   * Nothing was ever released; v1 serves, with evidence for v1, v2 and v7; or v2 is on its way beside it. `model`: a folder
   * with a model and nothing else.
   */
  readonly when: 'fresh' | 'served' | 'running' | 'model'
  /** Brings it about, and says what is typed. */
  readonly given: (world: World) => readonly string[] | Promise<readonly string[]>
  /** A key phrase of what is said: what was seen. */
  readonly says: string
  /** The reason of the whole, where something else that is wrong is told before it. */
  readonly after?: string
}

export type Given = Case['given']

export function error(reason: string, title: string, given: Given, says: string, when: Case['when'] = 'fresh'): Case {
  return {reason, verdict: 'error', title, when, given, says}
}

export function fail(reason: string, title: string, given: Given, says: string, when: Case['when'] = 'fresh'): Case {
  return {reason, verdict: 'fail', title, when, given, says}
}

export function inconclusive(
  reason: string,
  title: string,
  given: Given,
  says: string,
  when: Case['when'] = 'fresh',
): Case {
  return {reason, verdict: 'inconclusive', title, when, given, says}
}

export function warn(reason: string, title: string, given: Given, says: string, when: Case['when'] = 'fresh'): Case {
  return {reason, verdict: 'warn', title, when, given, says}
}

/** The same case, told after something else that is wrong with the same rows. */
export function after(reason: string, told: Case): Case {
  return {...told, after: reason}
}
