/** Differences of raw counters between two looks, series by series, so that a restarted process is seen as one. */
import {formatInstant} from '../../core/instant.ts'
import type {Counter, Series} from '../../telemetry/source.ts'
import {addTallies, type Tally} from '../tally.ts'
import {atZero, type CountedQuery, growthOf, isBelow, nothingOf, problemOf, sameBounds} from './growth.ts'
import {type KeptCounter, type KeptSeries, looksUntilGone, withoutReading} from './kept-series.ts'

/** How far two clocks may be apart that are both kept right. */
export const clockSkewMs = 30_000

/** How far the clock of a metrics server may be ahead of ours before its times say nothing. */
const aheadAllowedMs = 4 * 60_000

export interface FoldRule {
  readonly query: CountedQuery
  /** Milliseconds since 1970: all requests from then on count. null: this look is the base line of whatever is new in it. */
  readonly since: number | null
  /** When the reading was taken, by our clock, in milliseconds since 1970. */
  readonly now: number
  /**
   * Events may come from a process that counts nothing else, and that is not heard of before the first one. Whether such
   * a process counts whole where a look before had the other processes of its side.
   */
  readonly firstEventsCount?: boolean
}

export type Fold =
  | {
      readonly kind: 'folded'
      /** Requests since the look before. */
      readonly tally: Tally
      /** What the next look takes its differences against. */
      readonly snapshot: KeptSeries
      /** The same for a caller who leaves `tally` out: nothing is lost, the next look counts them. */
      readonly uncounted: KeptSeries
      /** Series that had counted, are not in the reading, and are not known to be gone. */
      readonly missing: readonly string[]
      /** Whether any series has a newer sample than at the look before; true where nothing tells. */
      readonly renewed: boolean
      readonly notes: readonly string[]
    }
  /** A counter that no process can have. The whole reading is unusable: who trusts half of it counts the wrong half. */
  | {readonly kind: 'impossible'; readonly detail: string}
  /** Counters of another make than those of the look before: nothing can be said of the time between. */
  | {readonly kind: 'incomparable'; readonly detail: string}

/**
 * - A new series counts from 0 only when it is known to have begun at `since` or later. Any other one may hold years of
 *   requests: where it is first seen is its base line, which counts nothing.
 * - A series that fell was restarted, and counts from 0. When it is known to be the same process as before, it lost
 *   counts, and that look is a new base line.
 * - A series whose sample is older than the one before comes from a server that lags behind: it counts nothing.
 * - A series that vanished keeps its last value, so that it is not counted twice when it returns.
 *
 * @param previous the `snapshot` of the look before; empty when there was none
 */
export function foldSeries(previous: KeptSeries, reading: Series, rule: FoldRule): Fold {
  const known = rule.since === null ? comparable(previous, reading) : previous
  const changed = changedBounds(known, reading)
  if (changed !== undefined) return {kind: 'incomparable', detail: changed}
  const notes: string[] = []
  const [snapshot, uncounted] = [{...known}, {...known}] as [Record<string, KeptCounter>, Record<string, KeptCounter>]
  let tally = nothingOf(rule.query)
  let renewed = Object.keys(reading).length === 0
  for (const [name, counter] of Object.entries(reading)) {
    const problem = problemOf(counter, rule.query)
    if (problem) return {kind: 'impossible', detail: `series ${name}: ${problem}`}
    const now = withoutFuture(counter, rule.now)
    const before = known[name]
    const late = lateOf(now, before)
    const {from, to, note} = late ?? {to: now, ...baseOf(now, before, known, rule)}
    if (note) notes.push(`series ${name} ${note}`)
    const growth = growthOf(to, from, rule.query)
    if (growth.kind !== 'grown') return {...growth, detail: `series ${name}: ${growth.detail}`}
    const sum = addTallies(tally, growth.tally)
    if (sum === null) return {kind: 'incomparable', detail: `series ${name} counts otherwise than the others`}
    tally = sum
    snapshot[name] = growth.seen
    uncounted[name] = from
    renewed ||=
      late === undefined && (now.sampledAt === undefined || now.sampledAt !== before?.sampledAt || growth.tally.n > 0)
  }
  const {kept, missing, gone} = withoutReading(known, reading, rule.since)
  notes.push(...gone.map(name => `series ${name} was not in the last ${looksUntilGone} looks: taken as gone`))
  return {kind: 'folded', tally, snapshot: {...snapshot, ...kept}, uncounted, missing, renewed, notes}
}

interface Base {
  /** What the reading is counted from. */
  readonly from: Counter
  /** What a person should know about that. */
  readonly note?: string
}

function baseOf(now: Counter, kept: KeptCounter | undefined, known: KeptSeries, rule: FoldRule): Base {
  if (kept === undefined) return baseOfNew(now, known, rule)
  const before = present(kept)
  if (!isBelow(now, before, rule.query)) return {from: before}
  if (now.beganAt === undefined || now.beganAt !== before.beganAt) {
    return {from: atZero(now), note: 'began anew: counted from 0'}
  }
  return {from: now, note: `fell from ${before.n} to ${now.n} requests without a restart: counted on from there`}
}

function baseOfNew(now: Counter, known: KeptSeries, {query, since, now: clock, firstEventsCount}: FoldRule): Base {
  if (since === null) return {from: now}
  const {beganAt, n} = now
  const isTrusted = beganAt !== undefined && beganAt <= clock + clockSkewMs
  if (isTrusted && beganAt >= since - clockSkewMs) return {from: atZero(now)}
  const countsAlone = query.kind === 'events' && n === 0
  if (countsAlone && firstEventsCount && Object.keys(known).length > 0) return {from: atZero(now)}
  if (n === 0 && !countsAlone) return {from: now}
  const what = countsAlone && 'bad' in now ? `${now.bad} events` : `${n} requests`
  return {from: now, note: `is new with ${what}, which do not count: ${historyOf(beganAt, isTrusted)}`}
}

function historyOf(beganAt: number | undefined, isTrusted: boolean): string {
  if (beganAt === undefined) return 'nothing says when it began (process_start_time_seconds would)'
  const when = `it began at ${formatInstant(beganAt)}`
  return isTrusted
    ? `${when}, before what is counted here`
    : `it says that ${when}, which is in the future: its clock is wrong`
}

/** An answer of a server that lags behind another one, which answered before. */
function lateOf(now: Counter, kept: KeptCounter | undefined): (Base & {readonly to: Counter}) | undefined {
  if (now.sampledAt === undefined || kept?.sampledAt === undefined || now.sampledAt >= kept.sampledAt) return undefined
  const before = present(kept)
  return {from: before, to: before, note: 'came with an older sample than at the look before: it counts nothing'}
}

/**
 * A time far ahead of our clock would make every later sample an old one. One that is a little ahead is kept even where
 * clocks are wrong: samples are compared with each other only, and an old one that is not known as such counts twice.
 */
function withoutFuture(counter: Counter, now: number): Counter {
  if (counter.sampledAt === undefined || counter.sampledAt <= now + aheadAllowedMs) return counter
  const {sampledAt: _, ...rest} = counter
  return rest
}

function present(counter: KeptCounter): Counter {
  const {missed: _, ...rest} = counter
  return rest
}

/** At a base line, what was counted by other buckets is no base of anything. */
function comparable(previous: KeptSeries, reading: Series): KeptSeries {
  return Object.fromEntries(Object.entries(previous).filter(([, counter]) => !differsFrom(reading, counter)))
}

function changedBounds(previous: KeptSeries, reading: Series): string | undefined {
  for (const counter of Object.values(previous)) {
    const other = differsFrom(reading, counter)
    if (!other || !('bounds' in counter)) continue
    return `the buckets changed from ${counter.bounds.join(', ')} to ${other.bounds.join(', ')} while the rollout is under way, and cannot be added`
  }
  return undefined
}

/** The counter of the reading that has other buckets. Where nothing was counted yet, nothing has to be added. */
function differsFrom(reading: Series, counter: Counter) {
  if (!('bounds' in counter) || counter.n === 0) return undefined
  return Object.values(reading)
    .filter(other => 'bounds' in other)
    .filter(other => other.n > 0)
    .find(other => !sameBounds(counter, other))
}
