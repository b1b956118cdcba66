/** Who met the candidate until a verdict: requests, and bad answers by guard. Pure. */
import {isCounts} from '../rollout/tally.ts'
import type {TraceLine} from './trace.ts'

export interface Exposure {
  /** Requests that the candidate answered, by the guard that counted most of them. */
  readonly requests: number
  /** Bad answers, by guard that counts them. */
  readonly bad: Readonly<Record<string, number>>
}

/** @param lines from the first one to the one at which it was decided */
export function exposureOf(lines: readonly TraceLine[]): Exposure {
  const bad: Record<string, number> = {}
  let requests = 0
  for (const {guards} of lines) {
    let most = 0
    for (const [name, {candidate}] of Object.entries(guards)) {
      most = Math.max(most, candidate.n)
      if (isCounts(candidate)) bad[name] = (bad[name] ?? 0) + candidate.bad
    }
    requests += most
  }
  return {requests, bad}
}
