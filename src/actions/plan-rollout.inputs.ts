import * as z from 'zod/mini'
import {
  type ActionDefinition,
  commonInputs,
  commonOutputs,
  flag,
  releaseInputs,
  stableInputs,
  textOr,
} from './definition.ts'

export const planRolloutAction = {
  name: 'plan-rollout',
  title: 'Slipway: plan rollout',
  description:
    'What will happen, how long will it take, what can it detect at this traffic, and who must approve? Changes nothing.',
  inputs: z.object({
    ...commonInputs,
    ...releaseInputs,
    environment: textOr('Environment of the config.', 'production'),
    ...stableInputs,
    comment: flag('Write the plan into the pull request’s comment.', true),
  }),
  outputs: commonOutputs,
  permissions: {
    contents: '`read`: the ledger and evidence branches, the base branch’s policy',
    checks: '`write`: the check `slipway / plan`',
    'pull-requests': '`write`: the comment (without it: a notice, never a failure)',
  },
} as const satisfies ActionDefinition
