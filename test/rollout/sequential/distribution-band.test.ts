import {describe, expect, test} from 'vitest'
import {
  distributionsAgree,
  distributionsDiffer,
  fewest,
  kolmogorovDistance,
  type Shapes,
  valuesToSee,
  visibleDifference,
} from '../../../src/rollout/sequential/distribution-band.ts'
import {seededRandom} from '../../simulation/random.ts'
import {count} from './world.ts'

function shapes(candidate: readonly number[], stable: readonly number[]): Shapes {
  return {candidate: {buckets: candidate}, stable: {buckets: stable}}
}

describe('how far two distributions are apart', () => {
  test.each([
    ['alike', [10, 20, 70], [100, 200, 700], 0],
    ['a fifth moved one bucket up', [30, 50, 20], [50, 30, 20], 0.2],
    ['nothing in common', [100, 0], [0, 7], 1],
  ])('%s', (_, candidate, stable, expected) => {
    expect(kolmogorovDistance(shapes(candidate, stable))).toBeCloseTo(expected, 12)
  })

  test('without values on one side there is no distance', () => {
    expect(kolmogorovDistance(shapes([0, 0], [1, 2]))).toBeNaN()
    expect(distributionsDiffer(shapes([0, 0], [1, 2]), 0.1).logE).toBe(0)
    expect(distributionsAgree(shapes([0, 0], [1, 2]), 0.1).logE).toBe(0)
  })
})

describe('evidence that distributions differ', () => {
  // Both half-widths by hand: 0.85 sqrt((ln(1 + ln(n/100)) + 0.8 ln(3224/alpha))/n), e.g. n = 10,000 at 1 %:
  // ln(1 + 4.60517) = 1.72369, 0.8 ln 322400 = 10.14682, so 0.85 sqrt(11.87051/10000) = 0.0292856.
  test.each([
    [10_000, 0.01, 0.0292856],
    [1000, 0.05, 0.0852292],
    [100_000, 0.01, 0.0093942],
  ])('the band of %i values at alpha %d', (n, alpha, half) => {
    expect(visibleDifference(n, n, alpha)).toBeCloseTo(2 * half, 6)
  })

  test('reaches 1/alpha exactly where the difference exceeds both bands', () => {
    for (const alpha of [0.05, 0.01, 0.0001]) {
      const n = 100_000
      const seen = visibleDifference(n, n, alpha)
      const moved = (difference: number) => shapes([n / 2 + n * difference, n / 2 - n * difference], [n / 2, n / 2])
      expect(distributionsDiffer(moved(seen), 0).logE).toBeCloseTo(Math.log(1 / alpha), 6)
      expect(distributionsDiffer(moved(seen + 0.1), 0.1).logE).toBeCloseTo(Math.log(1 / alpha), 6)
    }
  })

  test('too few values say nothing, however different', () => {
    const few = fewest - 1
    expect(distributionsDiffer(shapes([few, 0], [0, 1e6]), 0)).toEqual({logE: 0, observed: 1})
    expect(visibleDifference(few, 1e6, 0.01)).toBe(Number.POSITIVE_INFINITY)
  })

  test('what is allowed is no evidence, and what is far from it is evidence of agreement', () => {
    const close = shapes([50_500, 49_500], [500_000, 500_000])
    expect(distributionsDiffer(close, 0.01).logE).toBe(0)
    expect(distributionsAgree(close, 0.05).logE).toBeGreaterThan(Math.log(1 / 0.05))
    expect(distributionsAgree(close, 0.01).logE).toBe(0)
  })

  test('the plan’s number of values is the first at which the difference is seen', () => {
    for (const [excess, weight] of [
      [0.05, 0.1],
      [0.2, 0.5],
      [0.01, 0.9],
    ] as const) {
      const n = valuesToSee(excess, weight, 0.01)
      const stable = (count: number) => (count * (1 - weight)) / weight
      expect(visibleDifference(n, stable(n), 0.01)).toBeLessThanOrEqual(excess)
      expect(visibleDifference(n * 0.999, stable(n * 0.999), 0.01)).toBeGreaterThan(excess)
    }
    expect(valuesToSee(0, 0.5, 0.01)).toBe(Number.POSITIVE_INFINITY)
  })

  test('of releases with the same distribution at most alpha are ever said to differ', () => {
    const differ = count(200, run => {
      const random = seededRandom(run)
      const draw = () => Math.floor(random() * 20)
      const arms = {candidate: {buckets: Array<number>(20).fill(0)}, stable: {buckets: Array<number>(20).fill(0)}}
      for (let look = 0; look < 50; look++) {
        for (let value = 0; value < 20; value++) {
          for (const {buckets} of [arms.candidate, arms.stable]) {
            const bucket = draw()
            buckets[bucket] = (buckets[bucket] ?? 0) + 1
          }
        }
        if (distributionsDiffer(arms, 0).logE >= Math.log(10)) return true
      }
      return false
    })
    expect(differ).toBeLessThanOrEqual(20)
  })
})
