/** The ledger as one run uses it: read once, then written with the version that was read, until somebody else writes. */
import {SystemError} from '../core/failure.ts'
import {formatInstant} from '../core/instant.ts'
import {type LedgerEvent, ledgerSchemaVersion, type Unstamped} from './events.ts'
import type {AppendOutcome} from './ledger.ts'
import type {RolloutPorts, RolloutScope} from './ports.ts'
import {type EnvironmentState, evolve, stateOf} from './state.ts'

export interface Logbook {
  readonly state: EnvironmentState
  readonly events: readonly LedgerEvent[]
  /** False when somebody else wrote first: nothing was written, and what was read is old. */
  append(event: Unstamped): Promise<boolean>
}

/** An answer that got lost is asked for again this often; the event's id keeps it from being written twice. */
const attempts = 3

export async function openLogbook({ledger, clock, newId, log}: RolloutPorts, {by}: RolloutScope): Promise<Logbook> {
  const page = await ledger.read()
  const events = [...page.events]
  let {version} = page
  let state = stateOf(events)

  async function appendDurably(event: LedgerEvent): Promise<AppendOutcome> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ledger.append(event, version)
      } catch (error) {
        if (!(error instanceof SystemError) || !error.retryable || attempt >= attempts) throw error
        log.warning(`The ledger did not answer (${error.message}); asking again.`)
        await clock.sleep(500 * attempt)
      }
    }
  }

  return {
    get state() {
      return state
    },
    events,
    async append(unstamped) {
      const at = formatInstant(clock.now().getTime())
      const event = {...unstamped, schemaVersion: ledgerSchemaVersion, id: newId(), at, by}
      const outcome = await appendDurably(event)
      if (outcome.kind === 'conflict') return false
      version = outcome.version
      events.push(event)
      state = evolve(state, event)
      return true
    },
  }
}
