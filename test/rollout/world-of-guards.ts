/** Guards and looks at them, for the tests of judgement: seeded chance, one look after the other. */

import type {GuardTest, PlannedGuard} from '../../src/rollout/guards.ts'
import {accumulate, type GuardStanding, noStanding} from '../../src/rollout/judge/accumulate.ts'
import {type GuardJudgement, judgeGuard} from '../../src/rollout/judge.ts'
import type {ArmTallies, Counts, MeanTally} from '../../src/rollout/tally.ts'

export const safety = {margin: 2, risk: 0.05}
export const tickMs = 300_000

const queries = {
  /** Sessions, so that nothing is set aside for clusters and sums can be checked by hand. */
  share: {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"', session: 's'},
  requests: {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"'},
  quantile: {kind: 'quantile', name: 'latency', histogram: 'h', limit: 0.1},
  mean: {kind: 'mean', name: 'score', of: 'score', low: 0, high: 1},
  events: {kind: 'events', name: 'complaints', of: 'complaints_total', per: 'r'},
  alert: {kind: 'alert', name: 'security', matchers: 'severity="critical"'},
  distribution: {kind: 'distribution', name: 'scores', histogram: 'score'},
} as const satisfies Record<string, PlannedGuard['query']>

export function guardOf(kind: keyof typeof queries, ...tests: readonly GuardTest[]): PlannedGuard {
  const query = queries[kind]
  return {name: query.name, query, tests}
}

export interface Look extends ArmTallies {
  readonly weightPercent?: number
  readonly isPartial?: boolean
}

export function standingAfter(
  guard: PlannedGuard,
  looks: readonly Look[],
  from: GuardStanding = noStanding,
): GuardStanding {
  return looks.reduce<GuardStanding>((standing, {candidate, stable, weightPercent = 10, isPartial = false}, index) => {
    const at = (index + 1) * tickMs
    return accumulate(standing, guard, {candidate, stable, weightPercent, at, since: at - tickMs, isPartial}, safety)
  }, from)
}

export function judgeAfter(guard: PlannedGuard, looks: readonly Look[], weightPercent = 10): GuardJudgement {
  return judgeGuard(guard, standingAfter(guard, looks), {weightPercent}, safety)
}

/** Index of the look after which the guard is harmful, from 1; null when none. */
export function abortedAfter(guard: PlannedGuard, looks: readonly Look[]): number | null {
  let standing = noStanding
  for (const [index, look] of looks.entries()) {
    standing = standingAfter(guard, [look], standing)
    const weightPercent = look.weightPercent ?? 10
    if (judgeGuard(guard, standing, {weightPercent}, safety).harmful) return index + 1
  }
  return null
}

export function counts(n: number, bad: number, suspect = bad): Counts {
  return {n, bad, suspect}
}

/** Candidate and stable: bad of n. */
export function look(candidate: readonly [bad: number, n: number], stable: readonly [bad: number, n: number]): Look {
  return {candidate: counts(candidate[1], candidate[0]), stable: counts(stable[1], stable[0])}
}

/** Numbers in [0, 1), the same for the same seed: mulberry32. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** How many of `n` come true with the chance `share` each. */
export function drawn(n: number, share: number, next: () => number): number {
  let hits = 0
  for (let index = 0; index < n; index++) if (next() < share) hits++
  return hits
}

/** Looks at two releases whose requests are bad with these shares. */
export function drawnLooks(
  looks: number,
  [n, share]: readonly [number, number],
  [m, stableShare]: readonly [number, number],
  seed: number,
): Look[] {
  const next = random(seed)
  return Array.from({length: looks}, () => look([drawn(n, share, next), n], [drawn(m, stableShare, next), m]))
}

/** `n` values of 0 or `high`, in a share of `share`. */
export function drawnMean(n: number, share: number, high: number, next: () => number): MeanTally {
  const hits = drawn(n, share, next)
  return {n, sum: hits * high, sumOfSquares: hits * high * high}
}
