/** Small traces, written as the numbers that a test is about. */

import {type Recording, recordingOf} from '../../src/backtest/competitors/recording.ts'
import {intervalOf, type Trace, type TraceLine} from '../../src/backtest/trace.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import type {ArmTallies, Counts} from '../../src/rollout/tally.ts'

export const start = Date.parse('2026-01-01T00:00:00.000Z')
export const minute = 60_000

export const counts = (n: number, bad: number, suspect = bad): Counts => ({n, bad, suspect})

/** Errors of the candidate and of the stable release; null where nothing was measured. */
export type Pair = readonly [candidate: readonly [n: number, bad: number], stable: readonly [n: number, bad: number]]

export function traceOf(
  pairs: readonly (Pair | null)[],
  {every = 5 * minute, weight = 10, guard = 'errors'} = {},
): Trace {
  const lines = pairs.map((pair, index): TraceLine => {
    const guards: Record<string, ArmTallies> = {}
    if (pair) guards[guard] = {candidate: counts(...pair[0]), stable: counts(...pair[1])}
    return {at: start + (index + 1) * every, weightPercent: weight, guards, absent: {}, alerts: {}}
  })
  return {lines, intervalMs: intervalOf(lines.map(({at}) => at))}
}

/** A guard on the share of errors. */
export function errorsGuard({limit, times}: {limit?: number; times?: number}, name = 'errors'): PlannedGuard {
  return {
    name,
    query: {kind: 'share', name, of: 'requests_total', bad: 'code="500"'},
    tests: [
      ...(limit === undefined ? [] : [{kind: 'share-at-most', limit, alpha: 0.01} as const]),
      ...(times === undefined ? [] : [{kind: 'share-at-most-times-stable', times, alpha: 0.01} as const]),
    ],
  }
}

/** The recording of candidate counts against a limit, with a stable release that never fails. */
export function recordingOfErrors(
  candidate: readonly (readonly [n: number, bad: number] | null)[],
  {limit = 0.01, every = 5 * minute} = {},
): Recording {
  const pairs = candidate.map((arm): Pair | null => arm && [arm, [1000, 0]])
  return recordingOf(traceOf(pairs, {every}), [errorsGuard({limit})])
}
