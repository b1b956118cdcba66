/** A rollout while the source answers with fewer series than before: what is missing may be what is sick. */
import {describe, expect, test} from 'vitest'
import {runRollout} from '../../src/rollout/run.ts'
import {actsOf, eventsOf, rolloutOf, scope, started, until, type World} from './world.ts'

/** A rollout at 5 % for an hour whose candidate has a second process, `v2/b`; safe enough to go on when the hour is over. */
async function beginWithTwoProcesses(bad: number): Promise<World> {
  const world = await started({traffic: {perSecond: 200, bad: {v1: 0.001, v2: bad}}})
  world.ports.source.count('errors', 'v2/b', {n: 0, bad: 0})
  await runRollout(world.ports, scope, until(world, 50))
  expect(rolloutOf(world).weightPercent).toBe(5)
  return world
}

describe('a stage whose last look misses a process of the candidate', () => {
  test('does not end on it, says which one, and goes on by itself when it has been gone for three looks', async () => {
    const world = await beginWithTwoProcesses(0.001)
    world.ports.source.hide('v2/b', true)
    const gone = eventsOf(world, 'measured').length
    await runRollout(world.ports, scope, until(world, 30))
    const looks = eventsOf(world, 'measured').slice(gone)
    expect(looks.map(({partial}) => partial?.errors)).toEqual([
      'a series that had counted is not in the answer: candidate v2/b',
      'a series that had counted is not in the answer: candidate v2/b',
      ...looks.slice(2).map(() => undefined),
    ])
    expect(actsOf(world)).toContain('set the weight to 50%')
    expect(eventsOf(world, 'held')).toEqual([])
  })

  test('waits at the end of the dwell until the process is back', async () => {
    const world = await beginWithTwoProcesses(0.001)
    await runRollout(world.ports, scope, until(world, 6))
    world.ports.source.hide('v2/b', true)
    await runRollout(world.ports, scope, until(world, 6))
    expect(rolloutOf(world)).toMatchObject({
      weightPercent: 5,
      phase: {
        kind: 'holding',
        reason: 'rollout/incomplete-measurement',
        why: 'Guard errors was not measured completely: a series that had counted is not in the answer: candidate v2/b',
      },
    })
    world.ports.source.hide('v2/b', false)
    await runRollout(world.ports, scope, until(world, 12))
    expect(actsOf(world)).toContain('set the weight to 50%')
  })

  test('aborts all the same where what it does see is harmful', async () => {
    const world = await beginWithTwoProcesses(0.001)
    world.ports.source.hide('v2/b', true)
    world.ports.source.count('errors', 'v2', {n: 400, bad: 200})
    const {result} = await runRollout(world.ports, scope, until(world, 6))
    expect(result).toMatchObject({verdict: 'fail'})
    expect(world.ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })
})
