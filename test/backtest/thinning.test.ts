import {describe, expect, test} from 'vitest'
import {drawHypergeometric, keptFor, thinLine, thinTally} from '../../src/backtest/thinning.ts'
import {createRandom} from '../../src/core/random.ts'
import {counts, minute, start} from './lines.ts'

describe('what is kept of a trace', () => {
  const arms = {candidate: counts(100, 1), stable: counts(900, 9)}
  test.each([
    // 10 % of requests were the candidate's: 1 for 9.
    ['at the same weight, everything', 1 / 9, 1, 1],
    ['at a lower weight, part of the candidate’s: 5 % is 47.4 for 900', 5 / 95, (900 * 5) / 95 / 100, 1],
    ['at a higher weight, part of the stable release’s: 50 % is 100 for 100', 1, 1, 1 / 9],
    ['at all traffic, nothing of the stable release’s', Number.POSITIVE_INFINITY, 1, 0],
    ['at no traffic, nothing of the candidate’s', 0, 0, 1],
  ])('%s', (_, ratio, candidate, stable) => {
    const kept = keptFor(arms, ratio)
    expect(kept.candidate).toBeCloseTo(candidate, 12)
    expect(kept.stable).toBeCloseTo(stable, 12)
  })

  test('nothing can be kept in proportion where one side had no request: then there is nothing to compare', () => {
    expect(keptFor({candidate: counts(0, 0), stable: counts(900, 9)}, 1)).toEqual({candidate: 1, stable: 1})
    expect(keptFor({candidate: counts(100, 1), stable: counts(0, 0)}, 1)).toEqual({candidate: 0, stable: 0})
  })
})

describe('thinning', () => {
  test('keeps exactly as many as it should, and never more bad ones than there were', () => {
    const random = createRandom(7)
    for (let run = 0; run < 200; run++) {
      const thin = thinTally(counts(50, 10, 20), 20, random)
      if (!('bad' in thin)) throw new Error('a count became something else')
      expect(thin.n).toBe(20)
      expect(thin.bad).toBeLessThanOrEqual(10)
      expect(thin.bad).toBeLessThanOrEqual(thin.suspect)
      expect(thin.suspect - thin.bad).toBeLessThanOrEqual(10)
    }
  })

  test('guards that counted the same requests lose the same number of them', () => {
    const both = {candidate: counts(1000, 10), stable: counts(1000, 10)}
    const guards = {errors: both, latency: {...both, candidate: counts(1000, 300)}}
    const line = {at: start + minute, weightPercent: 50, guards, absent: {}, alerts: {}}
    const thin = thinLine(line, 0.25, 20, {random: createRandom(1), ranges: {}})
    expect(thin.weightPercent).toBe(20)
    expect(thin.guards.errors?.candidate.n).toBe(thin.guards.latency?.candidate.n)
    // A quarter of 1000, give or take five standard deviations of 13.7.
    expect(Math.abs((thin.guards.errors?.candidate.n ?? 0) - 250)).toBeLessThan(69)
  })

  test('is the same for the same seed, and another for another', () => {
    const line = {
      at: start,
      weightPercent: 50,
      guards: {errors: {candidate: counts(5000, 40), stable: counts(5000, 40)}},
      absent: {},
      alerts: {},
    }
    const of = (seed: number) => thinLine(line, 0.1, 9, {random: createRandom(seed), ranges: {}})
    expect(of(3)).toEqual(of(3))
    expect(of(3)).not.toEqual(of(4))
  })

  test('of a mean stays within what values are possible, and keeps no squares that nobody measured', () => {
    const random = createRandom(5)
    for (let run = 0; run < 200; run++) {
      const thin = thinTally({n: 10, sum: 9.5, sumOfSquares: 9.5}, 1, random, [0, 1])
      if (!('sum' in thin)) throw new Error('a mean became something else')
      expect(thin.sum).toBeGreaterThanOrEqual(0)
      expect(thin.sum).toBeLessThanOrEqual(1)
    }
    expect(thinTally({n: 10, sum: 5, sumOfSquares: null}, 4, random)).toEqual({n: 4, sum: 2, sumOfSquares: null})
    expect(thinTally({n: 10, sum: 5, sumOfSquares: null}, 0, random)).toEqual({n: 0, sum: 0, sumOfSquares: null})
  })

  test('of events keeps each with the chance of a request, also where there are more events than requests', () => {
    const random = createRandom(9)
    const draws = Array.from({length: 2000}, () => thinTally(counts(10, 40), 5, random))
    const kept = draws.map(thin => ('bad' in thin ? thin.bad : Number.NaN))
    expect(draws.every(thin => thin.n === 5)).toBe(true)
    // Half of 40, with a standard deviation of 3.2: five standard errors of the mean of 2000 draws are 0.36.
    expect(Math.abs(kept.reduce((sum, each) => sum + each, 0) / kept.length - 20)).toBeLessThan(0.36)
  })

  test('of guards that count other requests each by its own share', () => {
    const guards = {
      errors: {candidate: counts(1000, 0), stable: counts(9000, 0)},
      sampled: {candidate: counts(1000, 0), stable: counts(1000, 0)},
    }
    const line = {at: start, weightPercent: 10, guards, absent: {}, alerts: {}}
    const thin = thinLine(line, 1 / 19, 5, {random: createRandom(3), ranges: {}})
    // 9000/19 = 474 and 1000/19 = 53, give or take five standard deviations of 16 and 7.
    expect(Math.abs((thin.guards.errors?.candidate.n ?? 0) - 474)).toBeLessThan(80)
    expect(Math.abs((thin.guards.sampled?.candidate.n ?? 0) - 53)).toBeLessThan(36)
  })

  test('of buckets takes from each, and as many as it should in all', () => {
    const thin = thinTally({n: 60, bounds: [1, 2], buckets: [10, 20, 30]}, 25, createRandom(2))
    if (!('buckets' in thin)) throw new Error('a shape became something else')
    expect(thin.buckets.reduce((sum, count) => sum + count, 0)).toBe(25)
    expect(thin.buckets.every((count, index) => count <= ([10, 20, 30][index] ?? 0))).toBe(true)
  })
})

describe('the hypergeometric draw', () => {
  test.each([
    [10, 100, 30],
    [30, 100, 10],
    [5, 20, 18],
    [12, 20, 9],
  ])(
    'of %i marked among %i in a sample of %i has the mean and the variance of that distribution',
    (marked, total, size) => {
      const random = createRandom(11)
      const draws = Array.from({length: 20_000}, () => drawHypergeometric(random, marked, total, size))
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
      const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length
      const share = marked / total
      const expected = size * share * (1 - share) * ((total - size) / (total - 1))
      // Five standard errors of the mean of 20 000 draws.
      expect(Math.abs(mean - size * share)).toBeLessThan(5 * Math.sqrt(expected / draws.length))
      expect(variance / expected).toBeGreaterThan(0.93)
      expect(variance / expected).toBeLessThan(1.07)
    },
  )
})
