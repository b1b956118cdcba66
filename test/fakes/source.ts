import type {Counter, GuardReading, Source} from '../../src/telemetry/source.ts'

/** Cumulative counters by guard and version. A test adds requests, breaks queries, restarts processes. */
export interface FakeSource extends Source {
  /** Adds requests to the counters of a version, for one guard. */
  count(guard: string, version: string, requests: {n: number; bad: number; suspect?: number}): void
  /** The process of a version begins anew: its counters start at zero. */
  restart(version: string): void
  /** Answers every query like this until told `null`. */
  breakWith(reading: GuardReading | null): void
}

export function fakeSource(): FakeSource {
  const counters = new Map<string, Counter>()
  let broken: GuardReading | null = null
  const key = (guard: string, version: string) => `${guard} ${version}`
  return {
    kind: 'fake',
    count(guard, version, {n, bad, suspect = bad}) {
      const known = counters.get(key(guard, version)) ?? {n: 0, bad: 0, suspect: 0}
      const sum = {n: known.n + n, bad: known.bad + bad, suspect: (known.suspect ?? known.bad) + suspect}
      counters.set(key(guard, version), sum)
    },
    restart(version) {
      for (const name of counters.keys()) {
        if (name.endsWith(` ${version}`)) counters.set(name, {n: 0, bad: 0, suspect: 0})
      }
    },
    breakWith(reading) {
      broken = reading
    },
    async read(queries, {candidate, stable}) {
      const readings = queries.map(({name}): [string, GuardReading] => {
        if (broken) return [name, broken]
        const zero: Counter = {n: 0, bad: 0, suspect: 0}
        const ours = {[candidate]: counters.get(key(name, candidate)) ?? zero}
        const theirs = stable === null ? {} : {[stable]: counters.get(key(name, stable)) ?? zero}
        return [name, {kind: 'counted', candidate: ours, stable: theirs}]
      })
      return {guards: Object.fromEntries(readings)}
    },
  }
}
