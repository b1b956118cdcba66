/** The invariants, checked at every act of the router and at every event of the ledger. */
import type {Act, LedgerEvent} from '../../src/rollout/events.ts'
import {watchActs} from './act-invariants.ts'
import {watchLedger} from './ledger-invariants.ts'
import type {Process} from './process.ts'
import type {World} from './world.ts'

export interface Watch {
  /** An act is about to take effect; `known` events of the ledger were known to who asked for it, `cleared` by evidence. */
  act(process: Process, act: Act, known: number, cleared: ReadonlySet<string>): void
  /** It took effect. */
  acted(process: Process): void
  /** A new event is in the ledger. */
  appended(event: LedgerEvent, process: Process): void
}

export function watchWorld(world: World): Watch {
  const acts = watchActs(world)
  const ledger = watchLedger(world)
  return {
    ...acts,
    appended(event, process) {
      acts.appended(event)
      ledger(event, process)
    },
  }
}
