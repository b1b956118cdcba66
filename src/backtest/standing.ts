/** Where each guard stands after a look, for the timeline of a replay. The one place that asks the engine's judge. */
import {type EValue, excessOf, judgeGuards} from '../rollout/judge.ts'
import type {RolloutState} from '../rollout/state.ts'

export interface GuardPoint {
  readonly guard: string
  /** Of the test that is nearest to its threshold; null where no test of the guard has an e-value. */
  readonly harm: Pick<EValue, 'logE' | 'logNeeded'> | null
  readonly harmful: boolean
  readonly safe: boolean
}

export function standingOf(rollout: RolloutState): readonly GuardPoint[] {
  return judgeGuards(rollout).map(({guard, tests, harmful, safe}) => {
    const [nearest] = tests
      .map(({harm}) => harm)
      .filter(harm => harm.kind === 'e-value')
      .toSorted((a, b) => excessOf(b) - excessOf(a))
    return {guard: guard.name, harm: nearest ?? null, harmful: harmful !== null, safe}
  })
}
