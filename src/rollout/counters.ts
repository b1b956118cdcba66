/** Differences of raw counters between two looks, series by series, so that a restarted process is seen as one. */
import {formatInstant} from '../core/instant.ts'
import type {Counter, Series} from '../telemetry/source.ts'
import {add, type Counts, noCounts} from './tally.ts'

export type Fold =
  | {
      readonly kind: 'folded'
      /** Requests since the look before. */
      readonly counts: Counts
      /** What the next look takes its differences against. */
      readonly snapshot: Series
      /** The same for a caller who leaves `counts` out: nothing is lost, the next look counts them. */
      readonly uncounted: Series
      readonly notes: readonly string[]
    }
  /** A counter that no process can have. The whole reading is unusable: who trusts half of it counts the wrong half. */
  | {readonly kind: 'impossible'; readonly detail: string}

/**
 * - A new series counts from 0 only when it is known to have begun at `since` or later. Any other one may hold years of
 *   requests: where it is first seen is its base line, which counts nothing.
 * - A series with any counter below its last value was restarted, and counts from 0. When it is known to be the same
 *   process as before, it lost counts, and that look is a new base line.
 * - A series that vanished keeps its last value, so that it is not counted twice when it returns.
 *
 * @param previous the `snapshot` of the look before; empty when there was none
 * @param since milliseconds since 1970: all requests from then on count. null: this look is the base line of whatever is
 *   new in it.
 */
export function foldSeries(previous: Series, reading: Series, since: number | null): Fold {
  const notes: string[] = []
  const uncounted: Record<string, Counter> = {...previous}
  let counts = noCounts
  for (const [name, counter] of Object.entries(reading)) {
    const problem = problemOf(counter)
    if (problem) return {kind: 'impossible', detail: `series ${name}: ${problem}`}
    const {from, note} = baseOf(counter, previous[name], since)
    if (note) notes.push(`series ${name} ${note}`)
    uncounted[name] = from
    counts = add(counts, difference(counter, from))
  }
  return {kind: 'folded', counts, snapshot: {...previous, ...reading}, uncounted, notes}
}

function problemOf({n, bad, suspect = bad}: Counter): string | undefined {
  if (![n, bad, suspect].every(Number.isSafeInteger)) return `expected whole numbers, saw ${n}, ${bad}, ${suspect}`
  if (bad < 0 || bad > suspect || suspect > n) return `expected 0 <= bad <= suspect <= n, saw ${bad}, ${suspect}, ${n}`
  return undefined
}

/** What `now` is counted from, and what a person should know about that. */
function baseOf(
  now: Counter,
  before: Counter | undefined,
  since: number | null,
): {readonly from: Counter; readonly note?: string} {
  const zero = {...now, n: 0, bad: 0, suspect: 0}
  if (before === undefined) {
    if (since === null) return {from: now}
    if (now.beganAt !== undefined && now.beganAt >= since) return {from: zero}
    if (now.n === 0) return {from: now}
    const began =
      now.beganAt === undefined
        ? 'nothing says when it began (process_start_time_seconds would)'
        : `it began at ${formatInstant(now.beganAt)}, before what is counted here`
    return {from: now, note: `is new with ${now.n} requests, which do not count: ${began}`}
  }
  if (!isBelow(now, before)) return {from: before}
  if (now.beganAt === undefined || now.beganAt !== before.beganAt) {
    return {from: zero, note: 'began anew: counted from 0'}
  }
  return {from: now, note: `fell from ${before.n} to ${now.n} requests without a restart: counted on from there`}
}

function isBelow(now: Counter, before: Counter): boolean {
  return now.n < before.n || now.bad < before.bad || (now.suspect ?? now.bad) < (before.suspect ?? before.bad)
}

/** Neither counter fell, yet `bad` may have grown by more than `n` where a source reads them a moment apart: cut at n. */
function difference(now: Counter, before: Counter): Counts {
  const n = now.n - before.n
  const suspect = Math.min(n, (now.suspect ?? now.bad) - (before.suspect ?? before.bad))
  return {n, suspect, bad: Math.min(suspect, now.bad - before.bad)}
}
