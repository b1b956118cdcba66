/**
 * The past of a real Prometheus as a trace: what two real services counted, look by look, through a restart; and a backtest
 * of it. Needs the program `prometheus` on PATH (Debian: apt-get install prometheus).
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {readTrace} from '../../../src/backtest/read-trace.ts'
import type {TraceLine} from '../../../src/backtest/trace.ts'
import {parseConfig} from '../../../src/config/load.ts'
import {backtestGate} from '../../../src/gates/backtest.ts'
import {exportTraceGate} from '../../../src/gates/export-trace.ts'
import {planGuards} from '../../../src/rollout/guards.ts'
import {areCounts} from '../../../src/rollout/tally.ts'
import {silentLog} from '../../../src/runtime/log.ts'
import {systemRuntime} from '../../../src/runtime/runtime.ts'
import {openPrometheus} from '../../../src/telemetry/prometheus.ts'
import {errors} from '../../contracts/source.ts'
import {startCountingService} from '../../telemetry/counting-service.ts'
import {needPrometheus, startPrometheus} from './real-prometheus.ts'

const session = {runtime: systemRuntime(silentLog), github: null, by: 'e2e'}
let folder = ''

beforeAll(async () => {
  needPrometheus()
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-export-'))
})
afterAll(() => rm(folder, {recursive: true}))

test('a rollout of the past is counted to the last request, also through a restart, and can be judged again', async () => {
  const began = () => Date.now() / 1000
  const services = [await startCountingService('v1', began), await startCountingService('v2', began)] as const
  const [v1, v2] = services
  const server = await startPrometheus(services.map(({port}) => port))
  const config = path.join(folder, 'slipway.yml')
  const text = configFor(server.url)
  await writeFile(config, text)

  for (const service of services) service.serve({count: 50, code: '200', seconds: 0.02})
  const source = openPrometheus(
    {kind: 'prometheus', url: server.url, 'release-label': 'version'},
    session.runtime.http,
    {},
  )
  const isCounted = async () => (await source.read([errors], {candidate: 'v2', stable: 'v1'})).guards.errors?.kind
  await expect.poll(isCounted, {timeout: 15_000, interval: 200}).toBe('counted')
  await sleep(1000)
  const from = Date.now()
  for (let round = 0; round < 8; round++) {
    v1.serve({count: 360, code: '200', seconds: 0.02})
    v2.serve({count: 28, code: '200', seconds: 0.02})
    v2.serve({count: 12, code: '502', seconds: 0.3})
    await sleep(1500)
    if (round !== 3) continue
    // What no scrape saw before the restart would be lost to every reader of counters.
    await sleep(1500)
    await v2.restart()
  }
  await sleep(2500)

  const {text: trace, lines} = await exportTraceGate(session, {
    config,
    environment: 'production',
    from: {kind: 'prometheus', candidate: 'v2', stable: 'v1', from, to: Date.now(), stepMs: 1000, weightPercent: 10},
  })
  const counted = sumOf(lines, 'errors')
  expect(counted.stable).toEqual({n: 8 * 360, bad: 0})
  expect(counted.candidate).toEqual({n: 8 * 40, bad: 8 * 12})
  expect(sumOf(lines, 'latency').candidate).toEqual({n: 8 * 40, bad: 8 * 12})

  const file = path.join(folder, 'trace.jsonl')
  await writeFile(file, trace)
  const policy = parseConfig(text, 'slipway.yml').environments.production
  if (!policy) throw new Error('the config has no environment production')
  expect(readTrace(trace, file, planGuards(policy.rollout)).lines).toEqual(lines)
  const judged = await backtestGate(session, {
    config,
    environment: 'production',
    trace: file,
    mode: {kind: 'follow-trace'},
  })
  expect(judged.result).toMatchObject({verdict: 'fail', reason: 'rollout/share-above-limit'})

  await server.close()
  await Promise.all(services.map(service => service.stop()))
})

function sumOf(lines: readonly TraceLine[], guard: string) {
  const sum = {candidate: {n: 0, bad: 0}, stable: {n: 0, bad: 0}}
  for (const {guards} of lines) {
    const arms = guards[guard]
    if (!arms || !areCounts(arms)) continue
    for (const side of ['candidate', 'stable'] as const) {
      sum[side].n += arms[side].n
      sum[side].bad += arms[side].bad
    }
  }
  return sum
}

function configFor(url: string): string {
  return `version: 1
service: credit
model: {files: model/}
environments:
  production:
    target: {kind: local, router: http://127.0.0.1:1}
    telemetry: {kind: prometheus, url: ${url}}
    rollout:
      stages: [{weight: 10%, for: 1h}]
      tick: 1s
      guards:
        - {name: errors, share: {of: http_requests_total, bad: 'code=~"5.."'}, at-most: 1%}
        - {name: latency, histogram: http_request_duration_seconds, p95: 120ms}
`
}
