import {describe, expect, test} from 'vitest'
import {stableTallies} from '../../src/gates/stable-tallies.ts'
import type {GuardReading} from '../../src/telemetry/source.ts'
import {guardOf} from '../rollout/world-of-guards.ts'

const errors = guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0.01})
const score = guardOf('mean', {kind: 'mean-at-least', limit: 0.8, low: 0, high: 1, alpha: 0.01})
const scores = guardOf('distribution', {kind: 'distribution-may-shift', distance: 0.1, alpha: 0.01})
const security = guardOf('alert', {kind: 'no-alert'})

function counted(candidate: Extract<GuardReading, {kind: 'counted'}>['candidate']): GuardReading {
  return {kind: 'counted', candidate, stable: {}}
}

describe('what the stable release counted since it began', () => {
  test('is the sum over its processes, for each kind of guard', () => {
    const readings = {
      errors: counted({a: {n: 1000, bad: 3}, b: {n: 500, bad: 1}}),
      score: counted({a: {n: 10, sum: 8, sumOfSquares: 7}, b: {n: 10, sum: 9, sumOfSquares: 8.5}}),
      scores: counted({a: {n: 5, bounds: [0.5], buckets: [2, 3]}, b: {n: 4, bounds: [0.5], buckets: [4, 0]}}),
      security: {kind: 'alerts', firing: []} as const,
    }
    expect(stableTallies([errors, score, scores, security], readings)).toEqual({
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
  ])('leaves a guard out that %s, instead of planning with a wrong number', (_, reading) => {
    expect(stableTallies([errors], {errors: reading})).toEqual({})
  })

  test('is nothing where nothing was read', () => {
    expect(stableTallies([errors], {})).toEqual({})
  })
})
