import {type PromoteRequest, promoteCanaryGate} from '../gates/promote-canary.ts'
import type {Session} from '../gates/session.ts'
import {readApprovals} from '../github/approvals.ts'
import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'

/**
 * GitHub holds a job until a reviewer of its environment lets it run. Where the plan asks for exactly one approval, that
 * review is it: the reviewer's name goes into the ledger, and nobody is asked twice. Where it asks for several, one
 * review cannot say for which of them it speaks, and each is given by `request: approve`.
 */
export async function approveByReview(
  outcome: RolloutOutcomeReport,
  request: PromoteRequest,
  session: Session,
): Promise<RolloutOutcomeReport> {
  const {rollout} = outcome.state
  const [team, ...others] = rollout?.plan.approvals ?? []
  const waits = request.request === 'start' && rollout?.phase.kind === 'awaiting-approval'
  if (!waits || team === undefined || others.length > 0 || !session.github) return outcome
  const {client, context} = session.github
  const reviews = await readApprovals(client, context.runId)
  if (reviews.kind === 'not-permitted') return outcome
  const review = reviews.approvals.find(
    each => each.state === 'approved' && each.environments.includes(request.environment),
  )
  if (!review) return outcome
  const reviewer = {...session, by: `${review.by}, ${context.runUrl}`}
  await promoteCanaryGate(reviewer, {...request, request: 'approve', as: team})
  return promoteCanaryGate(session, {...request, request: 'continue'})
}
