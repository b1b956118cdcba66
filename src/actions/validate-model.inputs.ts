import * as z from 'zod/mini'
import {type ActionDefinition, commonInputs, commonOutputs, flag, text} from './definition.ts'

export const validateModelAction = {
  name: 'validate-model',
  title: 'Slipway: validate model',
  description:
    'Is this model good, fair and safe enough, and not worse than the one in production? Judges predictions and model files by the policy of slipway.yml.',
  inputs: z.object({
    ...commonInputs,
    candidate: text('Predictions of the candidate. Default: `validation.predictions.candidate`.'),
    baseline: text('Predictions of the release in production, or `none`. Default: `validation.predictions.baseline`.'),
    model: text('Folder or file of the model. Default: `model.files`.'),
    record: flag('Keep the verdict as evidence, bound to the model’s digest. A promotion demands it.', false),
    comment: flag('Write the verdict into the pull request’s comment.', true),
  }),
  outputs: {
    ...commonOutputs,
    'model-digest': 'Digest of the model files: what the evidence is bound to.',
    sarif: 'Path of the findings as SARIF 2.1.0, for `github/codeql-action/upload-sarif`.',
  },
  permissions: {
    contents: '`read`: the base branch’s policy; `write` where `record` is true: the evidence branch',
    checks: '`write`: the check `slipway / model`',
    'pull-requests': '`write`: the comment (without it: a notice, never a failure)',
  },
} as const satisfies ActionDefinition
