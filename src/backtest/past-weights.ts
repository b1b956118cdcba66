/** Which weight was in force when, as a ledger says it. Pure. */
import {parseInstant} from '../core/instant.ts'
import type {Act, LedgerEvent} from '../rollout/events.ts'

export interface PastWeight {
  /** From then on, in milliseconds since 1970. */
  readonly since: number
  readonly weightPercent: number
}

/** Oldest first: each confirmed change of the candidate's weight. */
export function pastWeights(events: readonly LedgerEvent[]): readonly PastWeight[] {
  const intents = new Map<string, Act>()
  const weights: PastWeight[] = []
  for (const event of events) {
    if (event.type === 'act-intended') intents.set(event.id, event.act)
    const act = event.type === 'act-confirmed' ? intents.get(event.intent) : undefined
    const weightPercent = act && weightAfter(act)
    if (weightPercent !== undefined) weights.push({since: parseInstant(event.at), weightPercent})
    if (event.type === 'restored') weights.push({since: parseInstant(event.at), weightPercent: 0})
  }
  return weights
}

/** The weight in force just before `at`; null before the ledger knows of any. */
export function weightBefore(weights: readonly PastWeight[], at: number): number | null {
  return weights.findLast(({since}) => since < at)?.weightPercent ?? null
}

function weightAfter(act: Act): number | undefined {
  if (act.kind === 'set-weight') return act.weightPercent
  return act.kind === 'mirror' ? undefined : 0
}
