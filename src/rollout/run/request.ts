/** What a person asks of the rollout under way: an event of its own, carried out by the next tick. */
import {UserError} from '../../core/failure.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import {type Headline, type RolloutOutcomeReport, reportRollout} from '../report/rollout-report.ts'
import {activeRollout} from '../state.ts'
import {openLogbook} from './logbook.ts'
import {describeLast, eventOfRequest, type RolloutRequest, refuseOutdated} from './requests.ts'

export type {RolloutRequest} from './requests.ts'

/**
 * Writes the request. A request that the present state has no place for is refused with that state, never queued.
 * @throws UserError `rollout/nothing-running`, `rollout/request-outdated`, `rollout/request-out-of-place`,
 *   `rollout/frozen`, `rollout/approval-not-needed`
 */
export async function requestRollout(
  ports: RolloutPorts,
  scope: RolloutScope,
  request: RolloutRequest,
): Promise<RolloutOutcomeReport> {
  for (;;) {
    const book = await openLogbook(ports, scope)
    refuseOutdated(book.state, request.expect)
    const rollout = activeRollout(book.state)
    if (!rollout) {
      const last = book.state.rollout
      throw new UserError('rollout/nothing-running', `There is no rollout to ${request.kind}.`, {
        hint: last ? describeLast(last) : 'None has been started here.',
      })
    }
    const asked = ports.clock.now().getTime()
    if (!(await book.append(eventOfRequest(request, rollout, asked)))) continue
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

function noted(request: RolloutRequest, {by}: RolloutScope): Headline {
  const what = request.kind === 'approve' ? `approval as ${request.as}` : `request to ${request.kind}`
  return {verdict: 'inconclusive', reason: 'rollout/requested', why: `The ${what} by ${by} is in the ledger.`}
}
