import {describe, expect, test} from 'vitest'
import {
  harmRatiosOfRateAboveLimit,
  rateAboveLimit,
  rateBelowBound,
} from '../../../src/rollout/sequential/rate-against-limit.ts'
import {divergence} from '../../../src/rollout/sequential/sample-size.ts'
import {binomial, seededRandom} from '../../simulation/random.ts'

describe('a rate above a limit', () => {
  // One request, from the formula of the mixture in 60-digit decimal arithmetic (Python's decimal).
  test('one bad request multiplies by the mean of r/(1 + (r - 1) p0)', () => {
    expect(Math.exp(rateAboveLimit({n: 1, bad: 1}, 0.01))).toBeCloseTo(9.76199834456974, 9)
  })

  test('one good request multiplies by the mean of 1/(1 + (r - 1) p0)', () => {
    expect(Math.exp(rateAboveLimit({n: 1, bad: 0}, 0.01))).toBeCloseTo(0.911494966216467, 9)
  })

  // The same arithmetic, rounded to nine digits.
  test.each([
    [300, 15, 0.01, 10.561337685],
    [1200, 12, 0.01, -2.39874144],
    [1000, 80, 0.05, 5.951153571],
    [100, 60, 0.5, 0.413460805],
    [40, 40, 0.95, 1.578800612],
  ])('%i requests, %i bad, limit %d: ln e = %d', (n, bad, limit, expected) => {
    expect(rateAboveLimit({n, bad}, limit)).toBeCloseTo(expected, 8)
  })

  test('without requests there is no evidence', () => expect(rateAboveLimit({n: 0, bad: 0}, 0.001)).toBe(0))

  test('one more bad request raises e, one more good request lowers it', () => {
    for (const limit of [0.0001, 0.01, 0.3, 0.9]) {
      for (const [n, bad] of [
        [1, 0],
        [50, 10],
        [10_000, 30],
      ] as const) {
        const here = rateAboveLimit({n, bad}, limit)
        expect(rateAboveLimit({n: n + 1, bad: bad + 1}, limit)).toBeGreaterThan(here)
        expect(rateAboveLimit({n: n + 1, bad}, limit)).toBeLessThan(here)
      }
    }
  })

  test('counts divided by ten say a tenth as much, alternative by alternative', () => {
    const whole = harmRatiosOfRateAboveLimit({n: 1000, bad: 30}, 0.01)
    const tenth = harmRatiosOfRateAboveLimit({n: 100, bad: 3}, 0.01)
    for (const [k, ratio] of whole.entries()) expect(tenth[k]).toBeCloseTo(ratio / 10, 10)
  })

  test('extreme counts give finite numbers', () => {
    for (const limit of [1e-9, 0.001, 0.5, 0.95, 0.999999]) {
      for (const [n, bad] of [
        [1, 1],
        [1e9, 0],
        [1e9, 1e9],
        [1e9, 5e8],
      ] as const) {
        expect(rateAboveLimit({n, bad}, limit)).toSatisfy(Number.isFinite)
        expect(rateBelowBound({n, bad}, limit)).toSatisfy(Number.isFinite)
      }
    }
  })

  test('a release exactly at its limit is aborted in at most alpha of all rollouts, looked at 200 times', () => {
    const random = seededRandom(1)
    const runs = 1000
    const alpha = 0.05
    const aborted = count(runs, () => everAbove(random, {rate: 0.05, limit: 0.05, perLook: 10, looks: 200, alpha}))
    // Expected at most 50; the standard deviation of 1000 draws at 5 % is 6.9.
    expect(aborted).toBeLessThanOrEqual(alpha * runs)
    expect(aborted).toBeGreaterThan(0)
  })

  test('a release whose rate swings below its limit is aborted no more often', () => {
    const random = seededRandom(2)
    const rates = [0.05, 0.005, 0.05, 0.02]
    const aborted = count(500, () => {
      let n = 0
      let bad = 0
      return rates.some(rate => {
        n += 300
        bad += binomial(random, 300, rate)
        return rateAboveLimit({n, bad}, 0.05) >= Math.log(1 / 0.05)
      })
    })
    expect(aborted).toBeLessThanOrEqual(25)
  })

  // ln(1/alpha)/KL is what a test needs that knows both rates (Wald 1945); the median of a mixture is above it.
  test.each([
    [2, 1.4],
    [4, 1.4],
    [10, 1.4],
  ])('%i times the limit is found within %d of the bound', (times, most) => {
    const random = seededRandom(times)
    const limit = 0.02
    const alpha = 0.01
    const needed = Array.from({length: 301}, () => requestsToAbort(random, times * limit, limit, alpha)).toSorted(
      (a, b) => a - b,
    )
    const bound = Math.log(1 / alpha) / divergence(times * limit, limit)
    const ratio = (needed[150] ?? Number.NaN) / bound
    expect(ratio).toBeLessThan(most)
    expect(ratio).toBeGreaterThan(0.7)
  })
})

describe('a rate below a bound', () => {
  // From the same decimal arithmetic as above.
  test.each([
    [1500, 0, 0.002, 2.106997264],
    [3600, 7, 0.02, 47.641259168],
    [200, 30, 0.1, -4.324966614],
  ])('%i requests, %i bad, bound %d: ln e = %d', (n, bad, bound, expected) => {
    expect(rateBelowBound({n, bad}, bound)).toBeCloseTo(expected, 8)
  })

  test('a release exactly at the bound is called safe in at most 5 % of all rollouts', () => {
    const random = seededRandom(3)
    const wronglySafe = count(1000, () => {
      let n = 0
      let bad = 0
      for (let look = 0; look < 100; look++) {
        n += 20
        bad += binomial(random, 20, 0.05)
        if (rateBelowBound({n, bad}, 0.05) >= Math.log(20)) return true
      }
      return false
    })
    expect(wronglySafe).toBeLessThanOrEqual(50)
    expect(wronglySafe).toBeGreaterThan(0)
  })
})

interface Simulated {
  readonly rate: number
  readonly limit: number
  readonly perLook: number
  readonly looks: number
  readonly alpha: number
}

function everAbove(random: () => number, {rate, limit, perLook, looks, alpha}: Simulated): boolean {
  let n = 0
  let bad = 0
  for (let look = 0; look < looks; look++) {
    n += perLook
    bad += binomial(random, perLook, rate)
    if (rateAboveLimit({n, bad}, limit) >= Math.log(1 / alpha)) return true
  }
  return false
}

function requestsToAbort(random: () => number, rate: number, limit: number, alpha: number): number {
  let bad = 0
  for (let n = 1; n < 100_000; n++) {
    if (random() >= rate) continue
    bad++
    if (rateAboveLimit({n, bad}, limit) >= Math.log(1 / alpha)) return n
  }
  return Number.POSITIVE_INFINITY
}

function count(runs: number, happens: () => boolean): number {
  let times = 0
  for (let run = 0; run < runs; run++) if (happens()) times++
  return times
}
