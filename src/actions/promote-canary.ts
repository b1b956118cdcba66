import * as core from '@actions/core'
import type * as z from 'zod/mini'
import {type PromoteRequest, promoteCanaryGate, recordSuccessor} from '../gates/promote-canary.ts'
import {namedRelease} from '../gates/release.ts'
import type {Session} from '../gates/session.ts'
import {dispatchWorkflow} from '../github/dispatch.ts'
import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'
import {approveByReview} from './approve-by-review.ts'
import {deploymentPublisher} from './deployment.ts'
import type {promoteCanaryAction} from './promote-canary.inputs.ts'
import {rolloutOutcome} from './rollout-outcome.ts'
import type {ActionOutcome} from './run-action.ts'

export async function promoteCanary(
  inputs: z.output<typeof promoteCanaryAction.inputs>,
  session: Session,
): Promise<ActionOutcome> {
  const publish = deploymentPublisher(session, inputs.environment)
  const request: PromoteRequest = {
    ...inputs,
    imageDigest: inputs['image-digest'],
    stable: namedRelease(inputs['stable-version'], inputs['stable-model-digest'], inputs['stable-image-digest']),
    despiteFreeze: inputs['despite-freeze'],
    isRelay: session.github !== undefined,
    budgetMs: inputs['max-minutes'] * 60_000,
    // The clock is a safety net: where a run is at work, another one would only stand in its way.
    onlyWhenStale: session.github?.context.eventName === 'schedule',
    onTick: publish,
  }
  const outcome = await approveByReview(await promoteCanaryGate(session, request), request, session)
  await publish(outcome)
  await handOver(outcome, request, inputs.successor, session)
  return rolloutOutcome(outcome)
}

/**
 * Dispatches the successor when the job's time is up, and after a person's word that sets a rollout going again: its
 * chain may have ended while it waited. A successor too many finds its ticket void.
 */
async function handOver(
  {next}: RolloutOutcomeReport,
  request: PromoteRequest,
  successor: string | undefined,
  session: Session,
): Promise<void> {
  const revives = next.kind === 'wait' && ['approve', 'resume', 'promote'].includes(request.request)
  if ((next.kind !== 'hand-over' && !revives) || next.at === undefined || !session.github) return
  if (successor === undefined) {
    core.warning('The rollout is not over, and no `successor` is named: nobody goes on until this action runs again.')
    return
  }
  const {client, context} = session.github
  const ticket = await recordSuccessor(session, request, {to: successor, at: next.at})
  if (ticket === null) return
  const inputs = {environment: request.environment, request: 'continue', expect: ticket}
  await dispatchWorkflow(client, {workflow: successor, ref: context.ref, inputs})
}
