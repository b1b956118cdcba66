import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, describe, expect, test} from 'vitest'
import {startRollout} from '../../src/rollout/run/start.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openScrape} from '../../src/telemetry/scrape.ts'
import {openLocal} from '../../src/traffic/local.ts'
import {startRouter} from '../../src/traffic/local-router.ts'
import {fakeClock} from '../fakes/clock.ts'
import {actsOf, createWorld, environment, scope, v1, v2} from '../rollout/world.ts'

// The engine with a real router, its real pages and real services. Only time is made up: while the engine sleeps, users
// ask. So an hour of a rollout is as long as its requests take.

const runtime = systemRuntime(silentLog)

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** What a release answers; `copy` tells whether nobody will see it. */
type Answers = (copy: boolean) => {readonly status: number; readonly score: number}

const good: Answers = () => ({status: 200, score: 0.25})

async function serve(version: string, answers: Answers): Promise<string> {
  const server = createServer((incoming, response) => {
    if (incoming.url === '/v2/health/ready') return void response.end()
    incoming.resume().on('end', () => {
      const {status, score} = answers(incoming.headers['slipway-mirrored'] === '1')
      response.writeHead(status, {'content-type': 'application/json'})
      response.end(JSON.stringify({model_version: version, score}))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const perMinute = 60

/** Rolls v2 out beside v1, and says how it went, what users met, and who serves at the end. */
async function rollOut(candidate: Answers, rollout: object, hours = 24) {
  const router = await startRouter({port: 0, controlPort: 0}, runtime)
  cleanups.push(router.close)
  const target = openLocal({kind: 'local', router: router.controlUrl}, runtime.http)
  for (const [version, answers] of [
    ['v1', good],
    ['v2', candidate],
  ] as const) {
    const body = JSON.stringify({url: await serve(version, answers)})
    await fetch(`${router.controlUrl}/releases/${version}`, {method: 'PUT', body})
  }
  await target.deploy(v1)

  const met: Record<string, number> = {}
  const ask = async () => {
    const answer = await fetch(`${router.url}/v2/models/credit/infer`, {method: 'POST', body: '{"age": 35}'})
    await answer.arrayBuffer()
    const key = `${answer.headers.get('x-slipway-release')} ${answer.status}`
    met[key] = (met[key] ?? 0) + 1
  }
  const time = fakeClock(new Date().toISOString())
  const sleep = async (durationMs: number) => {
    const requests = Math.round((durationMs / 60_000) * perMinute)
    for (let sent = 0; sent < requests; sent += 10) await Promise.all(Array.from({length: 10}, ask))
    time.advance(durationMs)
  }
  const world = createWorld()
  const ports = {
    ...world.ports,
    target,
    clock: {now: time.now, sleep},
    source: openScrape({kind: 'scrape', url: [`${router.controlUrl}/releases/{version}/traffic`]}, runtime.http),
  }
  await startRollout(ports, scope, {environment: environment(rollout), candidate: v2, stable: v1})
  const {result} = await runRollout(ports, scope, {until: time.now().getTime() + hours * 3_600_000})
  return {result, met, acts: actsOf(world), state: await target.read(), ask}
}

const guards = [
  {name: 'errors', share: {of: 'http_requests_total', bad: 'code=~"5.."'}, 'at-most': '5%'},
  {name: 'latency', histogram: 'http_request_duration_seconds', p95: '5s'},
]
const answers = {
  name: 'answers',
  share: {of: 'slipway_mirror_requests_total', bad: 'result=~"different|failed"'},
  'at-most': '5%',
}
const rehearsal = {stages: [{mirror: '100%', for: '10m'}], bake: '5m', tick: '1m', guards: [...guards, answers]}
/** On to users, with nobody who would say `resume`: the plan holds where its evidence is short, as it does by default. */
const onward = {
  ...rehearsal,
  stages: [
    {mirror: '100%', for: '10m'},
    {weight: '50%', for: '20m'},
  ],
  guards: [...guards, {...answers, while: 'mirroring'}],
}

describe('a rollout that begins with copies of requests', () => {
  test('ends with everything for a release that answers alike, and before that no user meets it', async () => {
    const {result, met, acts, state} = await rollOut(good, rehearsal)
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(acts).toEqual([
      'deploy v2',
      'mirror 100% of the requests',
      'end the mirroring',
      'set the weight to 100%',
      'promote v2',
    ])
    expect(state).toMatchObject({stable: 'v2', candidate: null, mirrorPercent: 0})
    expect(Object.keys(met).sort()).toEqual(['v1 200', 'v2 200'])
    expect(met['v1 200']).toBeGreaterThanOrEqual(10 * perMinute)
  })

  test('goes on to users and to everything, though its guard of copies has nothing to count there', async () => {
    const {result, acts, state, met} = await rollOut(good, onward)
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(acts).toEqual([
      'deploy v2',
      'mirror 100% of the requests',
      'end the mirroring',
      'set the weight to 50%',
      'set the weight to 100%',
      'promote v2',
    ])
    expect(state).toMatchObject({stable: 'v2', candidate: null, mirrorPercent: 0})
    expect(met['v2 200']).toBeGreaterThan(10 * perMinute)
    expect(result.findings.find(({subject}) => subject === 'answers')).toMatchObject({
      verdict: 'pass',
      what: expect.stringContaining('asked while requests were mirrored only, and shown to be safe there'),
    })
  })

  test('ends at once where it would go on to users and answers differently', async () => {
    const {result, acts, met} = await rollOut(() => ({status: 200, score: 0.75}), onward)
    expect(result.verdict).toBe('fail')
    expect(acts).toEqual(['deploy v2', 'mirror 100% of the requests', 'restore v1'])
    expect(Object.keys(met)).toEqual(['v1 200'])
  })

  test('stays at its first weight where the same guard is not said to be one of copies', async () => {
    const {result, acts, met} = await rollOut(good, {...onward, guards: [...guards, answers]}, 2)
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/insufficient-evidence'})
    expect(acts).toEqual(['deploy v2', 'mirror 100% of the requests', 'end the mirroring', 'set the weight to 50%'])
    expect(met['v2 200']).toBeGreaterThan(0)
  })

  test.each<[string, Answers]>([
    ['answers differently', () => ({status: 200, score: 0.75})],
    ['fails copies', () => ({status: 500, score: 0.25})],
  ])('ends at once for a release that %s, and no user has met it', async (_, candidate) => {
    const {result, met, acts, state} = await rollOut(candidate, rehearsal)
    expect(result.verdict).toBe('fail')
    expect(acts).toEqual(['deploy v2', 'mirror 100% of the requests', 'restore v1'])
    expect(state).toMatchObject({stable: 'v1', candidate: null, mirrorPercent: 0})
    expect(Object.keys(met)).toEqual(['v1 200'])
  })
})

test('a release that turns bad with everything on it is taken back while it is watched, to a side that never went', async () => {
  let own = 0
  const spoils: Answers = () => ({status: ++own > 2 * perMinute ? 500 : 200, score: 0.25})
  const late = {preset: 'all-at-once', stages: undefined, bake: '20m', tick: '1m', guards}
  const {result, acts, state, met, ask} = await rollOut(spoils, late)
  expect(result.verdict).toBe('fail')
  expect(acts).toEqual(['deploy v2', 'set the weight to 100%', 'restore v1'])
  expect(state).toMatchObject({stable: 'v1', candidate: null, stableReady: true})
  expect(met['v2 200']).toBe(2 * perMinute)
  const before = met['v1 200'] ?? 0
  await ask()
  expect(met['v1 200']).toBe(before + 1)
})
