import {planRolloutGate} from '../gates/plan-rollout.ts'
import {planRolloutAction} from './plan-rollout.inputs.ts'
import {runAction} from './run-action.ts'

export function planRollout(): Promise<void> {
  return runAction(planRolloutAction, 'plan', (inputs, session) =>
    planRolloutGate(session, {...inputs, imageDigest: inputs['image-digest']}),
  )
}
