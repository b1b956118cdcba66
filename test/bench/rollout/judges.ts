/** We ourselves, in the three ways in which the engine can know how errors cluster; and runs of a world. */
import type {Trace} from '../../../src/backtest/trace.ts'
import type {PlannedGuard} from '../../../src/rollout/guards.ts'
import {abortLine, standingAfter} from './ours.ts'
import {healthy, makeTrace, type World} from './worlds.ts'

/** A rollout in an environment that has seen one before: all but the first one ever. */
export const us = 'Slipway'
/** Until an hour or so has gone by, clusters are assumed that nobody has seen. */
export const usFirst = 'Slipway, first ever'
/** A label names the session: nothing has to be corrected for clusters. */
export const usBySession = 'Slipway, by session'

/** One way to judge a trace by us. `run` is its number, so that each has another past. */
export interface Judge {
  readonly name: string
  abortLine(trace: Trace, run: number): number | null
}

/** So many different rollouts before, each of which was before every so many-th run. */
const pasts = 20

/** Each rollout comes after a healthy one in the same world. */
export function knowing(guard: PlannedGuard, world: Pick<World, 'size' | 'noise'>, seed: number): Judge {
  const healthyBefore = {...world, candidate: () => healthy, stable: healthy}
  const before = worldsOf(healthyBefore, pasts, seed + 50_000).map(trace => standingAfter(trace, guard))
  return {name: us, abortLine: (trace, run) => abortLine(trace, guard, before[run % pasts] ?? null)}
}

/** Each rollout is the first one of its environment. */
export function first(guard: PlannedGuard, name: string): Judge {
  return {name, abortLine: trace => abortLine(trace, guard, null)}
}

/** `runs` rollouts in one world, the same ones for the same seed. */
export function worldsOf(world: World, runs: number, seed: number): Trace[] {
  return Array.from({length: runs}, (_, run) => makeTrace(world, seed * 100_003 + run))
}
