/**
 * What every source must do, wherever its numbers come from: no data is a value, a restart is another series, and both
 * releases come from one look.
 */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {GuardQuery, GuardReading, RequestCounter, Series, Source} from '../../src/telemetry/source.ts'

/** Requests that are all alike: how many with which status, and how long each took. */
export interface ServedRequests {
  readonly count: number
  readonly code: string
  readonly seconds: number
  /** What each was worth, between -1 and 5; 0 where nothing is said. */
  readonly value?: number
  /** What the model answered, between 0 and 1; 0 where nothing is said. */
  readonly score?: number
  /** The session that made them; none is counted where nothing is said. */
  readonly session?: string
}

/** A service that really counts, as the world of a source offers it. */
export interface CountingService {
  /** Serves requests, which the service counts. */
  serve(requests: ServedRequests): void
  /** A person complains. The counter of complaints is not there before the first one. */
  complain(kind: string): void
  /** Ends the process and begins another one at the same address, with counters at zero. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface SourceWorld {
  readonly source: Source
  /** Services `v1` and `v2`, with nothing served yet. */
  readonly v1: CountingService
  readonly v2: CountingService
  /** How long the source may take to see what happened, in milliseconds. 0: at once. */
  readonly lagMs: number
  close(): Promise<void>
}

export const errors = {kind: 'share', name: 'errors', of: 'http_requests_total', bad: 'code=~"5.."'} as const
export const latency = {
  kind: 'quantile',
  name: 'latency',
  histogram: 'http_request_duration_seconds',
  limit: 0.12,
} as const
/** Between the bounds 0.1 and 0.12. */
const between = {...latency, name: 'between', limit: 0.11}

export const value = {
  kind: 'mean',
  name: 'value',
  of: 'decision_value',
  squares: 'decision_value_squares_total',
  low: -1,
  high: 5,
} as const
export const complaints = {
  kind: 'events',
  name: 'complaints',
  of: 'complaints_total',
  where: 'kind="wrong"',
  per: 'http_requests_total',
} as const
export const scores = {kind: 'distribution', name: 'scores', histogram: 'score'} as const
export const sessions = {
  kind: 'share',
  name: 'sessions',
  of: 'http_requests_by_session_total',
  bad: 'code=~"5.."',
  session: 'session',
} as const

/** All series of one side together; what the reader of differences would call the sum since the beginning. */
export function total(series: Series): RequestCounter {
  let [n, bad, suspect] = [0, 0, 0]
  for (const counter of Object.values(series)) {
    if (!('bad' in counter)) throw new Error('expected a counter of requests')
    n += counter.n
    bad += counter.bad
    suspect += counter.suspect ?? 0
  }
  return {n, bad, suspect}
}

export function totals(reading: GuardReading | undefined) {
  if (reading?.kind !== 'counted') return reading ?? null
  return {candidate: total(reading.candidate), stable: total(reading.stable)}
}

/** The counters of each side without when they were taken, one for each series. */
function counters(reading: GuardReading | undefined) {
  if (reading?.kind !== 'counted') return reading ?? null
  const plain = (series: Series) =>
    Object.values(series).map(({beganAt: _, sampledAt: __, ...counter}): object => counter)
  return {candidate: plain(reading.candidate), stable: plain(reading.stable)}
}

export function describeSource(name: string, open: () => Promise<SourceWorld>): void {
  describe(`${name}, as a source`, () => {
    let world: SourceWorld
    beforeEach(async () => {
      world = await open()
    })
    afterEach(() => world.close())

    const look = (queries: readonly GuardQuery[], stable: string | null = 'v1') =>
      world.source.read(queries, {candidate: 'v2', stable})
    const settled = (read: () => Promise<unknown>) =>
      expect.poll(read, {timeout: world.lagMs + 2000, interval: Math.max(20, world.lagMs / 50)})

    test('counts requests and bad requests of both releases', async () => {
      world.v1.serve({count: 90, code: '200', seconds: 0.01})
      world.v1.serve({count: 2, code: '503', seconds: 0.01})
      world.v2.serve({count: 7, code: '200', seconds: 0.01})
      world.v2.serve({count: 3, code: '500', seconds: 0.01})
      await settled(async () => totals((await look([errors])).guards.errors)).toMatchObject({
        candidate: {n: 10, bad: 3},
        stable: {n: 92, bad: 2},
      })
    })

    test('counts requests above a limit that is a bucket bound exactly', async () => {
      world.v1.serve({count: 10, code: '200', seconds: 0.01})
      world.v2.serve({count: 5, code: '200', seconds: 0.05})
      world.v2.serve({count: 4, code: '200', seconds: 0.12})
      world.v2.serve({count: 2, code: '200', seconds: 0.2})
      await settled(async () => totals((await look([latency])).guards.latency)).toMatchObject({
        candidate: {n: 11, bad: 2, suspect: 2},
        stable: {n: 10, bad: 0, suspect: 0},
      })
    })

    test('tells the surely slow from the perhaps slow where the limit lies inside a bucket', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 4, code: '200', seconds: 0.115})
      world.v2.serve({count: 2, code: '200', seconds: 0.2})
      await settled(async () => totals((await look([between])).guards.between)).toMatchObject({
        candidate: {n: 6, bad: 2, suspect: 6},
      })
    })

    test('adds up what requests are worth, and the squares of that, also below zero', async () => {
      world.v1.serve({count: 4, code: '200', seconds: 0.01, value: 0.5})
      world.v2.serve({count: 3, code: '200', seconds: 0.01, value: -0.5})
      world.v2.serve({count: 1, code: '200', seconds: 0.01, value: 0.25})
      await settled(async () => counters((await look([value])).guards.value)).toEqual({
        candidate: [{n: 4, sum: -1.25, sumOfSquares: 0.8125}],
        stable: [{n: 4, sum: 2, sumOfSquares: 1}],
      })
    })

    test('calls a mean without its squares a mean', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 2, code: '200', seconds: 0.01, value: 2.5})
      const {squares: _, ...plain} = value
      await settled(async () => counters((await look([plain])).guards.value)).toEqual({
        candidate: [{n: 2, sum: 5}],
        stable: [{n: 1, sum: 0}],
      })
    })

    test('calls a mean outside what one request can be worth a failed query, and names the bound', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 2, code: '200', seconds: 0.01, value: 3})
      await settled(async () => (await look([{...value, high: 2}])).guards.value).toEqual({
        kind: 'query-failed',
        detail: expect.stringMatching(/candidate v2: decision_value has a mean of 3 over 2 requests, above 2/),
      })
    })

    test('counts events, and calls a counter that is not there yet zero', async () => {
      world.v1.serve({count: 5, code: '200', seconds: 0.01})
      world.v2.serve({count: 3, code: '200', seconds: 0.01})
      await settled(async () => counters((await look([complaints])).guards.complaints)).toEqual({
        candidate: [{n: 3, bad: 0}],
        stable: [{n: 5, bad: 0}],
      })
      world.v2.complain('wrong')
      world.v2.complain('slow')
      await settled(async () => counters((await look([complaints])).guards.complaints)).toEqual({
        candidate: [{n: 3, bad: 1}],
        stable: [{n: 5, bad: 0}],
      })
    })

    test('counts answers by their bucket', async () => {
      world.v1.serve({count: 2, code: '200', seconds: 0.01, score: 0.1})
      world.v2.serve({count: 4, code: '200', seconds: 0.01, score: 0.4})
      world.v2.serve({count: 1, code: '200', seconds: 0.01, score: 1})
      await settled(async () => counters((await look([scores])).guards.scores)).toEqual({
        candidate: [{n: 5, bounds: [0.25, 0.5, 0.75], buckets: [0, 4, 0, 1]}],
        stable: [{n: 2, bounds: [0.25, 0.5, 0.75], buckets: [2, 0, 0, 0]}],
      })
    })

    test('counts sessions instead of requests where a label names them', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01, session: 'a'})
      world.v2.serve({count: 9, code: '500', seconds: 0.01, session: 'b'})
      world.v2.serve({count: 9, code: '200', seconds: 0.01, session: 'b'})
      world.v2.serve({count: 9, code: '200', seconds: 0.01, session: 'c'})
      await settled(async () => counters((await look([sessions])).guards.sessions)).toEqual({
        candidate: [{n: 2, bad: 1}],
        stable: [{n: 1, bad: 0}],
      })
    })

    test('answers all guards from one look, each under its name', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 8, code: '200', seconds: 0.2})
      await settled(async () => {
        const {guards} = await look([errors, latency])
        return [totals(guards.errors), totals(guards.latency)]
      }).toMatchObject([{candidate: {n: 8, bad: 0}}, {candidate: {n: 8, bad: 8}}])
    })

    test('keeps what one side counts where the other has not counted yet', async () => {
      world.v1.serve({count: 7, code: '200', seconds: 0.01})
      await settled(async () => {
        const reading = (await look([errors, latency])).guards.errors
        return reading?.kind === 'no-data'
          ? {candidate: total(reading.candidate ?? {}).n, stable: total(reading.stable ?? {}).n}
          : reading?.kind
      }).toEqual({candidate: 0, stable: 7})
    })

    test('shows a restarted process as another series that began later, though it has counted more than before', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 3, code: '200', seconds: 0.01})
      const candidate = async () => {
        const reading = (await look([errors])).guards.errors
        return reading?.kind === 'counted' ? Object.entries(reading.candidate).map(([key, it]) => ({key, ...it})) : []
      }
      await settled(candidate).toMatchObject([{n: 3}])
      const [before] = await candidate()
      await world.v2.restart()
      world.v2.serve({count: 5, code: '200', seconds: 0.01})
      await settled(candidate).toMatchObject([{n: 5}])
      const [after] = await candidate()
      expect(after?.key).not.toBe(before?.key)
      expect(after?.beganAt).toBeGreaterThan(before?.beganAt ?? Number.POSITIVE_INFINITY)
    })

    test('never calls a stopped release healthy', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 3, code: '200', seconds: 0.01})
      await settled(async () => (await look([errors])).guards.errors?.kind).toBe('counted')
      await world.v2.stop()
      await settled(async () => (await look([errors])).guards.errors?.kind).not.toBe('counted')
    })

    test('calls a metric that nobody has no data, with its name', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 1, code: '200', seconds: 0.01})
      await settled(async () => (await look([errors])).guards.errors?.kind).toBe('counted')
      const misspelt = {...errors, of: 'http_request_total'}
      const reading = (
        await look([
          {...errors, name: 'g0'},
          {...misspelt, name: 'g1'},
        ])
      ).guards
      expect(reading.g0?.kind).toBe('counted')
      expect(reading.g1).toMatchObject({kind: 'no-data', detail: expect.stringContaining('http_request_total')})
    })

    test('calls a label that no series has no data: such a guard could never fire', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 1, code: '500', seconds: 0.01})
      await settled(async () => (await look([errors])).guards.errors?.kind).toBe('counted')
      const {guards} = await look([{...errors, bad: 'status=~"5.."'}])
      expect(guards.errors).toMatchObject({kind: 'no-data', detail: expect.stringContaining('status')})
    })

    test.each([
      ['above every bucket', 11],
      ['below every bucket', 0.001],
    ])('calls a limit %s no data, and names the missing bucket', async (_, limit) => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      world.v2.serve({count: 1, code: '200', seconds: 0.01})
      await settled(async () => (await look([latency])).guards.latency?.kind).toBe('counted')
      const {guards} = await look([{...latency, limit}])
      expect(guards.latency).toMatchObject({
        kind: 'no-data',
        detail: expect.stringContaining(`Add the bucket ${limit}`),
      })
    })

    test('needs no stable release when there is none', async () => {
      world.v2.serve({count: 2, code: '500', seconds: 0.01})
      await settled(async () => totals((await look([errors], null)).guards.errors)).toMatchObject({
        candidate: {n: 2, bad: 2},
        stable: {n: 0, bad: 0},
      })
    })

    test('calls a release that nobody has heard of no data or a failed query, never zero', async () => {
      world.v1.serve({count: 1, code: '200', seconds: 0.01})
      const {guards} = await world.source.read([errors], {candidate: 'v9', stable: 'v1'})
      expect(guards.errors?.kind).toMatch(/no-data|query-failed/)
    })
  })
}
