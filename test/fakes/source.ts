import type {
  BucketCounter,
  Counter,
  GuardQuery,
  GuardReading,
  MeanCounter,
  RequestCounter,
  Source,
} from '../../src/telemetry/source.ts'

/** Cumulative counters by guard and version. A test adds requests, breaks queries, restarts processes. */
export interface FakeSource extends Source {
  /**
   * Adds requests to the counters of a version, for one guard: of a share, a quantile or of events. They are counted by
   * the process `v2`, or by a further one of this version, `v2/b`.
   */
  count(guard: string, process: string, requests: {n: number; bad: number; suspect?: number}): void
  /** Adds requests with values, for a guard of a mean. */
  value(guard: string, version: string, requests: {n: number; sum: number; sumOfSquares?: number}): void
  /** Adds requests by bucket, for a guard of a distribution. */
  spread(guard: string, version: string, bounds: readonly number[], buckets: readonly number[]): void
  /** Exactly these alerts fire from now on, for one guard. */
  fire(guard: string, alerts: readonly string[]): void
  /** Leaves a process out of all answers, or lets it return. */
  hide(process: string, isHidden: boolean): void
  /** The process of a version begins anew: its counters start at zero. */
  restart(version: string): void
  /** Answers every query like this until told `null`. */
  breakWith(reading: GuardReading | null): void
}

export function fakeSource(): FakeSource {
  const counters = new Map<string, Counter>()
  const alerts = new Map<string, readonly string[]>()
  const hidden = new Set<string>()
  let broken: GuardReading | null = null
  const key = (guard: string, process: string) => `${guard} ${process}`
  const readGuard = (query: GuardQuery, candidate: string, stable: string | null): GuardReading => {
    if (broken) return broken
    if (query.kind === 'alert') return {kind: 'alerts', firing: alerts.get(query.name) ?? []}
    const of = (version: string) => {
      const more = [...counters.keys()].filter(name => name.startsWith(`${key(query.name, version)}/`))
      const processes = [version, ...more.map(name => name.slice(query.name.length + 1))]
      const listed = processes.filter(process => !hidden.has(process))
      return Object.fromEntries(
        listed.map(process => [process, counters.get(key(query.name, process)) ?? zeroOf(query)]),
      )
    }
    return {kind: 'counted', candidate: of(candidate), stable: stable === null ? {} : of(stable)}
  }
  return {
    kind: 'fake',
    count(guard, process, {n, bad, suspect = bad}) {
      const known = counters.get(key(guard, process))
      const before: RequestCounter = known && 'bad' in known ? known : {n: 0, bad: 0, suspect: 0}
      counters.set(key(guard, process), {
        n: before.n + n,
        bad: before.bad + bad,
        suspect: (before.suspect ?? before.bad) + suspect,
      })
    },
    value(guard, version, {n, sum, sumOfSquares}) {
      const known = counters.get(key(guard, version))
      const before: MeanCounter = known && 'sum' in known ? known : {n: 0, sum: 0}
      const squares = sumOfSquares === undefined ? {} : {sumOfSquares: (before.sumOfSquares ?? 0) + sumOfSquares}
      counters.set(key(guard, version), {n: before.n + n, sum: before.sum + sum, ...squares})
    },
    spread(guard, version, bounds, buckets) {
      const known = counters.get(key(guard, version))
      const before: BucketCounter = known && 'buckets' in known ? known : {n: 0, bounds, buckets: []}
      counters.set(key(guard, version), {
        n: before.n + buckets.reduce((sum, count) => sum + count, 0),
        bounds,
        buckets: buckets.map((count, index) => count + (before.buckets[index] ?? 0)),
      })
    },
    fire(guard, firing) {
      alerts.set(guard, [...firing])
    },
    hide(process, isHidden) {
      if (isHidden) hidden.add(process)
      else hidden.delete(process)
    },
    restart(version) {
      for (const [name, counter] of counters) {
        if (name.endsWith(` ${version}`)) counters.set(name, atStart(counter))
      }
    },
    breakWith(reading) {
      broken = reading
    },
    async read(queries, {candidate, stable}) {
      return {guards: Object.fromEntries(queries.map(query => [query.name, readGuard(query, candidate, stable)]))}
    },
  }
}

function zeroOf(query: GuardQuery): Counter {
  switch (query.kind) {
    case 'mean':
      return query.squares === undefined ? {n: 0, sum: 0} : {n: 0, sum: 0, sumOfSquares: 0}
    case 'distribution':
      // The buckets of a histogram are there before its first request; which ones, a test says by its first request.
      return {n: 0, bounds: [], buckets: [0]}
    default:
      return {n: 0, bad: 0, suspect: 0}
  }
}

function atStart(counter: Counter): Counter {
  if ('sum' in counter) return {...counter, n: 0, sum: 0, ...('sumOfSquares' in counter ? {sumOfSquares: 0} : {})}
  if ('buckets' in counter) return {...counter, n: 0, buckets: counter.buckets.map(() => 0)}
  return {n: 0, bad: 0, suspect: 0}
}
