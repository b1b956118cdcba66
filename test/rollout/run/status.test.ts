import {describe, expect, test} from 'vitest'
import {requestRollout} from '../../../src/rollout/run/request.ts'
import {readStatus} from '../../../src/rollout/run/status.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {createWorld, environment, scope, started, until} from '../world.ts'

const healthy = {perSecond: 20, bad: {}}
const hour = 3_600_000

describe('where an environment stands', () => {
  test('is asked without a trace, and without a question to the target or to the counters', async () => {
    const world = await started({traffic: healthy})
    await tick(world.ports, scope)
    const {length} = world.ports.ledger.events
    const never = async () => {
      throw new Error('asked')
    }
    const ports = {
      ...world.ports,
      target: {...world.ports.target, read: never},
      source: {...world.ports.source, read: never},
    }
    const {result} = await readStatus(ports, scope)
    expect(result).toMatchObject({reason: 'rollout/in-progress', summary: 'v2 has 5% and is running (rollout id-1).'})
    expect(world.ports.ledger.events).toHaveLength(length)
  })

  test('says where nothing was ever started', async () => {
    const {result} = await readStatus(createWorld().ports, scope)
    expect(result).toMatchObject({verdict: 'not-applicable', reason: 'rollout/nothing-running'})
  })

  test('names copies as what they are', async () => {
    const world = await started({traffic: healthy}, environment({stages: [{mirror: '50%', for: '1h'}]}))
    await tick(world.ports, scope)
    expect((await readStatus(world.ports, scope)).result.summary).toBe(
      'v2 has copies of 50% and is running (rollout id-1).',
    )
  })

  test('is an error where the candidate has traffic and its run has died', async () => {
    const world = await started({traffic: healthy})
    await tick(world.ports, scope)
    world.ports.clock.advance(2 * hour)
    const {result} = await readStatus(world.ports, scope)
    expect(result).toMatchObject({
      verdict: 'error',
      reason: 'rollout/stale',
      summary: 'v2 has 5% and is running (rollout id-1); nobody has looked for 2h: its run has died.',
    })
    expect(result.findings[0]).toMatchObject({remedy: 'Go on with `continue`, or abort it. After 6h it is aborted.'})
  })

  test('is none in a pause in which somebody looks, nor before anything reaches the candidate', async () => {
    const paused = await started({traffic: healthy})
    await tick(paused.ports, scope)
    await requestRollout(paused.ports, scope, {kind: 'pause', why: 'lunch'})
    await runRollout(paused.ports, scope, until(paused, 180))
    expect((await readStatus(paused.ports, scope)).result.summary).toBe('v2 has 5% and is paused (rollout id-1): lunch')
    const waiting = await started({traffic: healthy}, environment({}, {approvals: [{team: 'leads'}]}))
    await tick(waiting.ports, scope)
    waiting.ports.clock.advance(30 * hour)
    expect((await readStatus(waiting.ports, scope)).result).toMatchObject({reason: 'rollout/in-progress'})
  })
})
