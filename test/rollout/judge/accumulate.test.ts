import {describe, expect, test} from 'vitest'
import {firstStanding, noStanding, sumOfAll} from '../../../src/rollout/judge/accumulate.ts'
import {judgeGuard} from '../../../src/rollout/judge.ts'
import {correctionOf} from '../../../src/rollout/sequential/dispersion.ts'
import {counts, drawnLooks, guardOf, look, safety, standingAfter, tickMs} from '../world-of-guards.ts'

const errors = guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0.01})

describe('what all looks say together', () => {
  test('counts are summed at each weight, and over all of them', () => {
    const standing = standingAfter(errors, [
      {...look([1, 100], [2, 900]), weightPercent: 5},
      {...look([3, 100], [4, 900]), weightPercent: 5},
      {...look([5, 500], [6, 500]), weightPercent: 25},
    ])
    expect(standing.atWeights).toEqual([
      {weightPercent: 5, candidate: counts(200, 4), stable: counts(1800, 6)},
      {weightPercent: 25, candidate: counts(500, 5), stable: counts(500, 6)},
    ])
    expect(sumOfAll(standing.atWeights)).toEqual({candidate: counts(700, 9), stable: counts(2300, 12)})
  })

  test('a look that missed a series is left out of what safety rests on', () => {
    const standing = standingAfter(errors, [look([1, 100], [2, 900]), {...look([3, 50], [4, 900]), isPartial: true}])
    expect(standing.atWeights[0]?.candidate.n).toBe(150)
    expect(standing.wholeAtWeights[0]?.candidate.n).toBe(100)
  })

  test('the pace is that of the last looks at this weight', () => {
    const at5 = Array.from({length: 5}, () => ({...look([0, 100], [0, 900]), weightPercent: 5}))
    expect(standingAfter(errors, at5).recent).toHaveLength(3)
    const moved = standingAfter(errors, [...at5, {...look([0, 500], [0, 500]), weightPercent: 25}])
    expect(moved.recent).toEqual([{spanMs: tickMs, candidate: counts(500, 0), stable: counts(500, 0)}])
  })

  test('the same looks give the same standing, through JSON and back', () => {
    const looks = drawnLooks(30, [200, 0.02], [1800, 0.01], 7)
    const whole = standingAfter(errors, looks)
    const half = JSON.parse(JSON.stringify(standingAfter(errors, looks.slice(0, 15))))
    const resumed = looks.slice(15).reduce((standing, each, index) => {
      const shifted = standingAfter(errors, [each], standing)
      return {...shifted, lastAt: (16 + index) * tickMs}
    }, half)
    const weight = {weightPercent: 10}
    expect(judgeGuard(errors, resumed, weight, safety).tests).toEqual(judgeGuard(errors, whole, weight, safety).tests)
  })

  test('where the buckets of a histogram change, the newer counts stand alone', () => {
    const guard = guardOf('distribution', {kind: 'distribution-may-shift', distance: 0.1, alpha: 0.01})
    const shape = (bounds: number[], n: number) => ({n, bounds, buckets: [n, ...bounds.map(() => 0)]})
    const standing = standingAfter(guard, [
      {candidate: shape([1], 10), stable: shape([1], 90)},
      {candidate: shape([1, 2], 20), stable: shape([1, 2], 80)},
    ])
    expect(standing.atWeights[0]?.candidate).toEqual(shape([1, 2], 20))
  })
})

describe('what a rollout knows from the one before', () => {
  const plan = {guards: [errors]}

  test('how bad requests cluster, so that it needs no time of caution', () => {
    const learned = standingAfter(errors, drawnLooks(60, [200, 0.01], [1800, 0.01], 8))
    const inherited = firstStanding(errors, {plan, guards: {errors: learned}})
    expect(inherited).toMatchObject({atWeights: [], tests: [], recent: [], lastAt: null})
    expect(correctionOf(inherited.dispersion).factor).toBe(1)
    expect(correctionOf(noStanding.dispersion).factor).toBeGreaterThan(1)
  })

  test('nothing where the guard asked something else, or is new', () => {
    const learned = standingAfter(errors, drawnLooks(60, [200, 0.01], [1800, 0.01], 8))
    const other = {...errors, query: {...errors.query, name: 'errors', of: 'other_total'}} as typeof errors
    expect(firstStanding(other, {plan, guards: {errors: learned}})).toEqual(noStanding)
    expect(firstStanding(errors, {plan: {guards: []}, guards: {errors: learned}})).toEqual(noStanding)
    expect(firstStanding(errors, null)).toEqual(noStanding)
  })
})
