/**
 * Ledgers: the durable log of one environment. One file per ledger in `ledgers/`. A ledger stores events in order and
 * interprets none of them; what they mean is `state.ts`.
 */
import type {LedgerEvent} from './events.ts'

export interface LedgerPage {
  /** Opaque name of exactly this history; null for an empty ledger. */
  readonly version: string | null
  /** Oldest first. */
  readonly events: readonly LedgerEvent[]
}

export type AppendOutcome =
  | {readonly kind: 'appended'; readonly version: string}
  /** Somebody else appended since `expectedVersion`. Nothing was written: read again, decide again. */
  | {readonly kind: 'conflict'}

export interface Ledger {
  /** Where a person finds it: a branch, a folder. */
  readonly location: string
  /** @throws UserError `ledger/unreadable` when the history was edited by hand or written by a newer version. */
  read(): Promise<LedgerPage>
  /** Compare-and-swap. Durable when it resolves. After a lost answer the same event (same `id`) may be appended again and is kept once. */
  append(event: LedgerEvent, expectedVersion: string | null): Promise<AppendOutcome>
}
