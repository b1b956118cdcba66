/** One look at the guards: from what a source read to what the ledger keeps. Pure. */
import {assertNever} from '../core/assert.ts'
import type {GuardReading, Reading, Series} from '../telemetry/source.ts'
import type {Absence, EventOf, Unstamped} from './events.ts'
import {isExposed} from './evolve/exposure.ts'
import {guardsAsked} from './judge/asked.ts'
import {type Fold, foldSeries} from './look/counters.ts'
import type {CountedQuery} from './look/growth.ts'
import type {KeptSeries} from './look/kept-series.ts'
import type {RolloutState} from './state.ts'
import type {ArmTallies} from './tally.ts'

type Measured = Unstamped<EventOf<'measured'>>
type Snapshot = Measured['snapshot'][string]

/** What a look says about one guard. */
interface Seen {
  readonly result:
    | {readonly kind: 'counted'; readonly tallies: ArmTallies; readonly partial?: string}
    | {readonly kind: 'alerts'; readonly firing: readonly string[]}
    /** Nothing that is new: what there is counts at the next look. */
    | {readonly kind: 'unchanged'}
    | Absence
  /** Absent where nothing usable was read: the next look takes its differences against the one before. */
  readonly snapshot?: Snapshot
  readonly notes: readonly string[]
}

/** When the reading was taken; and from when on all requests of a series count, by side, null while a look is a base line. */
interface Times {
  readonly now: number
  readonly since: {readonly candidate: number | null; readonly stable: number | null} | null
}

/**
 * What this look adds to the evidence of `rollout`, and what the next one is taken against.
 * @param now when `reading` was taken, in milliseconds since 1970
 */
export function foldReading(rollout: RolloutState, reading: Reading, now: number): Measured {
  const guards: Record<string, ArmTallies> = {}
  const alerts: Record<string, readonly string[]> = {}
  const partial: Record<string, string> = {}
  const absent: Record<string, Absence> = {}
  const snapshots: Record<string, Snapshot> = {}
  const notes: string[] = []
  const times = {now, since: countedSince(rollout)}
  for (const {name, query} of guardsAsked(rollout)) {
    const previous = rollout.snapshot[name]
    const {result, snapshot, notes: said} = foldGuard(query, previous, reading.guards[name], times)
    switch (result.kind) {
      case 'counted':
        guards[name] = result.tallies
        if (result.partial !== undefined) partial[name] = result.partial
        break
      case 'alerts':
        alerts[name] = result.firing
        break
      case 'unchanged': {
        // What was missing still is.
        const still = rollout.lastLook?.partial[name]
        if (still !== undefined) partial[name] = still
        break
      }
      case 'no-data':
      case 'query-failed':
        absent[name] = result
        break
      default:
        assertNever(result)
    }
    if (snapshot) snapshots[name] = snapshot
    notes.push(...said.map(note => `${name}: ${note}`))
  }
  const {id, weightPercent} = rollout
  return {
    type: 'measured',
    rollout: id,
    weightPercent,
    guards,
    ...(Object.keys(alerts).length > 0 ? {alerts} : {}),
    ...(Object.keys(partial).length > 0 ? {partial} : {}),
    absent,
    snapshot: snapshots,
    notes,
  }
}

/**
 * Until the candidate gets requests, every look is a base line. Then a process that was not seen yet counts whole when it
 * can have served nobody before: one of the candidate that began after its deployment was asked for, one of the stable
 * release that began after the last base line. It counts at the weight of this look, whenever it was found.
 */
function countedSince(rollout: RolloutState): Times['since'] {
  return isExposed(rollout) ? {candidate: rollout.deployingSince, stable: rollout.baseLineAt} : null
}

function foldGuard(
  query: RolloutState['plan']['guards'][number]['query'],
  previous: Snapshot | undefined,
  reading: GuardReading | undefined,
  times: Times,
): Seen {
  if (reading === undefined) return unseen({kind: 'no-data', detail: 'the source said nothing about it'})
  switch (reading.kind) {
    case 'query-failed':
      return unseen(reading)
    case 'alerts':
      return query.kind === 'alert'
        ? {result: reading, notes: []}
        : unseen({kind: 'query-failed', detail: 'the source answered with alerts, not with counts'})
    case 'no-data':
      return query.kind === 'alert' ? unseen(reading) : foldArms(query, previous ?? nothingSeen, reading, times)
    case 'counted':
      return query.kind === 'alert'
        ? unseen({kind: 'query-failed', detail: 'the source answered with counts, not with alerts'})
        : foldArms(query, previous ?? nothingSeen, reading, times)
    default:
      return assertNever(reading)
  }
}

function unseen({kind, detail}: Absence): Seen {
  return {result: {kind, detail}, notes: []}
}

/** Counts of both sides or of none: a comparison needs the same time on both. What does not count now, counts later. */
function foldArms(
  query: CountedQuery,
  previous: Snapshot,
  reading: Extract<GuardReading, {kind: 'counted' | 'no-data'}>,
  {now, since}: Times,
): Seen {
  const fold = (side: keyof Snapshot) =>
    foldSeries(previous[side], reading[side] ?? noSeries, {
      query,
      since: since?.[side] ?? null,
      now,
      firstEventsCount: side === 'candidate',
    })
  const [candidate, stable] = [fold('candidate'), fold('stable')]
  if (candidate.kind !== 'folded') return unseen(absenceOf('candidate', candidate))
  if (stable.kind !== 'folded') return unseen(absenceOf('stable', stable))
  const notes = [
    ...candidate.notes.map(note => `candidate ${note}`),
    ...stable.notes.map(note => `stable ${note}`),
    // Once is enough: at the base line, before the first event.
    ...(since === null && 'assumedZero' in reading
      ? [`nobody exports ${reading.assumedZero} yet: counted as zero`]
      : []),
  ]
  const read = {candidate: candidate.snapshot, stable: stable.snapshot}
  const kept = since === null ? read : {candidate: candidate.uncounted, stable: stable.uncounted}
  if (reading.kind === 'no-data') return {result: {kind: 'no-data', detail: reading.detail}, snapshot: kept, notes}
  if (since !== null && !(candidate.renewed && stable.renewed)) {
    const side = candidate.renewed ? 'stable' : 'candidate'
    const stale = `no sample of the ${side} is newer than at the look before: counted at the next one`
    return {result: {kind: 'unchanged'}, snapshot: kept, notes: [...notes, stale]}
  }
  const partial = describeMissing(candidate.missing, stable.missing)
  const tallies = {candidate: candidate.tally, stable: stable.tally}
  return {
    result: {kind: 'counted', tallies, ...(partial === undefined ? {} : {partial})},
    snapshot: read,
    notes,
  }
}

function absenceOf(side: string, {kind, detail}: Exclude<Fold, {kind: 'folded'}>): Absence {
  return {kind: kind === 'impossible' ? 'query-failed' : 'no-data', detail: `${side} ${detail}`}
}

/** As many names as a sentence bears. */
const namesTold = 3

function describeMissing(candidate: readonly string[], stable: readonly string[]): string | undefined {
  const all = [...candidate.map(name => `candidate ${name}`), ...stable.map(name => `stable ${name}`)]
  if (all.length === 0) return undefined
  const told = all.slice(0, namesTold).join(', ')
  const more = all.length > namesTold ? ` and ${all.length - namesTold} more` : ''
  return `${all.length === 1 ? 'a series that had counted is' : `${all.length} series that had counted are`} not in the answer: ${told}${more}`
}

const noSeries: Series = {}
const nothingSeen: {readonly candidate: KeptSeries; readonly stable: KeptSeries} = {candidate: {}, stable: {}}
