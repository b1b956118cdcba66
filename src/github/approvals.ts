/** Who approved what in a run: the review log of its environments. https://docs.github.com/rest/actions/workflow-runs */
import * as z from 'zod'
import type {GitHub} from './client.ts'
import {ifPermitted, type NotPermitted} from './failures.ts'

export interface Approval {
  readonly state: 'approved' | 'rejected' | 'pending'
  /** Login of the reviewer. */
  readonly by: string
  readonly environments: readonly string[]
  readonly comment: string
}

const reviews = z.array(
  z.object({
    state: z.enum(['approved', 'rejected', 'pending']),
    comment: z.string(),
    user: z.object({login: z.string()}),
    environments: z.array(z.object({name: z.string()})),
  }),
)

/** The reviews of a run, in GitHub's order. None is an empty list: an environment without required reviewers has none. */
export function readApprovals(
  github: GitHub,
  runId: number,
): Promise<{readonly kind: 'read'; readonly approvals: readonly Approval[]} | NotPermitted> {
  return ifPermitted(async () => {
    const answer = await github.request(
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
      {run_id: runId},
      {permission: 'actions: read', answer: reviews},
    )
    const approvals = answer.map(({state, comment, user, environments}) => ({
      state,
      by: user.login,
      environments: environments.map(({name}) => name),
      comment,
    }))
    return {kind: 'read', approvals} as const
  })
}
