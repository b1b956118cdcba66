import {describe, expect, test} from 'vitest'
import {worse} from '../../../src/rollout/sequential/alternatives.ts'
import {logMixture} from '../../../src/rollout/sequential/mixture.ts'
import {
  harmRatiosOfRateAboveStable,
  rateBelowStable,
  type Stratum,
} from '../../../src/rollout/sequential/rate-against-stable.ts'
import {binomial, seededRandom} from '../../simulation/random.ts'

function stratum(n: number, bad: number, m: number, stableBad: number): Stratum {
  return {candidate: {n, bad}, stable: {n: m, bad: stableBad}}
}

/** The plain mixture over all counts at once, of which an e-process is one for each start. */
function rateAboveStable(strata: readonly Stratum[], times: number): number {
  const sums = worse.ratios.map(() => 0)
  for (const each of strata) {
    for (const [k, ratio] of harmRatiosOfRateAboveStable(each, times).entries()) sums[k] = (sums[k] ?? 0) + ratio
  }
  return logMixture(worse.weights, sums)
}

describe('a rate above the stable release’s', () => {
  test('at equal traffic one bad candidate request multiplies by the mean of 2d/(d+1)', () => {
    const expected = worse.ratios.reduce((sum, d, k) => sum + (2 * d * (worse.weights[k] ?? 0)) / (d + 1), 0)
    expect(Math.exp(rateAboveStable([stratum(10, 1, 10, 0)], 1))).toBeCloseTo(expected, 9)
    // The same in 60-digit decimal arithmetic (Python's decimal).
    expect(expected).toBeCloseTo(1.612911852597872, 12)
  })

  // From the formula of the mixture in 60-digit decimal arithmetic (Python's decimal).
  test.each([
    ['one weight', [stratum(300, 15, 5700, 11)], 1, 26.094313122],
    ['one weight, 1.5 times allowed', [stratum(300, 15, 5700, 11)], 1.5, 20.712055609],
    ['two weights', [stratum(300, 3, 5700, 50), stratum(3000, 30, 3000, 28)], 1, -2.172600713],
  ])('%s', (_, strata, times, expected) => expect(rateAboveStable(strata, times)).toBeCloseTo(expected, 8))

  test('the mirror shows a candidate below twice stable', () => {
    const strata = [stratum(300, 3, 5700, 50), stratum(3000, 30, 3000, 28)]
    expect(rateBelowStable(strata, 2)).toBeCloseTo(1.946533726, 8)
  })

  test('without bad requests, and without traffic on one side, there is no evidence', () => {
    expect(rateAboveStable([], 1)).toBe(0)
    expect(rateAboveStable([stratum(1000, 0, 1000, 0)], 1)).toBeCloseTo(0, 12)
    expect(rateAboveStable([stratum(1000, 500, 0, 0), stratum(0, 0, 1000, 9)], 1)).toBe(0)
  })

  test('extreme counts give finite numbers', () => {
    for (const each of [stratum(1, 1, 1e9, 0), stratum(1e9, 1e9, 1, 1), stratum(1e9, 0, 1e9, 1e9)]) {
      expect(rateAboveStable([each], 1)).toSatisfy(Number.isFinite)
      expect(rateBelowStable([each], 2)).toSatisfy(Number.isFinite)
    }
  })

  test('an outage that hits both releases alike does not abort', () => {
    const calm = stratum(1000, 2, 9000, 18)
    const outage = stratum(100, 60, 900, 540)
    expect(rateAboveStable([calm, outage], 1)).toBeLessThan(Math.log(100))
  })

  test('a healthy release is aborted in at most alpha of all rollouts, over a ramp and with bursts in both', () => {
    const random = seededRandom(7)
    const aborted = count(400, () => {
      const weights = [0.05, 0.25, 0.5]
      const strata: Stratum[] = []
      for (const weight of weights) {
        let sum = stratum(0, 0, 0, 0)
        for (let look = 0; look < 40; look++) {
          const rate = random() < 0.05 ? 0.3 : 0.01
          const n = Math.round(200 * weight)
          sum = plus(sum, n, binomial(random, n, rate), 200 - n, binomial(random, 200 - n, rate))
          if (rateAboveStable([...strata, sum], 1) >= Math.log(1 / 0.05)) return true
        }
        strata.push(sum)
      }
      return false
    })
    expect(aborted).toBeLessThanOrEqual(20)
  })

  test('a router that sends 15 % where 10 % was asked for changes nothing, since requests are counted', () => {
    const random = seededRandom(8)
    const aborted = count(300, () => {
      let sum = stratum(0, 0, 0, 0)
      for (let look = 0; look < 60; look++) {
        sum = plus(sum, 30, binomial(random, 30, 0.05), 170, binomial(random, 170, 0.05))
        if (rateAboveStable([sum], 1) >= Math.log(1 / 0.05)) return true
      }
      return false
    })
    expect(aborted).toBeLessThanOrEqual(15)
  })

  // The docstring's argument, by enumeration: E[a^c T^s] over independent requests, also where errors are not rare.
  test.each([
    [3, 5, 0.9, 1],
    [20, 180, 0.3, 1],
    [50, 50, 0.4, 2],
    [90, 10, 0.45, 2],
  ])(
    'at the boundary of H0, %i and %i requests at a rate of %d × %d, no alternative expects more than 1',
    (n, m, p, times) => {
      const allowed = (n * times) / (n * times + m)
      for (const ratio of worse.ratios) {
        const tilt = 1 / (1 + (ratio - 1) * allowed)
        const candidateRate = p * times
        const expected = (1 - candidateRate + candidateRate * ratio * tilt) ** n * (1 - p + p * tilt) ** m
        expect(expected).toBeLessThanOrEqual(1 + 1e-12)
      }
    },
  )

  test('four times the stable rate is found with about the 37 bad requests that the plan promises', () => {
    const random = seededRandom(9)
    const seen = Array.from({length: 201}, () => {
      // Each bad request is the candidate's with probability q(4) = 0.1*4/(0.1*4+0.9).
      let sum = stratum(1000, 0, 9000, 0)
      for (let bad = 1; ; bad++) {
        const isOurs = random() < 0.4 / 1.3
        sum = plus(sum, 0, isOurs ? 1 : 0, 0, isOurs ? 0 : 1)
        if (rateAboveStable([sum], 1) >= Math.log(100)) return bad
      }
    }).toSorted((a, b) => a - b)
    expect(seen[100]).toBeGreaterThan(20)
    expect(seen[100]).toBeLessThan(50)
  })
})

function plus({candidate, stable}: Stratum, n: number, bad: number, m: number, stableBad: number): Stratum {
  return stratum(candidate.n + n, candidate.bad + bad, stable.n + m, stable.bad + stableBad)
}

function count(runs: number, happens: () => boolean): number {
  let times = 0
  for (let run = 0; run < runs; run++) if (happens()) times++
  return times
}
