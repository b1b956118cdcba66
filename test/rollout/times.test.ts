import {describe, expect, test} from 'vitest'
import {requestRollout} from '../../src/rollout/run/request.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {tick} from '../../src/rollout/run/tick.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {actsOf, createWorld, environment, eventsOf, rolloutOf, scope, started, until, v2} from './world.ts'

const minute = 60_000
const healthy = {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}
const forever = {until: Date.parse('2026-01-12T00:00:00.000Z')}

// The worlds begin on Thursday, 1 January 2026, at midnight UTC.
describe('a freeze', () => {
  const soon = environment({}, {freeze: [{from: 'Thu 00:30', to: 'Thu 06:00', why: 'the year is closed'}]})

  test('lets no weight rise, keeps the guards on watch, and ends by itself', async () => {
    const world = await started({traffic: healthy}, soon)
    const {result, next} = await runRollout(world.ports, scope, until(world, 120))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/frozen'})
    expect(result.summary).toBe('Frozen until Thu 2026-01-01 06:00 (UTC): the year is closed. Stage 2 (50%) waits.')
    expect(next.kind).toBe('hand-over')
    const looks = rolloutOf(world).looks
    await runRollout(world.ports, scope, until(world, 60))
    expect(rolloutOf(world).looks).toBeGreaterThan(looks + 10)
    await runRollout(world.ports, scope, forever)
    expect(eventsOf(world, 'act-intended').map(({at, act}) => [act.kind, at])).toEqual([
      ['deploy', '2026-01-01T00:00:00.000Z'],
      ['set-weight', '2026-01-01T00:00:00.000Z'],
      ['set-weight', '2026-01-01T06:00:00.000Z'],
      ['promote', '2026-01-01T07:00:00.000Z'],
    ])
  })

  test('does not keep an abort, nor a rollback of what turns bad', async () => {
    const world = await started({traffic: healthy}, soon)
    await runRollout(world.ports, scope, until(world, 90))
    world.ports.source.count('errors', 'v2', {n: 2000, bad: 900})
    expect((await tick(world.ports, scope)).result).toMatchObject({verdict: 'fail'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('before the first weight keeps no job waiting: the watchdog goes on with it, and the candidate gets nothing', async () => {
    const now = environment({}, {freeze: [{from: '2026-01-01', to: '2026-01-03'}]})
    const world = await started({traffic: healthy}, now)
    const {result, next} = await runRollout(world.ports, scope, until(world, 60))
    expect(result).toMatchObject({reason: 'rollout/frozen'})
    expect(next).toEqual({kind: 'wait', at: Date.parse('2026-01-04T00:00:00.000Z')})
    expect(world.ports.target.state).toMatchObject({candidate: 'v2', desiredWeightPercent: 0})
    expect(eventsOf(world, 'measured').length).toBeLessThan(3)
  })

  test('keeps copies of requests from a candidate too', async () => {
    const config = environment(
      {preset: 'shadow', stages: [{mirror: '50%', for: '1h'}]},
      {freeze: [{from: '2026-01-01', to: '2026-01-01'}]},
    )
    const world = await started({traffic: healthy}, config)
    const {result} = await runRollout(world.ports, scope, until(world, 60))
    expect(result.summary).toBe('Frozen until Fri 2026-01-02 00:00 (UTC). Stage 1 (copies of 50%) waits.')
  })

  test('keeps the first release of an environment from being deployed: it would have all traffic at once', async () => {
    const world = createWorld({stable: null, traffic: healthy})
    const config = environment({}, {freeze: [{from: '2026-01-01', to: '2026-01-01'}]})
    await startRollout(world.ports, scope, {environment: config, candidate: v2})
    const {result} = await runRollout(world.ports, scope, until(world, 60))
    expect(result).toMatchObject({reason: 'rollout/frozen'})
    expect(world.ports.target.state.stable).toBeNull()
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({reason: 'rollout/first-release'})
  })

  test('does not keep the old release standing where the candidate has everything already', async () => {
    const config = environment(
      {stages: [{weight: '50%', for: '20m'}], bake: '1h'},
      {freeze: [{from: 'Thu 00:30', to: 'Thu 20:00'}]},
    )
    const world = await started({traffic: healthy}, config)
    const {result} = await runRollout(world.ports, scope, until(world, 120))
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
  })

  test('refuses a promotion on request, unless the person says that it knows', async () => {
    const world = await started({traffic: healthy}, soon)
    await runRollout(world.ports, scope, until(world, 45))
    const refused = requestRollout(world.ports, scope, {kind: 'promote', why: 'customers wait'})
    await expect(refused).rejects.toMatchObject({
      name: 'UserError',
      code: 'rollout/frozen',
      message: 'v2 is not promoted now. Frozen until Thu 2026-01-01 06:00 (UTC): the year is closed.',
    })
    expect(eventsOf(world, 'requested')).toEqual([])
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'customers wait', despiteFreeze: true})
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/promoted-on-request'})
    expect(eventsOf(world, 'requested')).toMatchObject([{by: 'anna', why: 'customers wait', despiteFreeze: true}])
  })

  test('keeps a promotion that was asked for before it and comes to pass within it', async () => {
    const world = await started({traffic: healthy}, soon)
    await runRollout(world.ports, scope, until(world, 20))
    const passing = world.evidence.splice(0)
    await requestRollout(world.ports, scope, {kind: 'promote', why: 'hurry'})
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/evidence-missing'})
    world.ports.clock.advance(30 * minute)
    world.evidence.push(...passing)
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({reason: 'rollout/frozen'})
    expect(result.summary).toContain('The promotion of v2 waits.')
  })

  test('holds an early end only while that is due', async () => {
    const early = {stages: [{weight: '50%', for: '3h', 'at-least': '20m'}]}
    const world = await started(
      {traffic: {perSecond: 1, bad: {}}},
      environment(early, {freeze: [{from: 'Thu 00:10', to: 'Thu 02:00'}]}),
    )
    await runRollout(world.ports, scope, until(world, 30))
    expect(rolloutOf(world).phase).toMatchObject({kind: 'holding', reason: 'rollout/frozen'})
    // At 1.6 % it is neither shown to be safe nor to be harmful.
    world.ports.source.count('errors', 'v2', {n: 600, bad: 24})
    const {result} = await runRollout(world.ports, scope, until(world, 5))
    expect(result).toMatchObject({reason: 'rollout/in-progress'})
    expect(rolloutOf(world).phase).toEqual({kind: 'running'})
  })

  test('cannot be resumed away', async () => {
    const world = await started({traffic: healthy}, soon)
    await runRollout(world.ports, scope, until(world, 90))
    const resume = requestRollout(world.ports, scope, {kind: 'resume', why: 'go'})
    await expect(resume).rejects.toMatchObject({code: 'rollout/request-out-of-place'})
  })
})

test('outside of office hours the weight stays, and rises in the morning', async () => {
  const config = environment({'only-during': [{from: '09:00', to: '17:00', zone: 'Europe/Berlin'}]})
  const world = await started({traffic: healthy}, config)
  await runRollout(world.ports, scope, forever)
  // Thursday 09:00 in Berlin is 08:00Z, and Friday's is too.
  const weights = eventsOf(world, 'act-intended').filter(({act}) => act.kind === 'set-weight')
  expect(weights.map(({at}) => at)).toEqual(['2026-01-01T08:00:00.000Z', '2026-01-01T09:00:00.000Z'])
})

describe('a deadline', () => {
  const late = {
    stages: [
      {weight: '5%', for: '1h'},
      {weight: '50%', for: '1h', 'ask-first': true},
    ],
    deadline: '3h',
  }

  test('ends a rollout that did not arrive', async () => {
    const world = await started({traffic: healthy}, environment(late))
    const {result} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/late'})
    expect(result.summary).toBe(
      'v2 was aborted: v2 was to have all traffic within 3h; after 3h it has 5%. v1 has all traffic.',
    )
  })

  test('runs on in a pause', async () => {
    const world = await started({traffic: healthy}, environment(late))
    await runRollout(world.ports, scope, until(world, 10))
    await requestRollout(world.ports, scope, {kind: 'pause', why: 'lunch'})
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({reason: 'rollout/late'})
  })

  test('only holds where the plan says so, and goes on by a person who accepts it', async () => {
    const world = await started({traffic: healthy}, environment({...late, 'when-late': 'hold'}))
    await runRollout(world.ports, scope, until(world, 100))
    const {result} = await runRollout(world.ports, scope, until(world, 120))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/late'})
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'take your time'})
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/awaiting-go'})
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'go'})
    expect((await runRollout(world.ports, scope, forever)).result.verdict).toBe('pass')
  })

  test('does not undo what a person asked to promote, nor ends a bake', async () => {
    const config = environment({stages: [{weight: '50%', for: '1h'}], bake: '4h', deadline: '2h'})
    const world = await started({traffic: healthy}, config)
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({reason: 'rollout/promoted'})
  })
})

describe('a rollout that nobody looks at', () => {
  test('is aborted by the next tick when the candidate had traffic for longer than the plan allows', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 20))
    world.ports.clock.advance(7 * 60 * minute)
    const {result} = await tick(world.ports, scope)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/unwatched'})
    expect(result.summary).toContain('Nobody looked at v2 for 7h while it had traffic, the plan allows 6h.')
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('is continued after a shorter silence', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 20))
    world.ports.clock.advance(5 * 60 * minute)
    await tick(world.ports, scope)
    expect(rolloutOf(world)).toMatchObject({stage: 1, phase: {kind: 'running'}})
  })

  test('is not dead in a pause in which the ticks go on, nor while it waits for an approval', async () => {
    const paused = await started({traffic: healthy})
    await runRollout(paused.ports, scope, until(paused, 20))
    await requestRollout(paused.ports, scope, {kind: 'pause', why: 'weekend'})
    const {result} = await runRollout(paused.ports, scope, until(paused, 60 * 60))
    expect(result).toMatchObject({reason: 'rollout/paused'})
    const waiting = await started({traffic: healthy}, environment({}, {approvals: [{team: 'leads'}]}))
    await tick(waiting.ports, scope)
    waiting.ports.clock.advance(72 * 60 * minute)
    await requestRollout(waiting.ports, scope, {kind: 'approve', as: 'leads'})
    await tick(waiting.ports, scope)
    expect(rolloutOf(waiting).phase).toEqual({kind: 'running'})
  })

  test('is not dead where a person speaks up for it: whoever speaks has looked', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 20))
    await requestRollout(world.ports, scope, {kind: 'pause', why: 'weekend'})
    world.ports.clock.advance(48 * 60 * minute)
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'back, and it looks good'})
    await tick(world.ports, scope)
    expect(rolloutOf(world).phase).toEqual({kind: 'running'})
  })

  test('is judged by what it did meanwhile before anything else', async () => {
    const world = await started({traffic: {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}})
    await runRollout(world.ports, scope, until(world, 20))
    world.ports.source.count('errors', 'v2', {n: 5000, bad: 1500})
    world.ports.clock.advance(7 * 60 * minute)
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/share-above-limit'})
    expect(actsOf(world).at(-1)).toBe('restore v1')
  })
})
