/** One look at the guards: from what a source read to what the ledger keeps. Pure. */
import {assertNever} from '../core/assert.ts'
import type {GuardReading, Reading} from '../telemetry/source.ts'
import {foldSeries} from './counters.ts'
import type {Absence, ArmCounts, EventOf, Unstamped} from './events.ts'
import type {RolloutState} from './state.ts'

type Measured = Unstamped<EventOf<'measured'>>
type Snapshot = Measured['snapshot'][string]

type Seen =
  | {
      readonly kind: 'counted'
      readonly counts: ArmCounts
      readonly snapshot: Snapshot
      readonly notes: readonly string[]
    }
  | Absence

/** What this look adds to the evidence of `rollout`, and what the next one is taken against. */
export function foldReading(rollout: RolloutState, reading: Reading): Measured {
  const guards: Record<string, ArmCounts> = {}
  const absent: Record<string, Absence> = {}
  const snapshot: Record<string, Snapshot> = {}
  const notes: string[] = []
  for (const {name} of rollout.plan.guards) {
    const seen = foldGuard(rollout.snapshot[name], reading.guards[name])
    if (seen.kind !== 'counted') {
      absent[name] = seen
      continue
    }
    guards[name] = seen.counts
    snapshot[name] = seen.snapshot
    notes.push(...seen.notes.map(note => `${name}: ${note}`))
  }
  const {id, weightPercent} = rollout
  return {type: 'measured', rollout: id, weightPercent, guards, absent, snapshot, notes}
}

function foldGuard(previous: Snapshot | undefined, reading: GuardReading | undefined): Seen {
  if (reading === undefined) return {kind: 'no-data', detail: 'the source said nothing about it'}
  switch (reading.kind) {
    case 'no-data':
    case 'query-failed':
      return {kind: reading.kind, detail: reading.detail}
    case 'counted':
      return foldArms(previous, reading)
    default:
      return assertNever(reading)
  }
}

/** Both sides or none: a comparison needs the same time on both. */
function foldArms(previous: Snapshot | undefined, reading: Extract<GuardReading, {kind: 'counted'}>): Seen {
  const candidate = foldSeries(previous?.candidate ?? null, reading.candidate)
  if (candidate.kind === 'impossible') return {kind: 'query-failed', detail: `candidate ${candidate.detail}`}
  const stable = foldSeries(previous?.stable ?? null, reading.stable)
  if (stable.kind === 'impossible') return {kind: 'query-failed', detail: `stable ${stable.detail}`}
  return {
    kind: 'counted',
    counts: {candidate: candidate.counts, stable: stable.counts},
    snapshot: {candidate: candidate.snapshot, stable: stable.snapshot},
    notes: [...candidate.notes.map(note => `candidate ${note}`), ...stable.notes.map(note => `stable ${note}`)],
  }
}
