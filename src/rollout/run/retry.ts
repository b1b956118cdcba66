/** The candidate of the last rollout again, by one word: the same bytes, a new rollout, the plan of today. */
import {UserError} from '../../core/failure.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import type {RolloutOutcomeReport} from '../report/rollout-report.ts'
import type {EnvironmentState, RolloutState} from '../state.ts'
import {openLogbook} from './logbook.ts'
import {describePresent, refuseOutdated} from './requests.ts'
import {type StartInput, startRollout} from './start.ts'

export interface RetryInput extends Omit<StartInput, 'candidate' | 'retryOf'> {
  /** The rollout to try again; another one that is the last by now is not. */
  readonly expect?: string | undefined
}

/**
 * Starts a rollout of the bytes that the last one had. What `startRollout` asks for is asked for again: evidence may have
 * turned bad meanwhile.
 * @throws UserError `rollout/nothing-to-retry`, `rollout/request-outdated`, and what `startRollout` refuses
 */
export async function retryRollout(
  ports: RolloutPorts,
  scope: RolloutScope,
  {expect, ...input}: RetryInput,
): Promise<RolloutOutcomeReport> {
  const {state} = await openLogbook(ports, scope)
  refuseOutdated(state, expect)
  const {id, candidate} = rolloutToRetry(state)
  return startRollout(ports, scope, {...input, candidate, retryOf: id})
}

/** @throws UserError `rollout/nothing-to-retry` */
export function rolloutToRetry({rollout, current}: EnvironmentState): RolloutState {
  if (rollout === null) {
    throw new UserError('rollout/nothing-to-retry', 'No rollout was ever started here.', {
      hint: 'Start one with the version of the release.',
    })
  }
  if (rollout.phase.kind !== 'ended') {
    throw new UserError('rollout/nothing-to-retry', describePresent(rollout), {
      hint: 'Only a rollout that has ended is tried again; `continue` goes on with this one.',
    })
  }
  if (rollout.phase.outcome === 'promoted') {
    const now = current ? `${current.version} serves now.` : ''
    throw new UserError('rollout/nothing-to-retry', `${describePresent(rollout)} ${now}`.trim(), {
      hint: 'There is nothing to try again. Start a rollout with the version of a release.',
    })
  }
  return rollout
}
