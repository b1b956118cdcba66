/** Starts a workflow: how a rollout hands over to its next run. https://docs.github.com/rest/actions/workflows */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import type {GitHub} from './client.ts'
import {GitHubRefusal} from './failures.ts'

export interface Dispatch {
  /** File name below `.github/workflows/`. It must listen to `workflow_dispatch` on the default branch. */
  readonly workflow: string
  /** Branch or tag whose file runs. */
  readonly ref: string
  /** At most 25. */
  readonly inputs: Readonly<Record<string, string>>
}

/** The run that was started; its fields are absent where the server is too old to say. */
export interface DispatchedRun {
  readonly runId?: number
  readonly url?: string
}

const answer = z
  .object({workflow_run_id: z.int(), html_url: z.string()})
  .optional()
  .transform((run): DispatchedRun => (run ? {runId: run.workflow_run_id, url: run.html_url} : {}))

/**
 * Dispatches a workflow. Repeated when the answer is lost: two successors do no harm, because the ledger lets one of them
 * act, and none would end the rollout's chain.
 * @throws AccessRefused for `actions: write`; UserError `github/workflow-not-dispatchable`
 */
export async function dispatchWorkflow(github: GitHub, {workflow, ref, inputs}: Dispatch): Promise<DispatchedRun> {
  try {
    return await github.request(
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      {workflow_id: workflow, ref, inputs: {...inputs}, return_run_details: true},
      {permission: 'actions: write', answer, repeatable: true},
    )
  } catch (error) {
    if (!(error instanceof GitHubRefusal)) throw error
    throw new UserError(
      'github/workflow-not-dispatchable',
      `${workflow} cannot be started at ${ref}. ${error.message}`,
      {
        hint: 'The file must be on that ref, listen to workflow_dispatch, and declare every input that is passed.',
        cause: error,
      },
    )
  }
}
