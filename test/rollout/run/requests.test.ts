import {describe, expect, test} from 'vitest'
import {requestRollout} from '../../../src/rollout/run/request.ts'
import type {RolloutRequest} from '../../../src/rollout/run/requests.ts'
import {retryRollout} from '../../../src/rollout/run/retry.ts'
import {rollBack} from '../../../src/rollout/run/roll-back.ts'
import {startRollout} from '../../../src/rollout/run/start.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {stateOf} from '../../../src/rollout/state.ts'
import {
  actsOf,
  createWorld,
  environment,
  eventsOf,
  passing,
  release,
  rolloutOf,
  scope,
  started,
  until,
  v1,
  v2,
  type World,
} from '../world.ts'

const healthy = {perSecond: 20, bad: {v1: 0.002, v2: 0.002, v3: 0.002}}
const forever = {until: Date.parse('2026-01-08T00:00:00.000Z')}

async function say(world: World, kind: 'pause' | 'hold' | 'resume' | 'promote' | 'abort', why = 'because') {
  await requestRollout(world.ports, scope, {kind, why})
}

describe('hold', () => {
  test('keeps the rollout at its stage, lets the clock run, and goes on by resume', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 30))
    await say(world, 'hold', 'wait for the fraud team')
    const {result} = await runRollout(world.ports, scope, until(world, 120))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/held-on-request'})
    expect(result.summary).toBe('anna asked to stay at this stage: wait for the fraud team')
    expect(rolloutOf(world)).toMatchObject({stage: 0, weightPercent: 5})
    await say(world, 'resume')
    await tick(world.ports, scope)
    // An hour and a half of the dwell of one hour are over: nothing is left to wait for.
    expect(rolloutOf(world)).toMatchObject({stage: 1, weightPercent: 50, hold: null})
  })

  test('before the first weight keeps no job waiting', async () => {
    const world = await started({traffic: healthy})
    await say(world, 'hold')
    const {result, next} = await runRollout(world.ports, scope, forever)
    expect(result).toMatchObject({reason: 'rollout/held-on-request'})
    expect(next).toEqual({kind: 'wait'})
    await say(world, 'resume')
    expect((await runRollout(world.ports, scope, forever)).result.verdict).toBe('pass')
  })

  test('does not keep the guards from aborting', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 30))
    await say(world, 'hold')
    await tick(world.ports, scope)
    world.ports.source.count('errors', 'v2', {n: 2000, bad: 900})
    expect((await tick(world.ports, scope)).result.verdict).toBe('fail')
  })

  test('is not forgotten over an outage of the metrics server', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    await say(world, 'hold')
    await tick(world.ports, scope)
    world.ports.source.breakWith({kind: 'query-failed', detail: 'down'})
    await runRollout(world.ports, scope, until(world, 30))
    expect(rolloutOf(world).phase).toMatchObject({kind: 'holding', reason: 'rollout/telemetry-unavailable'})
    world.ports.source.breakWith(null)
    await runRollout(world.ports, scope, until(world, 120))
    expect(rolloutOf(world)).toMatchObject({stage: 0, phase: {kind: 'holding', reason: 'rollout/held-on-request'}})
  })

  test('is ended by a promotion on request', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    await say(world, 'hold')
    await tick(world.ports, scope)
    await say(world, 'promote')
    expect((await tick(world.ports, scope)).result).toMatchObject({reason: 'rollout/promoted-on-request'})
  })
})

describe('a word that has no place', () => {
  const atStage = async (...words: ('pause' | 'hold' | 'promote' | 'abort')[]) => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    for (const word of words) await say(world, word)
    return world
  }

  test.each([
    ['pause what is paused', ['pause'], 'pause', 'The rollout id-1 of v2 is paused, at 5%. It cannot pause now.'],
    ['hold what is paused', ['pause'], 'hold', 'The rollout id-1 of v2 is paused, at 5%. It cannot hold now.'],
    ['hold what is held', ['hold'], 'hold', 'The rollout id-1 of v2 is running, at 5%. It cannot hold now.'],
    ['resume what runs', [], 'resume', 'The rollout id-1 of v2 is running, at 5%. It cannot resume now.'],
  ] as const)('is refused with the present state: %s', async (_, before, kind, message) => {
    const world = await atStage(...before)
    const {length} = world.ports.ledger.events
    const request = requestRollout(world.ports, scope, {kind, why: ''})
    await expect(request).rejects.toMatchObject({name: 'UserError', code: 'rollout/request-out-of-place', message})
    expect(world.ports.ledger.events).toHaveLength(length)
  })

  test('is refused for what has ended, with how it ended', async () => {
    const world = await atStage('abort')
    await tick(world.ports, scope)
    await expect(requestRollout(world.ports, scope, {kind: 'promote', why: ''})).rejects.toMatchObject({
      code: 'rollout/nothing-running',
      hint: 'The last rollout, id-1 of v2, has ended: aborted.',
    })
  })
})

describe('a word that comes late', () => {
  const words: RolloutRequest[] = [
    {kind: 'abort', why: 'alert', expect: 'id-1'},
    {kind: 'promote', why: 'go', expect: 'id-1'},
    {kind: 'approve', as: 'leads', expect: 'id-1'},
  ]

  test.each(words)('does not reach the rollout after the one it was meant for: $kind', async word => {
    const world = await started({traffic: healthy})
    await tick(world.ports, scope)
    await say(world, 'abort')
    await tick(world.ports, scope)
    await startRollout(world.ports, scope, {environment: environment(), candidate: v2})
    const present = rolloutOf(world).id
    await expect(requestRollout(world.ports, scope, word)).rejects.toMatchObject({
      code: 'rollout/request-outdated',
      message: 'The request is meant for the rollout id-1.',
      hint: `The rollout ${present} of v2 is deploying, at 0%. Say it again for that one if it still holds.`,
    })
    await requestRollout(world.ports, scope, {kind: 'abort', why: 'meant', expect: present})
    expect(eventsOf(world, 'requested')).toHaveLength(2)
  })

  test('does not take back the release after the one that it was about', async () => {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, forever)
    const late = rollBack(world.ports, scope, {why: 'alert', expect: 'another'})
    await expect(late).rejects.toMatchObject({code: 'rollout/request-outdated'})
    expect(world.ports.target.state).toMatchObject({stable: 'v2', candidate: null})
    const meant = await rollBack(world.ports, scope, {why: 'alert', expect: rolloutOf(world).id})
    expect(meant.result).toMatchObject({verdict: 'pass', reason: 'rollout/restored'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1'})
  })
})

describe('retry', () => {
  async function aborted(): Promise<World> {
    const world = await started({traffic: healthy})
    await tick(world.ports, scope)
    await say(world, 'abort')
    await tick(world.ports, scope)
    return world
  }

  test('rolls the same bytes out again, as a rollout of its own that knows where it comes from', async () => {
    const world = await aborted()
    const {result} = await retryRollout(world.ports, scope, {environment: environment()})
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/started'})
    expect(eventsOf(world, 'rollout-started')[1]).toMatchObject({candidate: v2, stable: v1, retryOf: 'id-1'})
    expect((await runRollout(world.ports, scope, forever)).result).toMatchObject({verdict: 'pass'})
    expect(actsOf(world).slice(-4)).toEqual([
      'deploy v2',
      'set the weight to 5%',
      'set the weight to 50%',
      'promote v2',
    ])
  })

  test('starts nothing where the evidence has turned bad meanwhile', async () => {
    const world = await aborted()
    world.evidence.splice(0)
    const {result} = await retryRollout(world.ports, scope, {environment: environment()})
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/evidence-missing'})
    expect(eventsOf(world, 'rollout-started')).toHaveLength(1)
  })

  test('of what was rolled back is possible', async () => {
    const world = await started({traffic: healthy})
    await tick(world.ports, scope)
    await rollBack(world.ports, scope, {why: 'incident'})
    await retryRollout(world.ports, scope, {environment: environment()})
    expect(rolloutOf(world)).toMatchObject({candidate: v2, phase: {kind: 'deploying'}})
  })

  test.each([
    ['nothing was ever started', async () => createWorld(), 'No rollout was ever started here.'],
    [
      'one is under way',
      async () => {
        const world = await started({traffic: healthy})
        await tick(world.ports, scope)
        return world
      },
      'The rollout id-1 of v2 is running, at 5%.',
    ],
    [
      'the last one was promoted',
      async () => {
        const world = await started({traffic: healthy})
        await runRollout(world.ports, scope, forever)
        return world
      },
      'The last rollout, id-1 of v2, has ended: promoted. v2 serves now.',
    ],
  ])('is refused where %s', async (_, make, message) => {
    const world = await make()
    const {length} = world.ports.ledger.events
    const retry = retryRollout(world.ports, scope, {environment: environment()})
    await expect(retry).rejects.toMatchObject({name: 'UserError', code: 'rollout/nothing-to-retry', message})
    expect(world.ports.ledger.events).toHaveLength(length)
  })

  test('of another rollout than the last is refused', async () => {
    const world = await aborted()
    const retry = retryRollout(world.ports, scope, {environment: environment(), expect: 'another'})
    await expect(retry).rejects.toMatchObject({code: 'rollout/request-outdated'})
  })
})

test('a rollback goes to any earlier release of the ledger, also while a rollout runs, and ends that', async () => {
  const world = await started({traffic: healthy})
  await runRollout(world.ports, scope, forever)
  const v3 = release('v3')
  world.evidence.push(passing('model', v3.model))
  await startRollout(world.ports, scope, {environment: environment(), candidate: v3})
  await runRollout(world.ports, scope, until(world, 10))
  const {result} = await rollBack(world.ports, scope, {to: 'v1', why: 'both are bad'})
  expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/restored'})
  expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  expect(rolloutOf(world).phase).toMatchObject({kind: 'ended', outcome: 'rolled-back'})
  expect(stateOf(world.ports.ledger.events).current).toEqual(v1)
})

describe('an alert with zero tolerance', () => {
  const config = environment({
    guards: [
      {name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '1%'},
      {name: 'security', alert: 'severity="critical"'},
    ],
  })

  /** What the source says to the guard on alerts, beside the counts of the other one. */
  function firing(world: World): {alerts: string[]; ports: World['ports']} {
    const alerts: string[] = []
    const {source} = world.ports
    const read: typeof source.read = async (queries, versions) => {
      const {guards} = await source.read(queries, versions)
      return {guards: {...guards, security: {kind: 'alerts', firing: [...alerts]}}}
    }
    return {alerts, ports: {...world.ports, source: {...source, read}}}
  }

  test('aborts when it begins to fire while the candidate has traffic', async () => {
    const world = await started({traffic: healthy}, config)
    const {alerts, ports} = firing(world)
    await runRollout(ports, scope, until(world, 20))
    alerts.push('DataLeak')
    const {result} = await tick(ports, scope)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/alert-fires'})
    expect(result.summary).toContain(
      'Guard security: the alert DataLeak began to fire while the candidate had traffic.',
    )
  })

  test('does not abort where it fired before, and does where it ended and begins again', async () => {
    const world = await started({traffic: healthy}, config)
    const {alerts, ports} = firing(world)
    alerts.push('DiskFull')
    await runRollout(ports, scope, until(world, 20))
    expect(rolloutOf(world).phase).toEqual({kind: 'running'})
    alerts.pop()
    await runRollout(ports, scope, until(world, 10))
    alerts.push('DiskFull')
    expect((await runRollout(ports, scope, until(world, 10))).result).toMatchObject({reason: 'rollout/alert-fires'})
  })
})
