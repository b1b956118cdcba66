import {describe, expect, test} from 'vitest'
import {holdReason} from '../../../src/rollout/decide/holds.ts'
import {requestRollout} from '../../../src/rollout/run/request.ts'
import {tick} from '../../../src/rollout/run/tick.ts'
import {runRollout} from '../../../src/rollout/run.ts'
import {rolloutOf, scope, started, until, v1, type World} from '../world.ts'

const healthy = {perSecond: 20, bad: {}}

function holdOf(world: World) {
  const target = {kind: 'read', state: {...world.ports.target.state}} as const
  const facts = {target, missingEvidence: [], current: v1, overtaken: false}
  return holdReason(rolloutOf(world), facts, world.ports.clock.now().getTime())?.reason
}

describe('a candidate from which somebody else took all traffic', () => {
  async function starved(): Promise<World> {
    const world = await started({traffic: healthy})
    await runRollout(world.ports, scope, until(world, 10))
    await world.ports.target.setWeight(0)
    world.ports.source.breakWith({kind: 'no-data', detail: 'v2 has no series'})
    await tick(world.ports, scope)
    return world
  }

  test('gets it back by a resume, although it has no request by which it could be judged', async () => {
    const world = await starved()
    expect(rolloutOf(world).phase).toMatchObject({reason: 'rollout/weight-changed-by-someone-else'})
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'the incident is over'})
    await tick(world.ports, scope)
    expect(world.ports.target.state.desiredWeightPercent).toBe(5)
  })

  test('is held for want of requests once the weight is in force again, and goes on when they come', async () => {
    const world = await starved()
    await requestRollout(world.ports, scope, {kind: 'resume', why: 'the incident is over'})
    await runRollout(world.ports, scope, until(world, 10))
    expect(holdOf(world)).toBe('rollout/no-traffic')
    world.ports.source.breakWith(null)
    await runRollout(world.ports, scope, until(world, 10))
    expect(holdOf(world)).toBeUndefined()
  })
})

describe('a candidate without a request', () => {
  /** Looks so many milliseconds apart, of which none sees a request. */
  async function looks(count: number, apartMs: number) {
    const world = await started({})
    await tick(world.ports, scope)
    for (let look = 0; look < count; look++) {
      world.ports.clock.advance(apartMs)
      await tick(world.ports, scope)
    }
    return holdOf(world)
  }
  const tickMs = 5 * 60_000

  test.each([
    ['two looks are too few, however far apart', 2, 4 * tickMs, undefined],
    ['twenty looks within a tick, by runs at the same time, are too soon', 20, tickMs / 20, undefined],
    ['three looks over three ticks hold', 3, tickMs, 'rollout/no-traffic'],
    ['many looks hold after two ticks', 8, tickMs / 4, 'rollout/no-traffic'],
  ])('%s', async (_, count, apartMs, reason) => {
    expect(await looks(count, apartMs)).toBe(reason)
  })
})
