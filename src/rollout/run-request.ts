/** What a person asks of the rollout under way: an event of its own, carried out by the next tick. */
import {assertNever} from '../core/assert.ts'
import {UserError} from '../core/failure.ts'
import type {RequestKind, Unstamped} from './events.ts'
import type {RolloutPorts, RolloutScope} from './ports.ts'
import {type Headline, type RolloutOutcomeReport, reportRollout} from './rollout-report.ts'
import {openLogbook} from './run-logbook.ts'
import {activeRollout, type RolloutState} from './state.ts'

export type RolloutRequest =
  | {readonly kind: RequestKind; readonly why: string}
  /** Approves for a team of the plan; that the person belongs to it is checked by whoever knows people. */
  | {readonly kind: 'approve'; readonly as: string}

/**
 * Writes the request. A request that the present state has no place for is refused with that state, never queued.
 * @throws UserError `rollout/nothing-running`, `rollout/request-out-of-place`, `rollout/approval-not-needed`
 */
export async function requestRollout(
  ports: RolloutPorts,
  scope: RolloutScope,
  request: RolloutRequest,
): Promise<RolloutOutcomeReport> {
  for (;;) {
    const book = await openLogbook(ports, scope)
    const rollout = activeRollout(book.state)
    if (!rollout) {
      const last = book.state.rollout
      throw new UserError('rollout/nothing-running', `There is no rollout to ${request.kind}.`, {
        hint: last ? `The last one, of ${last.candidate.version}, has ended.` : 'None has been started here.',
      })
    }
    if (!(await book.append(eventOf(request, rollout)))) continue
    const {state, events} = book
    const now = ports.clock.now().getTime()
    return reportRollout({
      scope,
      state,
      events,
      headline: noted(request, scope),
      next: {kind: 'wait', at: now},
      now,
      guards: 'shown',
    })
  }
}

function eventOf(request: RolloutRequest, rollout: RolloutState): Unstamped {
  if (request.kind === 'approve') {
    if (!rollout.plan.approvals.includes(request.as)) throw notNeeded(request.as, rollout)
    return {type: 'approved', rollout: rollout.id, as: request.as}
  }
  const problem = outOfPlace(request.kind, rollout)
  if (problem) throw new UserError('rollout/request-out-of-place', problem.message, {hint: problem.hint})
  return {type: 'requested', rollout: rollout.id, request: request.kind, why: request.why}
}

function outOfPlace(kind: RequestKind, {phase, candidate}: RolloutState): {message: string; hint: string} | undefined {
  const message = `The rollout of ${candidate.version} is ${phase.kind}: it cannot ${kind} now.`
  switch (kind) {
    case 'abort':
      return undefined
    case 'pause':
      if (phase.kind === 'aborting' || phase.kind === 'promoting') {
        return {message, hint: 'It is nearly over; abort it to take traffic from the candidate.'}
      }
      return phase.kind === 'paused' ? {message, hint: 'It is paused already.'} : undefined
    case 'promote':
      if (phase.kind === 'awaiting-approval') return {message, hint: 'It needs its approvals first.'}
      return phase.kind === 'aborting' ? {message, hint: 'An abort wins over a promotion.'} : undefined
    case 'resume':
      return resumable(phase) ? undefined : {message, hint: 'It waits for nothing that a person could give.'}
    default:
      return assertNever(kind)
  }
}

/** A hold that passes by itself is not resumed by saying so: measurements must come back, not courage. */
function resumable(phase: RolloutState['phase']): boolean {
  if (phase.kind === 'paused' || phase.kind === 'failed-to-act') return true
  if (phase.kind !== 'holding') return false
  return phase.reason === 'rollout/insufficient-evidence' || phase.reason === 'rollout/weight-changed-by-someone-else'
}

function notNeeded(team: string, {plan}: RolloutState): UserError {
  const needed = plan.approvals.length > 0 ? plan.approvals.join(', ') : 'nobody'
  return new UserError('rollout/approval-not-needed', `The plan does not ask for the approval of ${team}.`, {
    hint: `It asks for: ${needed}.`,
  })
}

function noted(request: RolloutRequest, {by}: RolloutScope): Headline {
  const what = request.kind === 'approve' ? `approval as ${request.as}` : `request to ${request.kind}`
  return {verdict: 'inconclusive', reason: 'rollout/requested', why: `The ${what} by ${by} is in the ledger.`}
}
