import {describe, expect, test} from 'vitest'
import {SystemError, UserError} from '../../src/core/failure.ts'
import {stableTallies} from '../../src/gates/stable-tallies.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import type {GuardReading, Source} from '../../src/telemetry/source.ts'
import {v1} from '../rollout/world.ts'
import {guardOf} from '../rollout/world-of-guards.ts'

const errors = guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0.01})
const score = guardOf('mean', {kind: 'mean-at-least', limit: 0.8, low: 0, high: 1, alpha: 0.01})
const scores = guardOf('distribution', {kind: 'distribution-may-shift', distance: 0.1, alpha: 0.01})
const security = guardOf('alert', {kind: 'no-alert'})

function sourceOf(guards: Readonly<Record<string, GuardReading>>): Source {
  return {kind: 'fake', read: async () => ({guards})}
}

function counted(candidate: Extract<GuardReading, {kind: 'counted'}>['candidate']): GuardReading {
  return {kind: 'counted', candidate, stable: {}}
}

async function talliesOf(guards: readonly PlannedGuard[], readings: Readonly<Record<string, GuardReading>>) {
  return stableTallies(guards, sourceOf(readings), v1)
}

describe('what the stable release counted since it began', () => {
  test('is the sum over its processes, for each kind of guard', async () => {
    const readings = {
      errors: counted({a: {n: 1000, bad: 3}, b: {n: 500, bad: 1}}),
      score: counted({a: {n: 10, sum: 8, sumOfSquares: 7}, b: {n: 10, sum: 9, sumOfSquares: 8.5}}),
      scores: counted({a: {n: 5, bounds: [0.5], buckets: [2, 3]}, b: {n: 4, bounds: [0.5], buckets: [4, 0]}}),
      security: {kind: 'alerts', firing: []} as const,
    }
    expect(await talliesOf([errors, score, scores, security], readings)).toEqual({
      errors: {n: 1500, bad: 4, suspect: 4},
      score: {n: 20, sum: 17, sumOfSquares: 15.5},
      scores: {n: 9, bounds: [0.5], buckets: [6, 3]},
    })
  })

  test.each<[string, GuardReading]>([
    ['has no data', {kind: 'no-data', detail: 'none'}],
    ['could not be asked', {kind: 'query-failed', detail: 'timeout'}],
    ['counts what cannot be', counted({a: {n: 10, bad: 11}})],
    ['has processes with other buckets', counted({a: {n: 5, bad: 0}, b: {n: 5, bounds: [0.5], buckets: [5, 0]}})],
  ])('leaves a guard out that %s, instead of planning with a wrong number', async (_, reading) => {
    expect(await talliesOf([errors], {errors: reading})).toEqual({})
  })

  test('is nothing where nothing serves yet, or nobody answers; what is wrong in the config is said', async () => {
    const failing = (error: Error): Source => ({kind: 'fake', read: async () => Promise.reject(error)})
    const silent = new SystemError('telemetry/silent', 'No answer.', {system: 'prometheus', retryable: true})
    expect(await stableTallies([errors], failing(silent), v1)).toEqual({})
    expect(await stableTallies([errors], failing(silent), null)).toEqual({})
    const wrong = new UserError('telemetry/token-missing', 'No token.')
    await expect(stableTallies([errors], failing(wrong), v1)).rejects.toBe(wrong)
  })
})
