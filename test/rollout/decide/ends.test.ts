import {describe, expect, test} from 'vitest'
import {SystemError} from '../../../src/core/failure.ts'
import {afterEnd} from '../../../src/rollout/decide/ends.ts'
import type {RolloutPorts} from '../../../src/rollout/ports.ts'
import {requestRollout} from '../../../src/rollout/run/request.ts'
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
  release,
  rolloutOf,
  scope,
  started,
  until,
  v1,
  v2,
  type World,
} from '../world.ts'

const minute = 60_000

/** A run is overtaken by a rollback in the middle of its deployment, and then the router does not answer for a while. */
async function overtaken(silentMs: number): Promise<{world: World; ports: RolloutPorts}> {
  const world = createWorld({traffic: {perSecond: 20, bad: {}}})
  const {target, clock} = world.ports
  await startRollout(world.ports, scope, {environment: environment(), candidate: v2, stable: v1})
  let silentUntil = 0
  const read: typeof target.read = async () => {
    if (clock.now().getTime() >= silentUntil) return target.read()
    throw new SystemError('router/timeout', 'no answer', {system: 'router', retryable: true})
  }
  const deploy: typeof target.deploy = async late => {
    if (silentUntil === 0) await rollBack(world.ports, scope, {why: 'overtakes'})
    silentUntil = clock.now().getTime() + silentMs
    await target.deploy(late)
  }
  return {world, ports: {...world.ports, target: {...target, read, deploy}}}
}

describe('a run that moved traffic after the end', () => {
  test('waits for a target that does not answer, and undoes it then', async () => {
    const {world, ports} = await overtaken(12 * minute)
    const {result} = await runRollout(ports, scope, until(world, 60))
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/rolled-back'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
    expect(eventsOf(world, 'act-confirmed')).toHaveLength(1)
  })

  test('leaves it to whoever ticks next, where its time is up first', async () => {
    const {world, ports} = await overtaken(12 * minute)
    const first = await tick(ports, scope)
    expect(first.result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/target-unreachable'})
    expect(world.ports.target.state.candidate).toBe('v2')
    world.ports.clock.advance(60 * minute)
    await tick(ports, {...scope, by: 'the watchdog'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })

  test('waits no longer than until the watchdog would come', async () => {
    const {world, ports} = await overtaken(1000 * 60 * minute)
    const began = world.ports.clock.now().getTime()
    const {result, next} = await runRollout(ports, scope, until(world, 5000))
    expect(result).toMatchObject({verdict: 'inconclusive', reason: 'rollout/target-unreachable'})
    expect(next).toEqual({kind: 'wait'})
    expect(world.ports.clock.now().getTime() - began).toBeLessThanOrEqual(66 * minute)
    // Said once, however often it looked.
    expect(actsOf(world).filter(act => act === 'restore v1')).toHaveLength(1)
  })

  test('leaves alone what others did before the target answered again', async () => {
    const {world, ports} = await overtaken(12 * minute)
    await tick(ports, scope)
    Object.assign(world.ports.target.state, {stable: 'v9', candidate: null})
    world.ports.clock.advance(60 * minute)
    await tick(ports, scope)
    expect(world.ports.target.state).toMatchObject({stable: 'v9', candidate: null})
  })
})

test('a restoration that was under way when a person went back to another release does not undo that', async () => {
  const world = await started({traffic: {perSecond: 20, bad: {}}})
  await runRollout(world.ports, scope, until(world, 10))
  const {version} = await world.ports.ledger.read()
  const stamp = {schemaVersion: 2, at: world.ports.clock.now().toISOString(), by: 'run 1', rollout: rolloutOf(world).id}
  const why = {reason: 'rollout/flood', why: 'bad'} as const
  const act = {kind: 'restore', release: v1} as const
  await world.ports.ledger.append({...stamp, ...why, type: 'act-intended', id: 'abort', act}, version)
  await rollBack(world.ports, scope, {to: release('v0'), why: 'v1 is sick as well'})
  await tick(world.ports, scope)
  expect(world.ports.target.state).toMatchObject({stable: 'v0', candidate: null})
  // The run that aborted is late, and its restoration arrives after all.
  await world.ports.target.restore(v1)
  await tick(world.ports, scope)
  expect(world.ports.target.state).toMatchObject({stable: 'v0', candidate: null})
})

test('an abort that the target had confirmed does not end while a late run has put the candidate back', async () => {
  const world = await started({traffic: {perSecond: 20, bad: {}}})
  const {target, ledger} = world.ports
  await runRollout(world.ports, scope, until(world, 10))
  await requestRollout(world.ports, scope, {kind: 'abort', why: 'complaints'})
  // The run that aborts dies between the confirmation and the end.
  const append: typeof ledger.append = async (event, version) => {
    if (event.type === 'rollout-ended') throw new SystemError('ledger/down', 'no', {system: 'ledger', retryable: false})
    return ledger.append(event, version)
  }
  await expect(tick({...world.ports, ledger: {...ledger, append}}, scope)).rejects.toThrow('no')
  expect(rolloutOf(world).phase).toMatchObject({kind: 'aborting', restored: true})
  await target.deploy(v2)
  await tick(world.ports, scope)
  expect(target.state).toMatchObject({stable: 'v1', candidate: null})
  expect(rolloutOf(world).phase).toMatchObject({kind: 'ended', reason: 'rollout/abort-requested'})
  expect(actsOf(world).slice(-2)).toEqual(['restore v1', 'restore v1'])
})

test('nothing is done after the end by a run that moved nothing', async () => {
  const world = await started({traffic: {perSecond: 20, bad: {}}})
  await rollBack(world.ports, scope, {why: 'x'})
  const {rollout, current} = stateOf(world.ports.ledger.events)
  if (!rollout) throw new Error('no rollout')
  const target = {kind: 'unreadable', detail: 'no answer'} as const
  const facts = {target, missingEvidence: [], current, overtaken: false}
  expect(afterEnd(rollout, facts, world.ports.clock.now().getTime())).toEqual({kind: 'done'})
})
