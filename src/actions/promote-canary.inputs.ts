import * as z from 'zod/mini'
import {rolloutRequests} from '../gates/requests.ts'
import {type ActionDefinition, commonInputs, commonOutputs, releaseInputs, text, textOr} from './definition.ts'

export const promoteCanaryAction = {
  name: 'promote-canary',
  title: 'Slipway: promote canary',
  description:
    'One reconcile step of a rollout: start, continue, promote, pause, resume, abort. Runs while the dwell fits into the job, else hands over to a new run.',
  inputs: z.object({
    ...commonInputs,
    ...releaseInputs,
    environment: textOr('Environment of the config.', 'production'),
    request: z
      ._default(z.enum(rolloutRequests, `expected one of ${rolloutRequests.join(', ')}`), 'continue')
      .check(
        z.describe(
          'start: begin with this release. continue: take the next step. approve, pause, resume, promote (skip the dwell, never the hard stops), abort: a person’s word, kept in the ledger.',
        ),
      ),
    as: text('For `approve`: the team of `approvals` that is spoken for.'),
    why: text('For a person’s request: the reason, kept in the ledger.'),
    'stable-version': text('Version in production, for an environment that was served before Slipway knew it.'),
    'stable-model-digest': text('Digest of its model.'),
    'stable-image-digest': text('Digest of its image.'),
    'max-minutes': z
      ._default(z.coerce.number('expected a number of minutes').check(z.minimum(0), z.maximum(350)), 300)
      .check(z.describe('How long this job may go on. 0: one tick, then hand over.')),
    successor: text(
      'File name of the workflow that continues: it is dispatched with `request: continue` when the job’s time is up.',
    ),
  }),
  outputs: {
    ...commonOutputs,
    phase: 'Where the rollout is: awaiting-approval, running, holding, paused, promoted, rolled-back …',
    weight: 'Share of requests for the candidate, in percent.',
  },
  permissions: {
    contents: '`write`: the ledger branch',
    deployments: '`write`: the deployment and its status',
    actions: '`write`: the dispatch of the successor',
    checks: '`write`: the check `slipway / rollout`',
  },
} as const satisfies ActionDefinition
