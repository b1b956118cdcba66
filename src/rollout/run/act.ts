/** Asking the target, and asking it again whether it did. */
import {assertNever} from '../../core/assert.ts'
import {type Failure, isFailure, SystemError} from '../../core/failure.ts'
import type {Target} from '../../traffic/target.ts'
import {isReachedBy} from '../decide/goal.ts'
import {describeAct} from '../event-words.ts'
import type {Act} from '../events.ts'
import type {RolloutPorts} from '../ports.ts'
import {gatherTarget} from './gather.ts'

export type ActOutcome =
  | {readonly kind: 'reached'}
  /** The target accepted it, and it has not taken effect yet. */
  | {readonly kind: 'accepted'}
  | {readonly kind: 'failed'; readonly failure: Failure}

/** A router needs a moment; an engine that needs minutes is asked again at the next tick. */
const confirmations = 3
const betweenMs = 500

/** A failure that did its work all the same (a timeout, a lost answer) counts as done: what the target shows decides. */
export async function carryOut(act: Act, {target, clock}: Pick<RolloutPorts, 'target' | 'clock'>): Promise<ActOutcome> {
  const failure = await ask(act, target)
  for (let attempt = 1; ; attempt++) {
    const seen = await gatherTarget(target)
    if (seen.kind === 'read' && isReachedBy(act, seen.state)) return {kind: 'reached'}
    if (failure) return {kind: 'failed', failure}
    if (attempt >= confirmations) return {kind: 'accepted'}
    await clock.sleep(betweenMs)
  }
}

/** The failure of an act that the target accepted and never showed. */
export function notFollowed(act: Act, system: string): SystemError {
  return new SystemError(
    'rollout/target-does-not-follow',
    `The target accepted to ${describeAct(act)} and does not show it.`,
    {
      system,
      retryable: true,
      hint: 'Look at the router or engine itself: something keeps it from doing what it accepted.',
    },
  )
}

async function ask(act: Act, target: Target): Promise<Failure | undefined> {
  try {
    await perform(act, target)
    return undefined
  } catch (error) {
    if (isFailure(error)) return error
    throw error
  }
}

function perform(act: Act, target: Target): Promise<void> {
  switch (act.kind) {
    case 'deploy':
      return target.deploy(act.release)
    case 'set-weight':
      return target.setWeight(act.weightPercent)
    case 'mirror':
      return target.mirror(act.percent)
    case 'promote':
      return target.promote(act.release)
    case 'restore':
      return target.restore(act.release)
    default:
      return assertNever(act)
  }
}
