/** What a source remembers of the stable release: cumulative counters, one reading a tick. */
import type {Counter, GuardReading, PastReading, RequestCounter} from '../../src/telemetry/source.ts'
import {drawn, random, tickMs} from './world-of-guards.ts'

/** One reading a tick from `from` on; null where there was none. */
export function readingsOf(guard: string, answers: readonly (GuardReading | null)[], from = 0): PastReading[] {
  return answers.flatMap((answer, index) =>
    answer === null ? [] : [{at: from + index * tickMs, reading: {guards: {[guard]: answer}}}],
  )
}

/** One process of the stable release, which the port tells as `candidate`. */
export function counted(counter: Counter, process = 'a'): GuardReading {
  return {kind: 'counted', candidate: {[process]: counter}, stable: {}}
}

/** Sums of `n` requests a look, of which these were bad, after a base line of a million. */
export function cumulative(n: number, bad: readonly number[]): RequestCounter[] {
  let [all, worse] = [1_000_000, 1000]
  const counters = [{n: all, bad: worse}]
  for (const each of bad) {
    all += n
    worse += each
    counters.push({n: all, bad: worse})
  }
  return counters
}

/** Bad requests of `looks` looks, which come `size` at once, at one per cent of 1800 requests on average. */
export function badInClusters(looks: number, size: number, seed: number): number[] {
  const next = random(seed)
  return Array.from({length: looks}, () => size * drawn(1800, 0.01 / size, next))
}

/** A past of `looks` looks at the guard `errors`. */
export function pastOfClusters(looks: number, size: number, seed: number, from = 0): PastReading[] {
  return readingsOf(
    'errors',
    cumulative(1800, badInClusters(looks, size, seed)).map(counter => counted(counter)),
    from,
  )
}
