import {describe, expect, test} from 'vitest'
import {SystemError, UserError} from '../../../src/core/failure.ts'
import {rollBack} from '../../../src/rollout/run/roll-back.ts'
import {startRollout} from '../../../src/rollout/run/start.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {stateOf} from '../../../src/rollout/state.ts'
import {createWorld, environment, passing, release, scope, v1, v2, type World} from '../world.ts'

const forever = {until: Date.parse('2026-01-04T00:00:00.000Z')}
const v3 = release('v3')

/** v1 served, v2 and v3 were promoted after it. */
async function afterTwoPromotions(): Promise<World> {
  const world = createWorld({traffic: {perSecond: 20, bad: {}}})
  world.evidence.push(passing('model', v3.model))
  for (const candidate of [v2, v3]) {
    await startRollout(world.ports, scope, {environment: environment(), candidate, stable: v1})
    await runRollout(world.ports, scope, forever)
  }
  return world
}

async function duringRollout(): Promise<World> {
  const world = createWorld({traffic: {perSecond: 20, bad: {}}})
  await startRollout(world.ports, scope, {environment: environment(), candidate: v2, stable: v1})
  await tick(world.ports, scope)
  return world
}

const broken = {
  location: 'a broken ledger',
  read: async () => {
    throw new UserError('ledger/unreadable', 'The ledger was changed by hand.')
  },
  append: async () => {
    throw new UserError('ledger/unreadable', 'The ledger was changed by hand.')
  },
}

describe('a rollback', () => {
  test('during a rollout brings the stable release back and ends the rollout', async () => {
    const world = await duringRollout()
    const {result, next} = await rollBack(world.ports, scope, {why: 'customers call'})
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/restored', subject: v1})
    expect(result.summary).toContain('customers call')
    expect(next).toEqual({kind: 'done'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
    expect(stateOf(world.ports.ledger.events).rollout?.phase).toMatchObject({kind: 'ended', outcome: 'rolled-back'})
  })

  test('takes back what a run did between the act and the word in the ledger', async () => {
    const world = await duringRollout()
    const {ledger, target} = world.ports
    let isFirst = true
    const append: typeof ledger.append = async (event, version) => {
      if (!isFirst) return ledger.append(event, version)
      isFirst = false
      await tick(world.ports, {...scope, by: 'a run'})
      await target.deploy(v2)
      await target.setWeight(50)
      return ledger.append(event, version)
    }
    const {result} = await rollBack({...world.ports, ledger: {...ledger, append}}, scope, {why: 'customers call'})
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/restored'})
    expect(stateOf(ledger.events).rollout?.phase).toMatchObject({kind: 'ended', outcome: 'rolled-back'})
    expect(target.state).toMatchObject({stable: 'v1', candidate: null, desiredWeightPercent: 0})
  })

  test('a tick after it changes nothing more', async () => {
    const world = await duringRollout()
    await rollBack(world.ports, scope, {why: 'x'})
    expect((await tick(world.ports, scope)).result).toMatchObject({verdict: 'fail', reason: 'rollout/rolled-back'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('after a promotion brings back the release that was promoted before', async () => {
    const world = await afterTwoPromotions()
    const {result} = await rollBack(world.ports, scope, {why: 'x'})
    expect(result.subject).toEqual(v2)
    expect(stateOf(world.ports.ledger.events).current).toEqual(v2)
  })

  test('twice goes two releases back, and never forward to the one that was rolled back', async () => {
    const world = await afterTwoPromotions()
    await rollBack(world.ports, scope, {why: 'x'})
    expect((await rollBack(world.ports, scope, {why: 'x'})).result.subject).toEqual(v1)
    await expect(rollBack(world.ports, scope, {why: 'x'})).rejects.toMatchObject({code: 'rollout/no-earlier-release'})
    expect(world.ports.target.state.stable).toBe('v1')
  })

  test('goes to any earlier release of the ledger by its version', async () => {
    const world = await afterTwoPromotions()
    expect((await rollBack(world.ports, scope, {to: 'v1', why: 'x'})).result.subject).toEqual(v1)
    expect(world.ports.target.state.stable).toBe('v1')
  })

  test('to a version that never served is refused with those that did', async () => {
    const world = await afterTwoPromotions()
    await expect(rollBack(world.ports, scope, {to: 'v7', why: 'x'})).rejects.toMatchObject({
      code: 'rollout/release-unknown',
      hint: expect.stringContaining('v1, v2, v3'),
    })
  })

  test('needs no telemetry', async () => {
    const world = await duringRollout()
    const read = async () => {
      throw new Error('a rollback must not look at measurements')
    }
    const {result} = await rollBack({...world.ports, source: {kind: 'none', read}}, scope, {why: 'x'})
    expect(result.verdict).toBe('pass')
  })

  test('needs no ledger where the release is given, and warns that it is not written down', async () => {
    const world = await duringRollout()
    const {result} = await rollBack({...world.ports, ledger: broken}, scope, {to: v1, why: 'x'})
    expect(result).toMatchObject({verdict: 'warn', reason: 'rollout/restored-without-ledger'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('without ledger and release takes the traffic from the candidate, and says what it needs', async () => {
    const world = await duringRollout()
    const attempt = rollBack({...world.ports, ledger: broken}, scope, {why: 'x'})
    await expect(attempt).rejects.toMatchObject({code: 'rollout/release-unknown'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', desiredWeightPercent: 0})
  })

  test('that the router does not carry out is an error, and each following tick goes on trying', async () => {
    const world = await duringRollout()
    const restore = async () => {
      throw new SystemError('router/down', 'the router is down', {system: 'router', retryable: true})
    }
    const ports = {...world.ports, target: {...world.ports.target, restore}}
    const {result} = await rollBack(ports, scope, {why: 'x'})
    expect(result).toMatchObject({verdict: 'error', reason: 'rollout/restore-failed'})
    expect(result.summary).toContain('NOT restored')
    expect((await tick(ports, scope)).result.verdict).not.toBe('pass')
    await tick(world.ports, scope)
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('that overtakes a run in the middle of an act is not undone by it', async () => {
    const world = createWorld({traffic: {perSecond: 20, bad: {}}})
    const {target, ledger} = world.ports
    await startRollout(world.ports, scope, {environment: environment(), candidate: v2, stable: v1})
    const deploy: typeof target.deploy = async late => {
      await rollBack(world.ports, scope, {why: 'overtakes'})
      await target.deploy(late)
    }
    const {result} = await tick({...world.ports, target: {...target, deploy}}, scope)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/rolled-back'})
    expect(target.state).toMatchObject({stable: 'v1', candidate: null})
    expect(ledger.events).toContainEqual(expect.objectContaining({reason: 'rollout/late-act-undone'}))
  })

  test('that loses its answer is not done twice', async () => {
    const world = await duringRollout()
    let restores = 0
    const restore: typeof world.ports.target.restore = async to => {
      restores++
      await world.ports.target.restore(to)
      throw new SystemError('router/timeout', 'no answer', {system: 'router', retryable: true})
    }
    const ports = {...world.ports, target: {...world.ports.target, restore}}
    expect((await rollBack(ports, scope, {why: 'x'})).result.verdict).toBe('pass')
    expect(restores).toBe(1)
  })
})
