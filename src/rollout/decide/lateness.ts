/** The deadline of a rollout. Pure. */
import {formatDuration} from '../../core/quantity.ts'
import type {RolloutState} from '../state.ts'

/**
 * How late it is, in a sentence, at `now` (milliseconds since 1970); undefined when it is not. The time runs from the
 * first stage on, through holds and pauses too, until the candidate has all traffic.
 */
export function lateness(rollout: RolloutState, now: number): string | undefined {
  const {firstStageAt, plan, weightPercent, candidate, phase} = rollout
  if (firstStageAt === null || plan.deadlineMs === undefined || now < firstStageAt + plan.deadlineMs) return undefined
  if (weightPercent >= 100 || phase.kind === 'promoting' || isGoingToAll(rollout)) return undefined
  return (
    `${candidate.version} was to have all traffic within ${formatDuration(plan.deadlineMs)}; ` +
    `after ${formatDuration(now - firstStageAt)} it has ${weightPercent}%.`
  )
}

function isGoingToAll({intent}: RolloutState): boolean {
  return intent?.act.kind === 'set-weight' && intent.act.weightPercent >= 100
}
