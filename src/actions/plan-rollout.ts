import type * as z from 'zod/mini'
import {planRolloutGate} from '../gates/plan-rollout.ts'
import {namedRelease} from '../gates/release.ts'
import type {Session} from '../gates/session.ts'
import type {planRolloutAction} from './plan-rollout.inputs.ts'
import type {ActionOutcome} from './run-action.ts'

export function planRollout(
  inputs: z.output<typeof planRolloutAction.inputs>,
  session: Session,
): Promise<ActionOutcome> {
  return planRolloutGate(session, {
    ...inputs,
    imageDigest: inputs['image-digest'],
    stable: namedRelease(inputs['stable-version'], inputs['stable-model-digest'], inputs['stable-image-digest']),
  })
}
