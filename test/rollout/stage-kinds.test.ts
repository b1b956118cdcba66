import {describe, expect, test} from 'vitest'
import {decide} from '../../src/rollout/decide.ts'
import {requestRollout} from '../../src/rollout/run/request.ts'
import {eventOfRequest} from '../../src/rollout/run/requests.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {tick} from '../../src/rollout/run/tick.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {evolve, stateOf} from '../../src/rollout/state.ts'
import {actsOf, createWorld, environment, eventsOf, rolloutOf, scope, started, until, v1, v2} from './world.ts'

const healthy = {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}
const forever = {until: Date.parse('2026-01-08T00:00:00.000Z')}

describe('the watch after 100 %', () => {
  const config = environment({preset: 'blue-green', stages: [{weight: '50%', for: '1h'}], bake: '2h'})

  test('keeps the old release beside the candidate until the bake is over', async () => {
    const world = await started({traffic: healthy}, config)
    await runRollout(world.ports, scope, until(world, 90))
    expect(rolloutOf(world).phase).toEqual({kind: 'baking'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: 'v2', observedWeightPercent: 100})
    const {result} = await tick(world.ports, scope)
    expect(result.summary).toMatch(
      /^All traffic, 1h 30m of watching left; the stable release has none to compare with\./,
    )
    const ended = await runRollout(world.ports, scope, forever)
    expect(ended.result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(ended.result.summary).toBe(
      'v2 was shown to be safe at its only stage, and showed no harm in 2h with all traffic.',
    )
    expect(world.ports.target.state).toMatchObject({stable: 'v2', candidate: null})
    expect(actsOf(world)).toEqual(['deploy v2', 'set the weight to 50%', 'set the weight to 100%', 'promote v2'])
  })

  test('takes the old release back at once when the candidate turns bad under all of the load', async () => {
    const world = await started({traffic: healthy}, config)
    await runRollout(world.ports, scope, until(world, 70))
    world.ports.source.count('errors', 'v2', {n: 3000, bad: 900})
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/share-above-limit'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('asks for no new proof of safety: it is there for harm alone', async () => {
    // 720 requests at 50 % show that it is safe; the 120 of the bake would not.
    const short = environment({stages: [{weight: '50%', for: '1h'}], bake: '5m'})
    const world = await started({traffic: {perSecond: 0.4, bad: {}}}, short)
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
  })

  test('is not cut short where nobody asks for anything: no traffic is no evidence there either', async () => {
    const world = await started({traffic: healthy}, config)
    await runRollout(world.ports, scope, until(world, 70))
    world.ports.source.breakWith({kind: 'query-failed', detail: 'down'})
    const {result} = await runRollout(world.ports, scope, until(world, 300))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/telemetry-unavailable'})
    expect(world.ports.target.state.stable).toBe('v1')
  })

  test('is reached, not skipped, by a promotion on request; a second one ends it', async () => {
    const world = await started({traffic: healthy}, config)
    await runRollout(world.ports, scope, until(world, 10))
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'fix for an incident'})
    await runRollout(world.ports, scope, until(world, 10))
    expect(rolloutOf(world)).toMatchObject({phase: {kind: 'baking'}, weightPercent: 100, promote: null})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: 'v2'})
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'looks good'})
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/promoted-on-request'})
    expect(world.ports.target.state).toMatchObject({stable: 'v2', candidate: null})
  })

  test('stays in the ledger as a promotion on request when the bake ends by itself', async () => {
    const two = environment({
      stages: [
        {weight: '5%', for: '1h'},
        {weight: '50%', for: '1h'},
      ],
      bake: '1h',
    })
    const world = await started({traffic: healthy}, two)
    await runRollout(world.ports, scope, until(world, 10))
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'fix for an incident'})
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/promoted-on-request'})
    expect(result.summary).toContain('anna asked to promote v2: fix for an incident')
    expect(rolloutOf(world).skip).toMatchObject({by: 'anna', stages: [1]})
  })
})

describe('all at once', () => {
  test('deploys, takes a base line, sends everything, watches, and only then removes the old release', async () => {
    const world = await started({traffic: healthy}, environment({preset: 'all-at-once', stages: undefined, bake: '2h'}))
    await runRollout(world.ports, scope, until(world, 10))
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: 'v2', observedWeightPercent: 100})
    expect(eventsOf(world, 'measured')[0]).toMatchObject({weightPercent: 0})
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(result.summary).toBe('v2 was shown to be safe in 2h with all traffic.')
  })

  test('says so where the bake saw too little to call the release safe', async () => {
    const quiet = {perSecond: 0.02, bad: {}}
    const world = await started({traffic: quiet}, environment({preset: 'all-at-once', stages: undefined, bake: '1h'}))
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/promoted-on-insufficient-evidence'})
  })

  test('without a request in the bake it waits for a person: nothing seen is no evidence', async () => {
    const world = await started(
      {traffic: {perSecond: 0, bad: {}}},
      environment({preset: 'all-at-once', stages: undefined, bake: '10m'}),
    )
    const {result} = await runRollout(world.ports, scope, {...until(world, 300), leaveWhenHeld: true})
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/insufficient-evidence'})
    expect(world.ports.target.state.stable).toBe('v1')
  })
})

describe('a rehearsal with copies of requests', () => {
  const config = environment({
    preset: 'shadow',
    stages: [
      {mirror: '100%', for: '1h'},
      {weight: '50%', for: '1h'},
    ],
  })

  test('mirrors first, ends that before the first weight, and counts what the copies showed', async () => {
    const world = await started({traffic: healthy}, config)
    await runRollout(world.ports, scope, until(world, 30))
    expect(world.ports.target.state).toMatchObject({mirrorPercent: 100, desiredWeightPercent: 0})
    expect(rolloutOf(world)).toMatchObject({stage: 0, mirrorPercent: 100, weightPercent: 0, phase: {kind: 'running'}})
    // 20 a second for 30 minutes.
    expect(rolloutOf(world).guards.errors?.atWeights).toMatchObject([{weightPercent: 0, candidate: {n: 36_000}}])
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result.verdict).toBe('pass')
    expect(actsOf(world)).toEqual([
      'deploy v2',
      'mirror 100% of the requests',
      'end the mirroring',
      'set the weight to 50%',
      'promote v2',
    ])
  })

  test('a candidate that fails its own limits on copies is aborted before any user saw it', async () => {
    const world = await started({traffic: {perSecond: 20, bad: {v1: 0.002, v2: 0.05}}}, config)
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/share-above-limit'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null, mirrorPercent: 0})
    expect(actsOf(world).some(act => act.includes('weight'))).toBe(false)
  })

  test('a candidate that floods, or falls, while it gets copies is taken away', async () => {
    const flood = await started({traffic: {perSecond: 20, bad: {v2: 0.9}}}, config)
    expect((await runRollout(flood.ports, scope, forever)).result).toMatchObject({reason: 'rollout/flood'})
    const fallen = await started({traffic: healthy}, config)
    await runRollout(fallen.ports, scope, until(fallen, 10))
    Object.assign(fallen.ports.target.state, {candidateReady: false})
    expect((await tick(fallen.ports, scope)).result).toMatchObject({reason: 'rollout/candidate-not-ready'})
  })

  test('copies that never arrive mean that mirroring is broken', async () => {
    const world = await started({}, config)
    await tick(world.ports, scope)
    for (let look = 0; look < 2; look++) {
      world.ports.source.count('errors', 'v1', {n: 1000, bad: 0})
      await tick(world.ports, scope)
    }
    expect(rolloutOf(world).phase).toMatchObject({kind: 'ended', reason: 'rollout/no-candidate-traffic'})
  })

  test('mirroring that somebody else ended is not fought; a person says that the ledger holds', async () => {
    const world = await started({traffic: healthy}, config)
    await runRollout(world.ports, scope, until(world, 10))
    await world.ports.target.mirror(0)
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({reason: 'rollout/weight-changed-by-someone-else'})
    expect(result.summary).toContain('The candidate gets copies of 0% of the requests, the ledger says 100%')
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'was a mistake'})
    await tick(world.ports, scope)
    expect(world.ports.target.state.mirrorPercent).toBe(100)
    expect(rolloutOf(world)).toMatchObject({reassert: false, phase: {kind: 'running'}})
  })

  test('mirroring that somebody else began before the first stage is ended on request', async () => {
    const frozen = environment(
      {stages: [{weight: '5%', for: '1h'}]},
      {freeze: [{from: '2026-01-01', to: '2026-01-01'}]},
    )
    const world = await started({traffic: healthy}, frozen)
    await tick(world.ports, scope)
    await world.ports.target.mirror(50)
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/weight-changed-by-someone-else'})
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'was a mistake'})
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/frozen'})
    expect(world.ports.target.state.mirrorPercent).toBe(0)
  })

  test('is refused before anything moves where the target cannot copy requests', async () => {
    const {ports} = createWorld()
    const target = {...ports.target, capabilities: {...ports.target.capabilities, mirrors: false}}
    const start = startRollout({...ports, target}, scope, {environment: config, candidate: v2, stable: v1})
    await expect(start).rejects.toMatchObject({name: 'UserError', code: 'rollout/cannot-mirror'})
    expect(ports.ledger.events).toEqual([])
  })
})

describe('how long a stage lasts', () => {
  const stages = (stage: object) => environment({stages: [{weight: '50%', for: '2h', ...stage}]})

  test('to its end without leave to end early, however clear the evidence', async () => {
    const world = await started({traffic: healthy}, stages({}))
    await runRollout(world.ports, scope, until(world, 110))
    expect(rolloutOf(world).stage).toBe(0)
  })

  test('from its at-least on only until every guard is shown to be safe', async () => {
    const world = await started({traffic: healthy}, stages({'at-least': '30m'}))
    await runRollout(world.ports, scope, forever)
    const [, , promote] = eventsOf(world, 'act-intended')
    expect(promote).toMatchObject({act: {kind: 'promote'}, at: '2026-01-01T00:30:00.000Z'})
    expect(promote?.why).toContain('Stage 1 is shown to be safe early')
  })

  test('to its end where one guard is not shown to be safe', async () => {
    const world = await started({traffic: {perSecond: 0.02, bad: {}}}, stages({'at-least': '30m'}))
    await runRollout(world.ports, scope, {...forever, leaveWhenHeld: true})
    expect(eventsOf(world, 'evidence-was-short')).toMatchObject([{answer: 'hold', at: '2026-01-01T02:00:00.000Z'}])
  })

  test('a pause does not count towards its at-least', async () => {
    const world = await started({traffic: healthy}, stages({'at-least': '30m'}))
    await runRollout(world.ports, scope, until(world, 10))
    await requestRollout(world.ports, scope, {kind: 'pause', why: 'lunch'})
    await runRollout(world.ports, scope, until(world, 60))
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'back'})
    await runRollout(world.ports, scope, until(world, 10))
    expect(rolloutOf(world).stage).toBe(0)
    expect((await runRollout(world.ports, scope, until(world, 30))).result.verdict).toBe('pass')
  })

  test('up to its at-most where evidence is short, and no longer than it needs', async () => {
    const extend = {'when-evidence-is-short': 'extend', stages: [{weight: '50%', for: '10m', 'at-most': '90m'}]}
    const short = await started({traffic: {perSecond: 0.02, bad: {}}}, environment(extend))
    await runRollout(short.ports, scope, {...until(short, 600), leaveWhenHeld: true})
    expect(eventsOf(short, 'evidence-was-short')).toMatchObject([
      {answer: 'extend', at: '2026-01-01T00:10:00.000Z'},
      {answer: 'hold', at: '2026-01-01T01:30:00.000Z'},
    ])
    const enough = await started({traffic: {perSecond: 0.4, bad: {}}}, environment(extend))
    const {result} = await runRollout(enough.ports, scope, until(enough, 60))
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
  })

  test('not past a look that a part of the candidate was missing from, unless a person says so', async () => {
    const world = await started({traffic: healthy}, environment({stages: [{weight: '50%', for: '10m'}]}))
    const book = async () => {
      const {version, events} = await world.ports.ledger.read()
      const last = events.findLast(event => event.type === 'measured')
      if (last?.type !== 'measured') throw new Error('no look')
      const partial = {errors: 'series pod-2 is gone'}
      const at = world.ports.clock.now().toISOString()
      await world.ports.ledger.append({...last, id: `partial at ${at}`, at, guards: {}, partial}, version)
    }
    await runRollout(world.ports, scope, until(world, 8))
    world.ports.clock.advance(6 * 60_000)
    await book()
    const {rollout} = stateOf(world.ports.ledger.events)
    const target = {kind: 'read', state: {...world.ports.target.state}} as const
    const facts = {target, missingEvidence: [], current: v1, overtaken: false}
    const now = world.ports.clock.now().getTime()
    if (!rollout) throw new Error('no rollout')
    expect(decide(rollout, facts, now)).toEqual({
      kind: 'hold',
      reason: 'rollout/incomplete-measurement',
      why: 'Guard errors was not measured completely: series pod-2 is gone',
    })
    const stamp = (id: string) => ({schemaVersion: 2, id, at: new Date(now).toISOString(), by: 'anna'})
    const hold = {type: 'held', rollout: rollout.id, reason: 'rollout/incomplete-measurement', why: 'x'} as const
    const held = evolve(stateOf(world.ports.ledger.events), {...hold, ...stamp('held')}).rollout
    if (!held) throw new Error('no rollout')
    const said = eventOfRequest({kind: 'resume', why: 'that pod is gone for good'}, held, now)
    expect(said).toMatchObject({type: 'requested', request: 'resume'})
    const resumed = evolve(
      {...stateOf(world.ports.ledger.events), rollout: held},
      {...said, ...stamp('resumed')},
    ).rollout
    expect(resumed).toMatchObject({short: 'accepted', shortStages: [{stage: 0, guards: ['errors']}]})
    if (resumed) expect(decide(resumed, facts, now)).toMatchObject({kind: 'act', act: {kind: 'promote'}})
  })

  test('a stage that asks first waits for a go, with the guards on watch; resume is the go', async () => {
    const config = environment({
      stages: [
        {weight: '5%', for: '1h'},
        {weight: '50%', for: '1h', 'ask-first': true},
      ],
    })
    const world = await started({traffic: healthy}, config)
    const held = await runRollout(world.ports, scope, {...until(world, 300), leaveWhenHeld: true})
    expect(held.result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/awaiting-go'})
    expect(held.result.summary).toBe('Stage 2 (50%) begins when a person says "resume".')
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'go'})
    await tick(world.ports, scope)
    expect(rolloutOf(world)).toMatchObject({stage: 1, weightPercent: 50})
    expect((await runRollout(world.ports, scope, forever)).result.verdict).toBe('pass')
  })

  test('a first stage that asks first lets nobody wait in a job: nothing is at risk yet', async () => {
    const world = await started(
      {traffic: healthy},
      environment({stages: [{weight: '5%', for: '1h', 'ask-first': true}]}),
    )
    const {result, next} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({reason: 'rollout/awaiting-go'})
    expect(next).toEqual({kind: 'wait'})
    expect(world.ports.target.state).toMatchObject({candidate: 'v2', desiredWeightPercent: 0})
  })
})
