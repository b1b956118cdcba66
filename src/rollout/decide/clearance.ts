/** What stands before more traffic: a freeze, the hours of the office, a person who must say "go". Pure. */

import type {Decision} from '../decide.ts'
import {isExposed} from '../evolve/exposure.ts'
import type {RolloutState} from '../state.ts'
import {type Closure, closureAt} from './calendar.ts'
import type {Stop} from './hard-stops.ts'

/** What would begin now: its stage, or the number of all stages for what comes after them. */
export interface Step {
  readonly stage: number
  /** As the begin of a sentence: `Stage 2 (25%)`. */
  readonly what: string
}

/** `act`, where nothing stands before it; else the hold, or the wait in it. */
export function withClearance<A extends Decision>(
  rollout: RolloutState,
  step: Step,
  act: A,
  now: number,
): A | Decision {
  const closure = freezeFor(rollout, now)
  if (closure) {
    const lookAt = closure.until ?? now + rollout.plan.tickMs
    return holdAt(rollout, {reason: 'rollout/frozen', why: `${closure.why} ${step.what} waits.`}, lookAt, now)
  }
  if (!asksFirst(rollout, step)) return act
  const why = `${step.what} begins when a person says "resume".`
  return holdAt(rollout, {reason: 'rollout/awaiting-go', why}, null, now)
}

/** A person's `promote` goes through a freeze only where it said so. */
function freezeFor({plan, promote}: RolloutState, now: number): Closure | null {
  return promote?.despiteFreeze ? null : closureAt(plan, now)
}

function asksFirst({plan, goUntilStage, promote}: RolloutState, {stage}: Step): boolean {
  return plan.stages[stage]?.askFirst === true && stage > goUntilStage && promote === null
}

/**
 * Said once, then waited for. The guards go on looking while anything reaches the candidate.
 * @param lookAt when there is something new to see; null when only a person can change that
 */
export function holdAt({phase, plan, ...rest}: RolloutState, stop: Stop, lookAt: number | null, now: number): Decision {
  if (phase.kind !== 'holding' || phase.reason !== stop.reason) return {kind: 'hold', ...stop}
  if (!isExposed({phase, plan, ...rest})) return {kind: 'wait', ...stop, lookAt}
  return {kind: 'wait', ...stop, lookAt: Math.min(now + plan.tickMs, lookAt ?? Number.POSITIVE_INFINITY)}
}
