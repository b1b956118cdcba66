/** The ledger as one run uses it: read once, then written with the version that was read, until somebody else writes. */
import {SystemError} from '../../core/failure.ts'
import {formatInstant} from '../../core/instant.ts'
import {type LedgerEvent, ledgerSchemaVersion, type Unstamped} from '../events.ts'
import type {AppendOutcome, Ledger} from '../ledger.ts'
import type {RolloutPorts, RolloutScope} from '../ports.ts'
import {type EnvironmentState, evolve, initialState} from '../state.ts'

export interface Logbook {
  readonly state: EnvironmentState
  readonly events: readonly LedgerEvent[]
  /** False when somebody else wrote first: nothing was written, and what was read is old. */
  append(event: Unstamped): Promise<boolean>
}

/** An answer that got lost is asked for again this often; the event's id keeps it from being written twice. */
const attempts = 3

/** What the ledger means, for who writes nothing; a logbook that is opened on it later folds only what came since. */
export async function readState({ledger}: Pick<RolloutPorts, 'ledger'>): Promise<EnvironmentState> {
  return foldKnown(ledger, (await ledger.read()).events)
}

export async function openLogbook({ledger, clock, newId, log}: RolloutPorts, {by}: RolloutScope): Promise<Logbook> {
  const page = await ledger.read()
  const events = [...page.events]
  let {version} = page
  let state = foldKnown(ledger, events)

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
      folds.set(ledger, {count: events.length, last: event.id, state})
      return true
    },
  }
}

/** What a ledger meant when it was folded last, and up to which of its events that was. */
interface Fold {
  readonly count: number
  readonly last: string
  readonly state: EnvironmentState
}

/** A process that ticks for hours reads the same events again and again: what they mean is kept with their ledger. */
const folds = new WeakMap<Ledger, Fold>()

/** The same as `stateOf(events)`. History is never rewritten, so whoever has the same event in the same place has all before it. */
function foldKnown(ledger: Ledger, events: readonly LedgerEvent[]): EnvironmentState {
  const known = folds.get(ledger)
  const isKnown = known !== undefined && events[known.count - 1]?.id === known.last
  const state = isKnown ? events.slice(known.count).reduce(evolve, known.state) : events.reduce(evolve, initialState)
  const last = events.at(-1)
  if (last) folds.set(ledger, {count: events.length, last: last.id, state})
  else folds.delete(ledger)
  return state
}
