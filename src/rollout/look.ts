/** One look at the guards: from what a source read to what the ledger keeps. Pure. */
import {assertNever} from '../core/assert.ts'
import type {GuardReading, Reading, Series} from '../telemetry/source.ts'
import {foldSeries} from './counters.ts'
import type {Absence, EventOf, Unstamped} from './events.ts'
import type {RolloutState} from './state.ts'
import type {ArmCounts} from './tally.ts'

type Measured = Unstamped<EventOf<'measured'>>
type Snapshot = Measured['snapshot'][string]

interface Seen {
  readonly result: {readonly kind: 'counted'; readonly counts: ArmCounts} | Absence
  /** Absent where nothing usable was read: the next look takes its differences against the one before. */
  readonly snapshot?: Snapshot
  readonly notes: readonly string[]
}

/** From when on all requests of a series count, by side (see {@link foldSeries}); null while the look is a base line. */
type Since = {readonly candidate: number | null; readonly stable: number | null} | null

/** What this look adds to the evidence of `rollout`, and what the next one is taken against. */
export function foldReading(rollout: RolloutState, reading: Reading): Measured {
  const guards: Record<string, ArmCounts> = {}
  const absent: Record<string, Absence> = {}
  const snapshots: Record<string, Snapshot> = {}
  const notes: string[] = []
  const since = countedSince(rollout)
  for (const {name} of rollout.plan.guards) {
    const seen = foldGuard(rollout.snapshot[name], reading.guards[name], since)
    if (seen.result.kind === 'counted') guards[name] = seen.result.counts
    else absent[name] = seen.result
    if (seen.snapshot) snapshots[name] = seen.snapshot
    notes.push(...seen.notes.map(note => `${name}: ${note}`))
  }
  const {id, weightPercent} = rollout
  return {type: 'measured', rollout: id, weightPercent, guards, absent, snapshot: snapshots, notes}
}

/**
 * Until the candidate gets traffic, every look is a base line. Then a process that was not seen yet counts whole when it
 * can have served nobody before: one of the candidate that began after its deployment was asked for, one of the stable
 * release that began after the last base line. It counts at the weight of this look, whenever it was found.
 */
function countedSince({weightPercent, deployingSince, baseLineAt}: RolloutState): Since {
  return weightPercent === 0 ? null : {candidate: deployingSince, stable: baseLineAt}
}

function foldGuard(previous: Snapshot | undefined, reading: GuardReading | undefined, since: Since): Seen {
  if (reading === undefined) return unseen({kind: 'no-data', detail: 'the source said nothing about it'})
  switch (reading.kind) {
    case 'query-failed':
      return unseen(reading)
    case 'no-data':
    case 'counted':
      return foldArms(previous, reading, since)
    default:
      return assertNever(reading)
  }
}

function unseen({kind, detail}: Absence): Seen {
  return {result: {kind, detail}, notes: []}
}

/** Counts of both sides or of none: a comparison needs the same time on both. What does not count now, counts later. */
function foldArms(
  previous: Snapshot | undefined,
  reading: Exclude<GuardReading, {kind: 'query-failed'}>,
  since: Since,
): Seen {
  const fold = (side: keyof Snapshot) =>
    foldSeries(previous?.[side] ?? noSeries, reading[side] ?? noSeries, since?.[side] ?? null)
  const candidate = fold('candidate')
  if (candidate.kind === 'impossible') return unseen({kind: 'query-failed', detail: `candidate ${candidate.detail}`})
  const stable = fold('stable')
  if (stable.kind === 'impossible') return unseen({kind: 'query-failed', detail: `stable ${stable.detail}`})
  const notes = [...candidate.notes.map(note => `candidate ${note}`), ...stable.notes.map(note => `stable ${note}`)]
  const read = {candidate: candidate.snapshot, stable: stable.snapshot}
  if (reading.kind === 'no-data') {
    const kept = since === null ? read : {candidate: candidate.uncounted, stable: stable.uncounted}
    return {result: {kind: 'no-data', detail: reading.detail}, snapshot: kept, notes}
  }
  return {
    result: {kind: 'counted', counts: {candidate: candidate.counts, stable: stable.counts}},
    snapshot: read,
    notes,
  }
}

const noSeries: Series = {}
