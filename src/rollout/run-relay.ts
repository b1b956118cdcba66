/**
 * Who goes on with a rollout that is longer than a job. A run that ends writes down a ticket and gives it to its
 * successor; whoever comes with a ticket that is still valid takes the rollout over, which voids every other ticket. So a
 * dispatch that is lost, doubled, late or out of order leaves one run that goes on, or none until the watchdog comes, who
 * needs no ticket.
 */
import type {RolloutPorts, RolloutScope} from './ports.ts'
import type {RolloutOutcomeReport} from './rollout-report.ts'
import {openLogbook} from './run-logbook.ts'
import {activeRollout} from './state.ts'

/**
 * Writes down that a successor is asked to go on.
 * @param as `driver`: this run ends and had the rollout in hand. `person`: a word sets a rollout going again whose run may
 *   have ended while it waited; where one is at work all the same, the ticket is void when that one hands over.
 * @returns its ticket; null where nobody has to go on: the rollout is over, or another run has taken it from this one.
 */
export async function recordHandOver(
  ports: RolloutPorts,
  scope: RolloutScope,
  to: string,
  as: 'driver' | 'person' = 'driver',
): Promise<string | null> {
  for (;;) {
    const book = await openLogbook(ports, scope)
    const rollout = activeRollout(book.state)
    if (!rollout) return null
    if (as === 'driver' && rollout.driver !== null && rollout.driver !== scope.by) return null
    // A person's word, or another tick, may be written meanwhile: neither goes on in this run's stead.
    if (await book.append({type: 'handed-over', rollout: rollout.id, to})) return book.events.at(-1)?.id ?? null
  }
}

/**
 * Takes the rollout over, so that every other run leaves it.
 * @param ticket what the predecessor handed out; undefined for one who needs none: a start, a person, the watchdog
 * @returns false where the ticket is void, because another run has gone on already
 */
export async function takeOver(ports: RolloutPorts, scope: RolloutScope, ticket: string | undefined): Promise<boolean> {
  for (;;) {
    const book = await openLogbook(ports, scope)
    const rollout = activeRollout(book.state)
    // Nothing to go on with; the tick will say so.
    if (!rollout) return true
    if (ticket !== undefined && !rollout.tickets.includes(ticket)) return false
    // It has it in hand already, and nobody else was asked to go on.
    if (rollout.driver === scope.by && rollout.tickets.length === 0) return true
    if (await book.append({type: 'taken-over', rollout: rollout.id, ticket: ticket ?? null})) return true
  }
}

/** Whether another run has taken over what this one drives. */
export function isTakenOver({state}: RolloutOutcomeReport, {by}: RolloutScope): boolean {
  const driver = activeRollout(state)?.driver ?? null
  return driver !== null && driver !== by
}
