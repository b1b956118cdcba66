import type {LedgerEvent} from '../../src/rollout/events.ts'
import type {Ledger} from '../../src/rollout/ledger.ts'
import {parseEvent} from '../../src/rollout/ledgers/event-schema.ts'

export interface FakeLedger extends Ledger {
  readonly events: LedgerEvent[]
}

/** A ledger in memory that takes only what the real ones could read again. */
export function fakeLedger(): FakeLedger {
  const events: LedgerEvent[] = []
  const versionAt = (count: number) => (count === 0 ? null : `${count}`)
  return {
    location: 'memory',
    events,
    async read() {
      return {version: versionAt(events.length), events: [...events]}
    },
    async append(event, expectedVersion) {
      const place = events.findIndex(known => known.id === event.id)
      if (place >= 0) return {kind: 'appended', version: `${place + 1}`}
      if (expectedVersion !== versionAt(events.length)) return {kind: 'conflict'}
      events.push(parseEvent(JSON.parse(JSON.stringify(event)), `event ${events.length + 1}`))
      return {kind: 'appended', version: `${events.length}`}
    },
  }
}
