/**
 * Our source against a real Prometheus that scrapes two real HTTP servers every second; the servers' own counts are the
 * truth. Needs the program `prometheus` on PATH (Debian: apt-get install prometheus).
 */
import {setTimeout as sleep} from 'node:timers/promises'
import {beforeAll, describe, expect, test} from 'vitest'
import {foldSeries} from '../../../src/rollout/look/counters.ts'
import type {KeptSeries} from '../../../src/rollout/look/kept-series.ts'
import {learnPast} from '../../../src/rollout/look/past.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'
import {openPrometheus} from '../../../src/telemetry/prometheus.ts'
import {describeSource, errors, latency, type SourceWorld, totals} from '../../contracts/source.ts'
import {startCountingService} from '../../telemetry/counting-service.ts'
import {needPrometheus, startPrometheus} from './real-prometheus.ts'

const runtime = systemRuntime(silentLog)

beforeAll(needPrometheus)

describeSource('a real Prometheus', async () => {
  const [v1, v2] = [await startCountingService('v1'), await startCountingService('v2')]
  const server = await startPrometheus([v1.port, v2.port])
  return {
    source: sourceOf(server.url),
    v1,
    v2,
    lagMs: 8000,
    close: async () => {
      await server.close()
      await Promise.all([v1.stop(), v2.stop()])
    },
  } satisfies SourceWorld
})

describe('a real Prometheus', () => {
  test('that is gone is a failed query, not silence', async () => {
    const server = await startPrometheus([])
    await server.close()
    const {guards} = await sourceOf(server.url).read([errors], {candidate: 'v2', stable: 'v1'})
    expect(guards.errors).toMatchObject({kind: 'query-failed', detail: expect.stringContaining('cannot be reached')})
  })

  test('that has scraped nothing yet has no data, and names the label it looked for', async () => {
    const server = await startPrometheus([])
    const {guards} = await sourceOf(server.url).read([errors, latency], {candidate: 'v2', stable: 'v1'})
    await server.close()
    expect(guards.errors).toMatchObject({kind: 'no-data', detail: expect.stringContaining('version="v2"')})
    expect(guards.latency?.kind).toBe('no-data')
  })

  test('agrees with the services on every count while traffic goes on', async () => {
    const services = [await startCountingService('v1'), await startCountingService('v2')] as const
    const server = await startPrometheus(services.map(({port}) => port))
    const source = sourceOf(server.url)
    const truth = {stable: {n: 0, bad: 0}, candidate: {n: 0, bad: 0}}
    for (let round = 1; round <= 5; round++) {
      services[0].serve({count: 40 * round, code: '200', seconds: 0.02})
      services[1].serve({count: 3 * round, code: '200', seconds: 0.02})
      services[1].serve({count: round, code: '502', seconds: 0.3})
      truth.stable.n += 40 * round
      truth.candidate.n += 4 * round
      truth.candidate.bad += round
      await expect
        .poll(async () => totals((await source.read([errors], {candidate: 'v2', stable: 'v1'})).guards.errors), {
          timeout: 10_000,
          interval: 100,
        })
        .toMatchObject(truth)
    }
    await server.close()
    await Promise.all(services.map(service => service.stop()))
  })
})

describe('alerts of a real Prometheus', () => {
  const critical = {kind: 'alert', name: 'alerts', matchers: 'severity="critical"'} as const
  const rules = `groups:
  - name: credit
    interval: 1s
    rules:
      - {alert: ModelUnsafe, expr: 'complaints_total{kind="unsafe"} > 0', for: 0s, labels: {severity: critical}}
      - {alert: ModelSlow, expr: 'complaints_total{kind="slow"} > 0', for: 0s, labels: {severity: warning}}
      - {alert: NotYet, expr: 'vector(1)', for: 1h, labels: {severity: critical}}
`

  test('are seen while they fire, by their labels, beside the counts of the same look', async () => {
    const services = [await startCountingService('v1'), await startCountingService('v2')] as const
    const server = await startPrometheus(
      services.map(({port}) => port),
      rules,
    )
    const source = sourceOf(server.url)
    const read = async () => {
      const {guards} = await source.read([critical, errors], {candidate: 'v2', stable: 'v1'})
      return {alerts: guards.alerts, errors: totals(guards.errors)}
    }
    const settled = () => expect.poll(read, {timeout: 15_000, interval: 200})
    for (const service of services) service.serve({count: 5, code: '200', seconds: 0.01})
    await settled().toMatchObject({alerts: {kind: 'alerts', firing: []}, errors: {candidate: {n: 5}}})
    services[1].complain('slow')
    services[1].complain('unsafe')
    const instance = `127.0.0.1:${services[1].port}`
    await settled().toMatchObject({
      alerts: {
        kind: 'alerts',
        firing: [`ModelUnsafe{instance="${instance}",job="credit",kind="unsafe",severity="critical",version="v2"}`],
      },
      errors: {candidate: {n: 5}},
    })
    await services[1].restart()
    await settled().toMatchObject({alerts: {kind: 'alerts', firing: []}})
    const {guards} = await source.read([{...critical, matchers: 'severity="fatal"'}], {candidate: 'v2', stable: 'v1'})
    expect(guards.alerts).toMatchObject({
      kind: 'no-data',
      detail: expect.stringContaining('severity="fatal"; it has 3'),
    })
    await server.close()
    await Promise.all(services.map(service => service.stop()))
  })
})

describe('the past of a real Prometheus', () => {
  test('is told step by step, through a restart, and teaches how errors cluster', async () => {
    const service = await startCountingService('v1', () => Date.now() / 1000)
    const server = await startPrometheus([service.port])
    const source = sourceOf(server.url)
    const isCounted = async () => (await source.read([errors], {candidate: 'v1', stable: null})).guards.errors?.kind
    service.serve({count: 10, code: '200', seconds: 0.01})
    await expect.poll(isCounted, {timeout: 15_000, interval: 200}).toBe('counted')
    await sleep(1500)
    const from = Date.now()
    for (let round = 0; round < 6; round++) {
      service.serve({count: 100, code: '200', seconds: 0.01})
      // Ten at once in every other round: far more spread than ten single ones would have.
      if (round % 2 === 0) service.serve({count: 10, code: '500', seconds: 0.01})
      await sleep(1600)
      if (round === 3) await service.restart()
    }
    await sleep(1500)
    const interval = {from, to: Date.now(), stepMs: 1000}
    const readings = (await source.past?.([errors], 'v1', interval)) ?? []
    expect(readings.length).toBeGreaterThan(9)
    const guard = {name: 'errors', query: errors, tests: []}
    const past = learnPast([guard], readings)
    const {pairs = 0, chiSquare = 0} = past?.clusters.errors ?? {}
    expect(pairs).toBeGreaterThan(2)
    expect(chiSquare / pairs).toBeGreaterThan(2)
    expect(learnPast([guard], (await source.past?.([errors], 'v0', interval)) ?? [])).toBeNull()
    await server.close()
    await service.stop()
    await expect(source.past?.([errors], 'v1', interval)).rejects.toMatchObject({code: 'prometheus/no-answer'})
  })
})

describe('looks at a real Prometheus', () => {
  const query = errors
  const versions = {candidate: 'v2', stable: null}

  test('miss a process whose scrape fails, and count what it served meanwhile once it answers again', async () => {
    const [seen, lost] = [await startCountingService('v2'), await startCountingService('v2')]
    const server = await startPrometheus([seen.port, lost.port])
    const source = sourceOf(server.url)
    let snapshot: KeptSeries = {}
    let counted = 0
    const look = async () => {
      const reading = (await source.read([query], versions)).guards.errors
      if (reading?.kind !== 'counted') return null
      const fold = foldSeries(snapshot, reading.candidate, {query, since: 0, now: Date.now()})
      if (fold.kind !== 'folded') throw new Error(fold.detail)
      snapshot = fold.snapshot
      counted += fold.tally.n
      return {missing: fold.missing.length, counted}
    }
    const settled = () => expect.poll(look, {timeout: 15_000, interval: 500})
    for (const service of [seen, lost]) service.serve({count: 10, code: '200', seconds: 0.01})
    await settled().toEqual({missing: 0, counted: 20})
    lost.serve({count: 7, code: '200', seconds: 0.01})
    await lost.stop()
    await settled().toMatchObject({missing: 1})
    seen.serve({count: 3, code: '200', seconds: 0.01})
    await lost.resume()
    await settled().toEqual({missing: 0, counted: 30})
    await lost.restart()
    lost.serve({count: 4, code: '500', seconds: 0.01})
    await settled().toEqual({missing: 0, counted: 34})
    await server.close()
    await Promise.all([seen.stop(), lost.stop()])
  })
})

test('a rule that a real Prometheus cannot evaluate is no silence of its alert', async () => {
  const services = [await startCountingService('v1'), await startCountingService('v2')] as const
  const rules = `groups:
  - name: credit
    interval: 1s
    rules: [{alert: Broken, expr: 'up * on(job) up > 0', labels: {severity: critical}}]
`
  const server = await startPrometheus(
    services.map(({port}) => port),
    rules,
  )
  const alerts = {kind: 'alert', name: 'alerts', matchers: 'severity="critical"'} as const
  await expect
    .poll(async () => (await sourceOf(server.url).read([alerts], {candidate: 'v2', stable: 'v1'})).guards.alerts, {
      timeout: 15_000,
      interval: 200,
    })
    .toMatchObject({
      kind: 'query-failed',
      detail: expect.stringMatching(/rule Broken cannot be evaluated: .*many-to-many/),
    })
  await server.close()
  await Promise.all(services.map(service => service.stop()))
})

function sourceOf(url: string) {
  return openPrometheus({kind: 'prometheus', url, 'release-label': 'version'}, runtime.http, {})
}
