/** A ledger of a simulated world: compare-and-swap, and an event that is appended again is kept once. */
import type {LedgerEvent} from '../../src/rollout/events.ts'
import type {AppendOutcome, LedgerPage} from '../../src/rollout/ledger.ts'

export interface SimulatedLedger {
  readonly events: readonly LedgerEvent[]
  read(): LedgerPage
  append(event: LedgerEvent, expectedVersion: string | null): AppendOutcome
}

/** `onAppended` is told of each new event, after it is in. */
export function simulatedLedger(onAppended: (event: LedgerEvent) => void): SimulatedLedger {
  const events: LedgerEvent[] = []
  const places = new Map<string, number>()
  const version = () => (events.length === 0 ? null : `${events.length}`)
  return {
    events,
    read: () => ({version: version(), events: [...events]}),
    append(event, expectedVersion) {
      const place = places.get(event.id)
      if (place !== undefined) return {kind: 'appended', version: `${place}`}
      if (expectedVersion !== version()) return {kind: 'conflict'}
      events.push(event)
      places.set(event.id, events.length)
      onAppended(event)
      return {kind: 'appended', version: `${events.length}`}
    },
  }
}
