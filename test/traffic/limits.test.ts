import {describe, expect, test} from 'vitest'
import {UserError} from '../../src/core/failure.ts'
import {checkWeight} from '../../src/traffic/limits.ts'

function refusalOf(weightPercent: number, granularityPercent: number): UserError {
  try {
    checkWeight(weightPercent, granularityPercent)
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error(`${weightPercent} % was not refused`)
}

describe('a weight can be set', () => {
  test.each([
    [5, 1],
    [12.5, 0.5],
    // 0.3 / 0.1 is 2.9999999999999996 in floats.
    [0.3, 0.1],
    [33.3, 0.1],
    // One of three replicas, as near as a config can say it.
    [66.66, 33.33],
    // Three replicas have no step that divides 100, and can still serve nothing and everything.
    [100, 33.33],
    [0, 33.33],
    [100, 30],
  ])('%s %% in steps of %s %%', (weight, step) => {
    expect(checkWeight(weight, step)).toBe(weight)
  })
})

describe('a weight that is finer than the steps is refused with the two around it', () => {
  test.each([
    [2.5, 1, '2 % or 3 %'],
    [5, 10, '10 %'],
    [25, 33.33, '33.33 %'],
    [95, 30, '90 % or 100 %'],
    [0.25, 0.1, '0.2 % or 0.3 %'],
  ])('%s %% in steps of %s %%', (weight, step, offered) => {
    const refused = refusalOf(weight, step)
    expect(refused.code).toBe('traffic/weight-too-fine')
    expect(refused.hint).toBe(`Choose a multiple of ${step} % in rollout.stages: ${offered}.`)
  })
})

test.each([-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY])('a weight of %s %% is none at all', weight => {
  expect(refusalOf(weight, 1).code).toBe('traffic/weight-out-of-range')
})
