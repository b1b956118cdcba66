/** How a person's word changes a rollout. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {EventOf} from '../events.ts'
import type {RolloutState} from '../state.ts'
import {acceptShort} from './evolve-short.ts'
import {underWay, withClock} from './stage-clock.ts'

/** Whoever speaks has looked: from here on the rollout is watched again. */
export function requested(rollout: RolloutState, event: EventOf<'requested'>, at: number): RolloutState {
  const {request, by, why, despiteFreeze = false} = event
  const watched = {...rollout, watchedAt: at, unwatchedMs: null}
  switch (request) {
    case 'abort':
      return {...rollout, abort: {by, why}}
    case 'promote':
      return {...underWay(watched, at), hold: null, promote: {by, why, despiteFreeze}}
    case 'pause':
      return {...withClock(watched, at), promote: null, phase: {kind: 'paused', by, why, since: at}}
    case 'hold':
      return {...watched, promote: null, hold: {by, why}}
    case 'resume':
      return resumed(watched, at)
    default:
      return assertNever(request)
  }
}

/** A person has looked. What that means depends on what waited for a person. */
function resumed(rollout: RolloutState, at: number): RolloutState {
  const {phase} = rollout
  const going = {...underWay(rollout, at), hold: null}
  if (phase.kind === 'failed-to-act') return {...going, intent: going.intent && {...going.intent, failures: 0}}
  if (phase.kind !== 'holding') return going
  switch (phase.reason) {
    case 'rollout/insufficient-evidence':
      return acceptShort(going)
    case 'rollout/incomplete-measurement':
      return acceptShort({...going, shortGuards: Object.keys(rollout.lastLook?.partial ?? {})})
    case 'rollout/awaiting-go':
      return {...going, goUntilStage: rollout.stage + 1}
    case 'rollout/late':
      return {...going, lateAccepted: true}
    case 'rollout/weight-changed-by-someone-else':
      return {...going, reassert: true}
    default:
      return going
  }
}
