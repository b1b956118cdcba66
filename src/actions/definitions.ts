import {planRolloutAction} from './plan-rollout.inputs.ts'
import {promoteCanaryAction} from './promote-canary.inputs.ts'
import {rollBackAction} from './roll-back.inputs.ts'
import {scanImageAction} from './scan-image.inputs.ts'
import {validateModelAction} from './validate-model.inputs.ts'

/** All actions, in the order in which a release meets them. */
export const actionDefinitions = [
  validateModelAction,
  scanImageAction,
  planRolloutAction,
  promoteCanaryAction,
  rollBackAction,
]
