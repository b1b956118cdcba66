import {describe, expect, test} from 'vitest'
import {runRollout} from '../../src/rollout/run.ts'
import {startRollout} from '../../src/rollout/run-start.ts'
import {createWorld, environment, scope, v1, v2} from './world.ts'

const never = {until: Number.POSITIVE_INFINITY}

describe('a rollout from start to end', () => {
  test('a healthy release passes every stage and is promoted', async () => {
    const {ports} = createWorld({traffic: {perSecond: 20, bad: {v1: 0.002, v2: 0.002}}})
    await startRollout(ports, scope, {environment: environment(), candidate: v2, stable: v1})
    const {result, next} = await runRollout(ports, scope, never)
    expect(next).toEqual({kind: 'done'})
    expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
    expect(ports.target.state).toMatchObject({stable: 'v2', candidate: null})
  })
  test('a harmful release is aborted', async () => {
    const {ports} = createWorld({traffic: {perSecond: 20, bad: {v1: 0.002, v2: 0.05}}})
    await startRollout(ports, scope, {environment: environment(), candidate: v2, stable: v1})
    const {result} = await runRollout(ports, scope, never)
    expect(result).toMatchObject({verdict: 'fail', reason: 'rollout/share-above-limit'})
    expect(ports.target.state).toMatchObject({stable: 'v1', candidate: null})
  })
})
