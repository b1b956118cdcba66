import * as z from 'zod/mini'
import {rolloutRequests} from '../gates/requests.ts'
import {
  type ActionDefinition,
  commonInputs,
  commonOutputs,
  flag,
  releaseInputs,
  stableInputs,
  text,
  textOr,
} from './definition.ts'

export const promoteCanaryAction = {
  name: 'promote-canary',
  title: 'Slipway: promote canary',
  description:
    'One reconcile step of a rollout: start, retry, continue, promote, pause, hold, resume, abort. Runs while the dwell fits into the job, else hands over to a new run.',
  inputs: z.object({
    ...commonInputs,
    ...releaseInputs,
    environment: textOr('Environment of the config.', 'production'),
    request: z
      ._default(z.enum(rolloutRequests, `expected one of ${rolloutRequests.join(', ')}`), 'continue')
      .check(
        z.describe(
          'start: begin with this release. retry: begin again with the release of the last rollout, which did not end in a promotion. continue: take the next step. A person’s word, kept in the ledger: approve; pause (the clock of the stage stops); hold (it runs on, and the next stage waits); resume; promote (skip the dwell, never the hard stops); abort.',
        ),
      ),
    as: text('For `approve`: the team of `approvals` that is spoken for.'),
    why: text('For a person’s request: the reason, kept in the ledger.'),
    'despite-freeze': flag(
      'For `promote`: whether it shall go through a freeze. Recorded with name and reason.',
      false,
    ),
    expect: text(
      'Id of the rollout that a request is meant for: where another one is the newest by then, it is refused. For `continue`: the ticket that the run before handed out, void once another run has gone on.',
    ),
    ...stableInputs,
    'max-minutes': z
      ._default(z.coerce.number('expected a number of minutes').check(z.minimum(0), z.maximum(350)), 300)
      .check(z.describe('How long this job may go on. 0: one tick, then hand over.')),
    successor: text(
      'File name of the workflow that continues: it is dispatched with `request: continue` and `expect` when the job’s time is up.',
    ),
  }),
  outputs: {
    ...commonOutputs,
    phase:
      'Where the rollout is: awaiting-approval, deploying, running, baking, holding, paused, promoted, rolled-back …',
    weight: 'Share of requests for the candidate, in percent.',
    rollout: 'Id of the rollout: what `expect` names.',
  },
  permissions: {
    contents: '`write`: the ledger branch',
    deployments: '`write`: the deployment and its status',
    actions: '`write`: the dispatch of the successor',
    checks: '`write`: the check `slipway / rollout`',
  },
} as const satisfies ActionDefinition
