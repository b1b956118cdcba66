/** Differences of raw counters between two looks, series by series, so that a restarted process is seen as one. */
import type {Counter, Series} from '../telemetry/source.ts'
import type {Counts} from './events.ts'

export const noCounts: Counts = {n: 0, bad: 0, suspect: 0}

export type Fold =
  | {
      readonly kind: 'folded'
      /** Requests since the look before. */
      readonly counts: Counts
      /** What the next look takes its differences against. */
      readonly snapshot: Series
      readonly notes: readonly string[]
    }
  /** A counter that no process can have. The whole reading is unusable: who trusts half of it counts the wrong half. */
  | {readonly kind: 'impossible'; readonly detail: string}

/**
 * - The first reading of all (`previous` null) is the base line and counts nothing: it may hold years of requests.
 * - A new series counts from 0: its process began after the look before.
 * - A series with any counter below its last value was restarted, and counts from 0.
 * - A series that vanished keeps its last value, so that it is not counted twice when it returns.
 */
export function foldSeries(previous: Series | null, reading: Series): Fold {
  const notes: string[] = []
  let counts = noCounts
  for (const [name, counter] of Object.entries(reading)) {
    const problem = problemOf(counter)
    if (problem) return {kind: 'impossible', detail: `series ${name}: ${problem}`}
    if (previous === null) continue
    const before = previous[name]
    const restarted = before !== undefined && isBelow(counter, before)
    if (restarted) notes.push(`series ${name} began anew: counted from 0`)
    counts = add(counts, difference(counter, restarted ? undefined : before))
  }
  return {kind: 'folded', counts, snapshot: {...previous, ...reading}, notes}
}

export function add(a: Counts, b: Counts): Counts {
  return {n: a.n + b.n, bad: a.bad + b.bad, suspect: a.suspect + b.suspect}
}

function problemOf({n, bad, suspect = bad}: Counter): string | undefined {
  if (![n, bad, suspect].every(Number.isSafeInteger)) return `expected whole numbers, saw ${n}, ${bad}, ${suspect}`
  if (bad < 0 || bad > suspect || suspect > n) return `expected 0 <= bad <= suspect <= n, saw ${bad}, ${suspect}, ${n}`
  return undefined
}

function isBelow(now: Counter, before: Counter): boolean {
  return now.n < before.n || now.bad < before.bad || (now.suspect ?? now.bad) < (before.suspect ?? before.bad)
}

/** Neither counter fell, yet `bad` may have grown by more than `n` where a source reads them a moment apart: cut at n. */
function difference(now: Counter, before: Counter = {n: 0, bad: 0}): Counts {
  const n = now.n - before.n
  const suspect = Math.min(n, (now.suspect ?? now.bad) - (before.suspect ?? before.bad))
  return {n, suspect, bad: Math.min(suspect, now.bad - before.bad)}
}
