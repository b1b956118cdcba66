import {rollBackGate} from '../gates/roll-back.ts'
import {deploymentPublisher} from './deployment.ts'
import {rolloutOutcome} from './promote-canary.ts'
import {rollBackAction} from './roll-back.inputs.ts'
import {runAction} from './run-action.ts'

export function rollBack(): Promise<void> {
  return runAction(rollBackAction, 'rollout', async (inputs, session) => {
    const outcome = await rollBackGate(session, {
      config: inputs.config,
      environment: inputs.environment,
      to: inputs.to,
      modelDigest: inputs['model-digest'],
      imageDigest: inputs['image-digest'],
      why: inputs.why,
    })
    await deploymentPublisher(session, inputs.environment)(outcome)
    return rolloutOutcome(outcome)
  })
}
