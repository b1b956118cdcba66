import {describe, expect, test} from 'vitest'
import {SystemError} from '../../src/core/failure.ts'
import {requestRollout} from '../../src/rollout/run/request.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {tick} from '../../src/rollout/run/tick.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {createWorld, environment, eventsOf, rolloutOf, scope, started, until, v1, v2} from './world.ts'

const minute = 60_000
const healthy = {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}
const forever = {until: Date.parse('2026-01-04T00:00:00.000Z')}

describe('a rollout from start to end', () => {
  test('a healthy release passes every stage and is promoted', async () => {
    const world = await started({traffic: healthy})
    const {result, next} = await runRollout(world.ports, scope, forever)
    expect(next).toEqual({kind: 'done'})
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(world.ports.target.state).toMatchObject({stable: 'v2', candidate: null})
    expect(stateOf(world.ports.ledger.events).current).toEqual(v2)
  })

  test('a release that breaks its limit is aborted, and the sentence says by which numbers', async () => {
    const world = await started({traffic: {perSecond: 20, bad: {v1: 0.002, v2: 0.05}}})
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/share-above-limit'})
    // The numbers themselves are held by the tests of the explanation and of the sequential test.
    expect(result.summary).toMatch(
      /^v2 was aborted: errors: \d+ of \d+ candidate requests are bad \(5%.*, at most 1% allowed.*; e = .* aborts\. v1 has all traffic\.$/,
    )
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('a release that is worse than stable is aborted although it keeps its absolute limit', async () => {
    const guards = [{name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '10%', 'at-most-times-stable': 1.5}]
    const world = await started({traffic: {perSecond: 200, bad: {v1: 0.005, v2: 0.03}}}, environment({guards}))
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/share-above-stable'})
  })

  test('a release whose slow requests pass the share that its quantile allows is aborted', async () => {
    const guards = [{name: 'latency', histogram: 'seconds', p95: '120ms'}]
    const options = {traffic: {perSecond: 20, bad: {v1: 0.02, v2: 0.2}}, guards: ['latency']}
    const world = await started(options, environment({guards}))
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/quantile-above-limit'})
  })

  test('the first release ever is deployed at once, and the answer says that no canary was possible', async () => {
    const world = createWorld({stable: null, traffic: healthy})
    await startRollout(world.ports, scope, {environment: environment(), candidate: v2})
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/first-release'})
    expect(world.ports.target.state).toMatchObject({stable: 'v2', candidate: null})
  })

  test('a first release that cannot serve is not called released', async () => {
    const world = createWorld({stable: null, traffic: healthy})
    await startRollout(world.ports, scope, {environment: environment(), candidate: v2})
    Object.assign(world.ports.target.state, {stableReady: false, detail: 'exited with code 1'})
    const {result} = await runRollout(world.ports, scope, until(world, 5))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/candidate-starting'})
    const ended = await runRollout(world.ports, scope, forever)
    expect(ended.result).toMatchObject({verdict: 'fail', reason: 'rollout/candidate-never-ready'})
    expect(ended.result.summary).toContain('exited with code 1')
    expect(ended.state.current).toBe(null)
  })

  test('a job that ends before the rollout hands over, and the next job goes on where it was', async () => {
    const world = await started({traffic: healthy})
    const first = await runRollout(world.ports, scope, until(world, 30))
    expect(first.next).toMatchObject({kind: 'hand-over'})
    expect(first.result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/in-progress'})
    const looks = rolloutOf(world).looks
    await runRollout(world.ports, scope, until(world, 10))
    expect(rolloutOf(world).looks).toBeGreaterThan(looks)
    expect(rolloutOf(world).guards.errors?.atWeights[1]?.candidate.n).toBeGreaterThan(1800)
  })

  test('a watchdog that ticks where nothing runs changes nothing', async () => {
    const world = createWorld()
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'not-applicable', reason: 'rollout/nothing-running'})
    expect(world.ports.ledger.events).toEqual([])
  })

  test('a tick after the end says again how it ended, and changes nothing', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, forever)
    const {length} = world.ports.ledger.events
    expect((await tick(world.ports, scope)).result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(world.ports.ledger.events).toHaveLength(length)
  })
})

describe('evidence that is short at the end of a stage', () => {
  const quiet = {perSecond: 0.2, bad: {}}

  test('hold: waits for a person, who may accept it; the promotion then warns', async () => {
    const world = await started({traffic: quiet}, environment({'when-evidence-is-short': 'hold'}))
    const held = await runRollout(world.ports, scope, {...forever, leaveWhenHeld: true})
    expect(held.result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/insufficient-evidence'})
    expect(held.result.summary).toContain('errors (e = ')
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'known to be quiet'})
    await runRollout(world.ports, scope, {...forever, leaveWhenHeld: true})
    expect(rolloutOf(world).stage).toBe(1)
  })

  test('hold: goes on by itself when the evidence comes later', async () => {
    const slow = environment({stages: [{weight: '50%', for: '10m'}]})
    const world = await started({traffic: {perSecond: 0.4, bad: {}}}, slow)
    const {result} = await runRollout(world.ports, scope, forever)
    expect(eventsOf(world, 'evidence-was-short')).toMatchObject([{answer: 'hold', guards: ['errors']}])
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
  })

  test('extend: adds one dwell, then holds', async () => {
    const world = await started({traffic: quiet}, environment({'when-evidence-is-short': 'extend'}))
    await runRollout(world.ports, scope, {...forever, leaveWhenHeld: true})
    expect(eventsOf(world, 'evidence-was-short')).toMatchObject([
      {answer: 'extend', at: '2026-01-01T01:00:00.000Z'},
      {answer: 'hold', at: '2026-01-01T02:00:00.000Z'},
    ])
  })

  test('continue: goes on, and is never plain green', async () => {
    const world = await started({traffic: quiet}, environment({'when-evidence-is-short': 'continue'}))
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/promoted-on-insufficient-evidence'})
    expect(result.summary).toContain('insufficient evidence at stage 1: errors')
  })

  test('continue: does not go on with no request at all', async () => {
    const world = await started({traffic: {perSecond: 0, bad: {}}}, environment({'when-evidence-is-short': 'continue'}))
    const {result} = await runRollout(world.ports, scope, until(world, 600))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/no-traffic'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', desiredWeightPercent: 5})
  })

  test('two releases that never fail are shown to be safe by the absolute limit of the guard', async () => {
    const guards = [{name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '1%', 'at-most-times-stable': 1.5}]
    const world = await started({traffic: {perSecond: 20, bad: {}}}, environment({guards}))
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({verdict: 'pass'})
  })

  test('a comparison alone never shows that two releases that never fail are safe', async () => {
    const guards = [{name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most-times-stable': 1.5}]
    const world = await started({traffic: {perSecond: 20, bad: {}}}, environment({guards}))
    const {result} = await runRollout(world.ports, scope, {...forever, leaveWhenHeld: true})
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/insufficient-evidence'})
  })
})

describe('what holds a rollout', () => {
  test('a metrics server that does not answer holds, never aborts, and the dwell waits for it', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 30))
    world.ports.source.breakWith({kind: 'query-failed', detail: 'prometheus did not answer'})
    const {result} = await runRollout(world.ports, scope, until(world, 120))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/telemetry-unavailable'})
    expect(result.summary).toContain('prometheus did not answer')
    expect(world.ports.target.state.desiredWeightPercent).toBe(5)
    world.ports.source.breakWith(null)
    await runRollout(world.ports, scope, until(world, 20))
    expect(rolloutOf(world)).toMatchObject({stage: 0, phase: {kind: 'running'}})
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({verdict: 'pass'})
  })

  test('requests that were served during the outage of the metrics server are counted afterwards', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    world.ports.source.breakWith({kind: 'query-failed', detail: 'down'})
    await runRollout(world.ports, scope, until(world, 10))
    world.ports.source.breakWith(null)
    await runRollout(world.ports, scope, until(world, 10))
    // 1 request a second at 5 %, for as long as the clock ran.
    const servedFor = (world.ports.clock.now().getTime() - Date.parse('2026-01-01T00:00:00Z')) / 1000
    expect(rolloutOf(world).guards.errors?.atWeights.at(-1)?.candidate.n).toBe(servedFor)
  })

  test('a metrics server that never answered keeps the candidate without traffic', async () => {
    const world = createWorld({traffic: healthy})
    world.ports.source.breakWith({kind: 'query-failed', detail: 'connection refused'})
    await startRollout(world.ports, scope, {environment: environment(), candidate: v2, stable: v1})
    const {result} = await runRollout(world.ports, scope, until(world, 60))
    expect(result).toMatchObject({reason: 'rollout/telemetry-unavailable'})
    expect(world.ports.target.state).toMatchObject({candidate: 'v2', desiredWeightPercent: 0})
  })

  test('a candidate without data holds: absence is not zero errors', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    world.ports.source.breakWith({kind: 'no-data', detail: 'v2 has no series'})
    expect((await tick(world.ports, scope)).result).toMatchObject({
      verdict: 'inconclusive',
      reason: 'rollout/no-traffic',
    })
  })

  test('a weight that somebody else set is never fought; a person says that the ledger holds', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    await world.ports.target.setWeight(40)
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({reason: 'rollout/weight-changed-by-someone-else'})
    expect(result.summary).toContain('40%')
    expect(world.ports.target.state.desiredWeightPercent).toBe(40)
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'was a mistake'})
    await tick(world.ports, scope)
    expect(world.ports.target.state.desiredWeightPercent).toBe(5)
    expect(rolloutOf(world)).toMatchObject({stage: 0, phase: {kind: 'running'}})
  })

  test('a candidate that somebody else replaced holds', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    world.ports.target.state.candidate = 'v9'
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/target-changed-by-someone-else'})
  })

  test('evidence that turns bad while the rollout runs holds it', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    const [first] = world.evidence
    if (first) world.evidence.push({...first, verdict: 'fail', reason: 'model/refused', at: '2026-01-02T00:00:00.000Z'})
    expect((await tick(world.ports, scope)).result).toMatchObject({verdict: 'fail', reason: 'rollout/evidence-missing'})
  })

  test('a router that does not answer holds', async () => {
    const world = await started({traffic: healthy})
    const read = async () => {
      throw new SystemError('router/timeout', 'router did not answer', {system: 'router', retryable: true})
    }
    const ports = {...world.ports, target: {...world.ports.target, read}}
    expect((await tick(ports, scope)).result).toMatchObject({reason: 'rollout/target-unreachable'})
  })

  test('a router that refuses an act is asked three times, then a person', async () => {
    const world = await started({traffic: healthy})
    let asked = 0
    const setWeight = async () => {
      asked++
      throw new SystemError('router/broken', 'the router is broken', {system: 'router', retryable: true})
    }
    const ports = {...world.ports, target: {...world.ports.target, setWeight}}
    const {result} = await runRollout(ports, scope, {...forever, leaveWhenHeld: true})
    expect(result).toMatchObject({verdict: 'error', reason: 'rollout/failed-to-act', summary: 'the router is broken'})
    expect(asked).toBe(3)
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'router repaired'})
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({verdict: 'pass'})
  })
})

describe('what aborts without statistics', () => {
  test('a candidate that is not ready while it has traffic', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    Object.assign(world.ports.target.state, {candidateReady: false, detail: 'exited with code 1'})
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/candidate-not-ready'})
    expect(result.summary).toContain('exited with code 1')
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('a candidate that never becomes ready gets no traffic, and is taken away after ten minutes', async () => {
    const world = await started({traffic: healthy})
    const {target} = world.ports
    const deploy: typeof target.deploy = async release => {
      await target.deploy(release)
      target.state.candidateReady = false
    }
    const ports = {...world.ports, target: {...target, deploy}}
    const {result} = await runRollout(ports, scope, forever)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/candidate-never-ready'})
    expect(eventsOf(world, 'act-intended')).not.toContainEqual(
      expect.objectContaining({act: expect.objectContaining({kind: 'set-weight'})}),
    )
  })

  test('a flood: more than half of at least twenty requests are bad', async () => {
    const world = await started({traffic: {perSecond: 20, bad: {v2: 0.9}}})
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({reason: 'rollout/flood'})
  })

  test('no candidate traffic while the stable release has plenty: routing is broken', async () => {
    const world = await started({})
    await tick(world.ports, scope)
    for (let look = 0; look < 2; look++) {
      world.ports.source.count('errors', 'v1', {n: 1000, bad: 0})
      await tick(world.ports, scope)
    }
    expect(rolloutOf(world).phase).toMatchObject({kind: 'ended', reason: 'rollout/no-candidate-traffic'})
  })

  test('no traffic at all is no reason to abort', async () => {
    const world = await started({})
    const {result} = await runRollout(world.ports, scope, until(world, 60))
    expect(result).toMatchObject({reason: 'rollout/no-traffic'})
  })
})

describe('what a person asks for', () => {
  test('abort wins, needs no telemetry, and is done by the next tick', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    world.ports.source.breakWith({kind: 'query-failed', detail: 'down'})
    await requestRollout(world.ports, {...scope, by: 'bert'}, {kind: 'abort', why: 'customers call'})
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/abort-requested'})
    expect(result.summary).toContain('bert asked to abort: customers call')
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null, desiredWeightPercent: 0})
  })

  test('an abort wins over a promotion asked for before it', async () => {
    const world = await started({traffic: healthy})
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'hurry'})
    await requestRollout(world.ports, scope, {kind: 'abort', why: 'no'})
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/abort-requested'})
  })

  test('promote skips the dwell, is recorded with who and why, and warns', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'verified by hand'})
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/promoted-on-request'})
    expect(result.summary).toContain('anna asked to promote v2: verified by hand')
    expect(world.ports.target.state).toMatchObject({stable: 'v2'})
  })

  test('promote does not skip what is shown to be harmful', async () => {
    const world = await started({traffic: {perSecond: 20, bad: {v2: 0.1}}})
    await tick(world.ports, scope)
    world.ports.clock.advance(10 * minute)
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'hurry'})
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/share-above-limit'})
  })

  test('pause keeps weight and evidence, the dwell stands still, and harm still aborts', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 30))
    await requestRollout(world.ports, scope, {kind: 'pause', why: 'lunch'})
    const paused = await runRollout(world.ports, scope, until(world, 600))
    expect(paused.result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/paused'})
    expect(world.ports.target.state.desiredWeightPercent).toBe(5)
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'back'})
    await runRollout(world.ports, scope, until(world, 20))
    expect(rolloutOf(world).stage).toBe(0)
    await requestRollout(world.ports, scope, {kind: 'pause', why: 'tea'})
    world.ports.source.count('errors', 'v2', {n: 2000, bad: 1500})
    expect((await tick(world.ports, scope)).result.verdict).toBe('fail')
  })

  test('nothing moves before every team of the plan has approved', async () => {
    const approvals = [{team: 'ml-leads'}, {team: 'security'}]
    const world = await started({traffic: healthy}, environment({}, {approvals}))
    await requestRollout(world.ports, scope, {kind: 'approve', as: 'ml-leads'})
    const {result, next} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/awaiting-approval'})
    expect(result.summary).toBe('Waiting for the approval of security.')
    expect(next).toEqual({kind: 'wait'})
    expect(world.ports.target.state.candidate).toBeNull()
    await requestRollout(world.ports, scope, {kind: 'approve', as: 'security'})
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({verdict: 'pass'})
  })

  test.each([
    ['approve for a team that the plan does not ask', {kind: 'approve', as: 'sales'}, 'rollout/approval-not-needed'],
    ['resume what runs', {kind: 'resume', why: ''}, 'rollout/request-out-of-place'],
  ] as const)('is refused with the present state, and leaves the ledger as it was: %s', async (_, request, code) => {
    const world = await started({traffic: healthy})
    const {length} = world.ports.ledger.events
    await expect(requestRollout(world.ports, scope, request)).rejects.toMatchObject({name: 'UserError', code})
    expect(world.ports.ledger.events).toHaveLength(length)
  })

  test('a hold that passes by itself cannot be waved through', async () => {
    const world = await started({traffic: healthy})
    await tick(world.ports, scope)
    world.ports.source.breakWith({kind: 'query-failed', detail: 'down'})
    await tick(world.ports, scope)
    const request = requestRollout(world.ports, scope, {kind: 'resume', why: 'go on'})
    await expect(request).rejects.toMatchObject({code: 'rollout/request-out-of-place'})
  })

  test('there is nothing to abort where nothing runs', async () => {
    const {ports} = createWorld()
    const request = requestRollout(ports, scope, {kind: 'abort', why: ''})
    await expect(request).rejects.toMatchObject({code: 'rollout/nothing-running'})
  })
})
