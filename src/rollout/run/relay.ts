/**
 * Who goes on with a rollout that is longer than a job. A run that ends writes down a ticket and gives it to its
 * successor; whoever comes with a ticket that is still valid takes the rollout over, which voids every other ticket. So a
 * dispatch that is lost, doubled, late or out of order leaves one run that goes on, or none until the watchdog comes, who
 * needs no ticket.
 */
import {formatInstant, parseInstant} from '../../core/instant.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import type {RolloutOutcomeReport} from '../report/rollout-report.ts'
import {activeRollout} from '../state.ts'
import {type Logbook, openLogbook} from './logbook.ts'

export interface HandOver {
  /** The workflow that goes on. */
  readonly to: string
  /** When there is something to do next, in milliseconds since 1970. */
  readonly at: number
  /**
   * `driver`: this run ends and had the rollout in hand. `person`: a word sets a rollout going again whose run may have
   * ended while it waited; where one is at work all the same, the ticket is void when that one hands over.
   */
  readonly as: 'driver' | 'person'
}

/** Jobs are billed by the whole minute: a successor that has work sooner than that would be paid for twice. */
const leastMs = 60_000

/**
 * Writes down that a successor is asked to go on, and from when on it has something to do.
 * @returns its ticket; null where nobody has to go on: the rollout is over, or another run has taken it from this one.
 */
export async function recordHandOver(
  ports: RolloutPorts,
  scope: RolloutScope,
  {to, at, as}: HandOver,
): Promise<string | null> {
  for (;;) {
    const book = await openLogbook(ports, scope)
    const rollout = activeRollout(book.state)
    if (!rollout) return null
    if (as === 'driver' && rollout.driver !== null && rollout.driver !== scope.by) return null
    // A person's word, or another tick, may be written meanwhile: neither goes on in this run's stead.
    const soonest = ports.clock.now().getTime() + Math.min(leastMs, rollout.plan.tickMs)
    const due = formatInstant(Math.max(at, soonest))
    if (await book.append({type: 'handed-over', rollout: rollout.id, to, due})) return book.events.at(-1)?.id ?? null
  }
}

/**
 * Takes the rollout over, so that every other run leaves it. Who comes with a ticket waits until its tick is due: else runs
 * whose time is shorter than a tick would follow each other as fast as they can be started.
 * @param ticket what the predecessor handed out; undefined for one who needs none: a start, a person, the watchdog
 * @returns false where the ticket is void, because another run has gone on already
 */
export async function takeOver(ports: RolloutPorts, scope: RolloutScope, ticket: string | undefined): Promise<boolean> {
  let hasWaited = false
  for (;;) {
    const book = await openLogbook(ports, scope)
    const rollout = activeRollout(book.state)
    // Nothing to go on with; the tick will say so.
    if (!rollout) return true
    if (ticket !== undefined && !rollout.tickets.includes(ticket)) return false
    const waitMs = hasWaited ? 0 : untilDue(book, ticket, rollout.plan.staleAfterMs, ports.clock.now().getTime())
    if (waitMs > 0) {
      ports.log.info(`The next tick is due in ${formatDuration(waitMs)}.`)
      await ports.clock.sleep(waitMs)
      // A person, the watchdog or a twin may have gone on meanwhile.
      hasWaited = true
      continue
    }
    // It has it in hand already, and nobody else was asked to go on.
    if (rollout.driver === scope.by && rollout.tickets.length === 0) return true
    if (await book.append({type: 'taken-over', rollout: rollout.id, ticket: ticket ?? null})) return true
  }
}

/** Clocks of two machines differ: nobody waits longer than the watchdog would. Milliseconds. */
function untilDue({events}: Logbook, ticket: string | undefined, atMostMs: number, now: number): number {
  if (ticket === undefined) return 0
  const handed = events.findLast(event => event.id === ticket)
  if (handed?.type !== 'handed-over' || handed.due === undefined) return 0
  return Math.min(atMostMs, Math.max(0, parseInstant(handed.due) - now))
}

/** Whether another run has taken over what this one drives. */
export function isTakenOver({state}: RolloutOutcomeReport, {by}: RolloutScope): boolean {
  const driver = activeRollout(state)?.driver ?? null
  return driver !== null && driver !== by
}
