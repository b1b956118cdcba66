/** What becomes of a stage whose dwell is over and whose evidence is short. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {EventOf} from '../events.ts'
import type {RolloutState} from '../state.ts'
import {withClock} from './stage-clock.ts'

export function evidenceWasShort(
  rollout: RolloutState,
  event: EventOf<'evidence-was-short'>,
  at: number,
): RolloutState {
  switch (event.answer) {
    case 'extend':
      return {...rollout, short: 'extended', dwellEndsAt: extendedEnd(rollout, at)}
    case 'continue':
      return acceptShort({...rollout, shortGuards: event.guards})
    case 'hold':
      return {
        ...withClock(rollout, at),
        shortGuards: event.guards,
        phase: {kind: 'holding', reason: 'rollout/insufficient-evidence', why: event.why, since: at},
      }
    default:
      return assertNever(event.answer)
  }
}

/** A stage lasts until its `at-most`, counted from its begin; without one, for another dwell from now on. */
function extendedEnd({plan, stage, dwellBeganAt}: RolloutState, at: number): number {
  const planned = plan.stages[stage]
  if (planned?.atMostMs === undefined || dwellBeganAt === null) return at + (planned?.dwellMs ?? 0)
  return dwellBeganAt + planned.atMostMs
}

export function acceptShort(rollout: RolloutState): RolloutState {
  const {stage, shortGuards: guards} = rollout
  return {...rollout, short: 'accepted', shortStages: [...rollout.shortStages, {stage, guards}]}
}
