import * as z from 'zod/mini'
import {type ActionDefinition, commonInputs, commonOutputs, text, textOr} from './definition.ts'

export const rollBackAction = {
  name: 'roll-back',
  title: 'Slipway: roll back',
  description:
    'Puts the last good release back, now, then explains. Needs no metrics; needs the ledger only to know which release that is.',
  inputs: z.object({
    ...commonInputs,
    environment: textOr('Environment of the config.', 'production'),
    to: text(
      'Version to go back to. Default: the release that the ledger pinned before the rollout, else the one before the present.',
    ),
    'model-digest': text('Digest of that release’s model, for when the ledger cannot be read.'),
    'image-digest': text('Digest of that release’s image, for when the ledger cannot be read.'),
    why: text('The reason, kept in the ledger.'),
    expect: text('Id of the rollout that it is meant for: where another one is the newest by then, it is refused.'),
  }),
  outputs: {
    ...commonOutputs,
    phase: 'Where the environment is now.',
    weight: 'Share of requests for the candidate, in percent: 0.',
    rollout: 'Id of the rollout that it ended; empty where none was under way.',
  },
  permissions: {
    contents: '`write`: the ledger branch',
    deployments: '`write`: the deployment and its status',
    checks: '`write`: the check `slipway / rollout`',
  },
} as const satisfies ActionDefinition
