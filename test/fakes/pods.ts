/**
 * Processes behind a source, as they really behave: they begin, serve, restart, and are listed or not. Their counters are
 * read by the same code as those of a real source, and what they served stands beside that as the truth.
 */
import {countGuard, type ProcessSamples, readQuestion} from '../../src/telemetry/counters.ts'
import type {GuardReading, Source} from '../../src/telemetry/source.ts'

export interface Pod {
  readonly address: string
  readonly version: string
  beganAt: number
  /** What its counter says: requests since its process began, also those before any rollout. */
  n: number
  bad: number
  /** Whether the source knows of it. */
  listed: boolean
  /** Whether it exports process_start_time_seconds. */
  readonly tellsStart: boolean
}

/** `page`: a process that has not counted yet answers without the counter. `server`: it is not heard of before it counts. */
export type Silence = 'page' | 'server'

/**
 * The guard `errors` over all listed pods. No counter is there before its first request, as in most client libraries.
 * @param sampledAt when the samples are taken, where the source says it; milliseconds since 1970
 */
export function podSource(pods: readonly Pod[], silence: Silence, sampledAt?: () => number): Source {
  const arm = (version: string) => {
    const listed = pods.filter(pod => pod.listed && pod.version === version)
    return {
      version,
      processes: listed.filter(pod => silence === 'page' || pod.n > 0).map(pod => samplesOf(pod, sampledAt?.())),
    }
  }
  return {
    kind: 'pods',
    async read(queries, {candidate, stable}) {
      const readings = queries.map((query): [string, GuardReading] => {
        if (query.kind === 'alert') return [query.name, {kind: 'alerts', firing: []}]
        return [query.name, countGuard(readQuestion(query), arm(candidate), stable === null ? null : arm(stable))]
      })
      return {guards: Object.fromEntries(readings)}
    },
  }
}

function samplesOf({address, beganAt, n, bad, tellsStart}: Pod, sampledAt: number | undefined): ProcessSamples {
  const count = (code: string, value: number) => ({
    name: 'requests_total',
    labels: new Map([['code', code]]),
    value,
  })
  return {
    ...(tellsStart ? {process: `${address} started ${beganAt}`, beganAt} : {process: address}),
    ...(sampledAt === undefined ? {} : {sampledAt}),
    samples: n === 0 ? [] : [count('200', n - bad), count('500', bad)],
    types: new Map(),
  }
}
