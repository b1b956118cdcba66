/** Where each guard stands after a look, for the timeline of a replay. The one place that asks the engine's judge. */
import {judgeGuards} from '../rollout/judge.ts'
import type {RolloutState} from '../rollout/state.ts'

export interface GuardPoint {
  readonly guard: string
  /** ln e of harm, of the test that is nearest to its threshold. */
  readonly logE: number
  /** ln e at which that test aborts. */
  readonly logNeeded: number
  readonly harmful: boolean
  readonly safe: boolean
}

export function standingOf(rollout: RolloutState): readonly GuardPoint[] {
  return judgeGuards(rollout).map(({guard, tests, harmful, safe}) => {
    const [nearest] = tests.map(({harm}) => harm).toSorted((a, b) => b.logE - b.logNeeded - (a.logE - a.logNeeded))
    return {
      guard: guard.name,
      logE: nearest?.logE ?? 0,
      logNeeded: nearest?.logNeeded ?? Number.POSITIVE_INFINITY,
      harmful: harmful !== null,
      safe,
    }
  })
}
