import type * as z from 'zod/mini'
import {rollBackGate} from '../gates/roll-back.ts'
import type {Session} from '../gates/session.ts'
import {deploymentPublisher, publishRollback} from './deployment.ts'
import type {rollBackAction} from './roll-back.inputs.ts'
import {rolloutOutcome} from './rollout-outcome.ts'
import type {ActionOutcome} from './run-action.ts'

export async function rollBack(
  inputs: z.output<typeof rollBackAction.inputs>,
  session: Session,
): Promise<ActionOutcome> {
  const outcome = await rollBackGate(session, {
    ...inputs,
    modelDigest: inputs['model-digest'],
    imageDigest: inputs['image-digest'],
  })
  await deploymentPublisher(session, inputs.environment)(outcome)
  await publishRollback(session, inputs.environment, outcome)
  return rolloutOutcome(outcome)
}
