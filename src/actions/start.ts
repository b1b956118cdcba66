import {assertNever} from '../core/assert.ts'
import type {ActionName} from './names.ts'
import {planRolloutAction} from './plan-rollout.inputs.ts'
import {promoteCanaryAction} from './promote-canary.inputs.ts'
import {rollBackAction} from './roll-back.inputs.ts'
import {runAction} from './run-action.ts'
import {scanImageAction} from './scan-image.inputs.ts'
import {validateModelAction} from './validate-model.inputs.ts'

/**
 * Runs the action of this name. The engine behind it is read only when inputs and session stand: a step that is told
 * something impossible answers at once.
 */
export function startAction(name: ActionName): Promise<void> {
  switch (name) {
    case 'validate-model':
      return runAction(validateModelAction, 'model', async () => (await import('./validate-model.ts')).validateModel)
    case 'scan-image':
      return runAction(scanImageAction, 'image', async () => (await import('./scan-image.ts')).scanImage)
    case 'plan-rollout':
      return runAction(planRolloutAction, 'plan', async () => (await import('./plan-rollout.ts')).planRollout)
    case 'promote-canary':
      return runAction(promoteCanaryAction, 'rollout', async () => (await import('./promote-canary.ts')).promoteCanary)
    case 'roll-back':
      return runAction(rollBackAction, 'rollout', async () => (await import('./roll-back.ts')).rollBack)
    default:
      return assertNever(name)
  }
}
