import {describe, expect, test} from 'vitest'
import {logEOf, newEProcess, observe} from '../../../src/rollout/sequential/e-process.ts'
import {addMeans, type Mean, meanWeights, mirrored, noMean} from '../../../src/rollout/sequential/mean.ts'
import {ratiosOfMeanAbove, ratiosOfMeanBelow} from '../../../src/rollout/sequential/mean-against-limit.ts'
import {logMixture} from '../../../src/rollout/sequential/mixture.ts'
import {seededRandom} from '../../simulation/random.ts'
import {kinds, meansOf, sumsOf} from './values.ts'
import {count, median} from './world.ts'

const names = ['conversions', 'score', 'purchases', 'cost'] as const
const unknown: Mean = {...noMean, sumOfSquares: null}

describe('a mean above a bound', () => {
  test('zeros and ones, squares or not, are the bets of a rate: n ln(1 - l m) + S ln((1 + l (1 - m))/(1 - l m))', () => {
    const [n, sum, bound] = [200, 30, 0.1]
    const taught = {n: 10, sum: 3, sumOfSquares: 3}
    const withSquares = ratiosOfMeanAbove({n, sum, sumOfSquares: sum}, bound, taught)
    const without = ratiosOfMeanAbove({n, sum, sumOfSquares: null}, bound, unknown)
    // The bets are evenly spaced in the logarithm from 0.01/1.01 to 0.95, as parts of 1/bound.
    for (let k = 0; k < 24; k++) {
      const bet = ((0.01 / 1.01) * (0.95 / (0.01 / 1.01)) ** (k / 23)) / bound
      const expected = (n - sum) * Math.log(1 - bet * bound) + sum * Math.log(1 + bet * (1 - bound))
      expect(withSquares[k]).toBeCloseTo(expected, 8)
      expect(without[k]).toBeCloseTo(expected, 8)
    }
  })

  test('is never more than the wealth of a gambler who saw every value', () => {
    const random = seededRandom(1)
    for (const draw of Object.values(kinds)) {
      const past = sumsOf(Array.from({length: 50}, () => draw(random, 1)))
      const values = Array.from({length: 200}, () => draw(random, 1))
      const bound = past.sum / past.n
      const seen = ratiosOfMeanAbove(sumsOf(values), bound, past)
      const least = (0.1 * bound) / (1 + 0.1 * bound)
      for (const [k, ratio] of seen.entries()) {
        const bet = (least * (0.95 / least) ** (k / 23)) / bound
        const wealth = values.reduce((total, value) => total + Math.log1p(bet * (value - bound)), 0)
        expect(ratio).toBeLessThanOrEqual(wealth + 1e-9)
      }
    }
  })

  test('is exact for values that are nothing or always the same', () => {
    const past = sumsOf([0, 0, 0.3, 0, 0.3])
    const values = [0.3, 0, 0, 0.3, 0.3, 0, 0, 0]
    const bound = 0.09
    const least = (0.1 * bound) / (1 + 0.1 * bound)
    for (const [k, ratio] of ratiosOfMeanAbove(sumsOf(values), bound, past).entries()) {
      const bet = (least * (0.95 / least) ** (k / 23)) / bound
      expect(ratio).toBeCloseTo(
        values.reduce((total, value) => total + Math.log1p(bet * (value - bound)), 0),
        9,
      )
    }
  })

  test('below is above of what is missing to 1', () => {
    const [look, past] = [sumsOf([0.2, 0.4, 0.9]), sumsOf([0.5, 0.6])]
    expect(ratiosOfMeanBelow(look, 0.7, past)).toEqual(ratiosOfMeanAbove(mirrored(look), 1 - 0.7, mirrored(past)))
  })

  test('no values, and with squares the first look, say nothing', () => {
    expect(ratiosOfMeanAbove(noMean, 0.5, sumsOf([0.5])).every(ratio => ratio === 0)).toBe(true)
    expect(ratiosOfMeanAbove(sumsOf([0.9, 0.9]), 0.5, noMean).every(ratio => ratio === 0)).toBe(true)
    expect(
      logMixture(meanWeights, ratiosOfMeanAbove({n: 20, sum: 18, sumOfSquares: null}, 0.5, unknown)),
    ).toBeGreaterThan(0)
  })

  test('extreme sums give finite numbers', () => {
    const ones = {n: 1e9, sum: 1e9, sumOfSquares: 1e9}
    const zeros = {n: 1e9, sum: 0, sumOfSquares: 0}
    for (const bound of [1e-6, 0.5, 1 - 1e-6]) {
      for (const look of [ones, zeros]) {
        for (const past of [ones, zeros]) {
          for (const ratio of [...ratiosOfMeanAbove(look, bound, past), ...ratiosOfMeanBelow(look, bound, past)]) {
            expect(ratio).toSatisfy(Number.isFinite)
          }
        }
      }
    }
  })
})

describe('looked at 120 times, alpha 5 %', () => {
  test.each(names)('%s exactly at the limit: at most alpha of all releases abort', name => {
    const aborted = count(100, run => looksUntil(run, name, 1) < Number.POSITIVE_INFINITY)
    // 5 are expected at most; 11 or more happen in 1 % of all cases.
    expect(aborted).toBeLessThanOrEqual(10)
  })

  test.each([
    ['conversions', 0.5, 35],
    ['score', 0.9, 3],
    ['purchases', 0.5, 240],
    ['cost', 0.5, 15],
  ] as const)('%s at %d of the least mean allowed are found', (name, factor, most) => {
    const looks = Array.from({length: 21}, (_, run) => looksUntil(run, name, factor, 400))
    expect(median(looks)).toBeLessThanOrEqual(most)
  })
})

/** Looks of 20 values each until "the mean is at least what it usually is" is refuted at 5 %. */
function looksUntil(run: number, name: keyof typeof kinds, factor: number, most = 120): number {
  const random = seededRandom(run)
  let [process, past] = [newEProcess(meanWeights), noMean]
  for (let look = 1; look <= most; look++) {
    const seen = sumsOf(Array.from({length: 20}, () => kinds[name](random, factor)))
    process = observe(process, ratiosOfMeanBelow(seen, meansOf[name], past))
    if (logEOf(process) >= Math.log(20)) return look
    past = addMeans(past, seen)
  }
  return Number.POSITIVE_INFINITY
}
