import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {shareBounds} from '../../../src/model/fairness/share-bounds.ts'

/** 2 n KL(p || q), p half a hit further out: what the bound sets equal to z². */
function likelihoodRatio(hits: number, rows: number, share: number): number {
  const p = hits / rows
  return 2 * rows * (p * Math.log(p / share) + (1 - p) * Math.log((1 - p) / (1 - share)))
}

describe('shareBounds', () => {
  test('lie where the likelihood ratio reaches the square of the quantile', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 100_000}),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.double({min: 0.5, max: 6, noNaN: true}),
        (rows, share, z) => {
          const hits = Math.floor(share * (rows - 1))
          const {low, high} = shareBounds(hits, rows, z)
          fc.pre(high < 1 - 1e-9)
          expect(likelihoodRatio(hits + 0.5, rows, high) / (z * z)).toBeCloseTo(1, 6)
          expect(low).toBeLessThanOrEqual(hits / rows)
          expect(high).toBeGreaterThan(hits / rows)
        },
      ),
    )
  })

  test('turn with the share', () => {
    const {low, high} = shareBounds(3, 20, 1.645)
    expect(shareBounds(17, 20, 1.645)).toEqual({low: 1 - high, high: 1 - low})
  })

  test.each([
    // No hit in n rows: the exact bound of 95 % is 1 - 0.05^(1 / n), about 3 / n.
    [0, 30, 1 - 0.05 ** (1 / 30)],
    [0, 1000, 1 - 0.05 ** (1 / 1000)],
    // Clopper and Pearson's upper bounds of 95 % (scipy.stats.beta.ppf(0.95, hits + 1, n - hits)).
    [5, 50, 0.19883300251641847],
    [50, 100, 0.5863782853890682],
  ])('%i of %i: near the exact bound, %f', (hits, rows, exact) => {
    const {high} = shareBounds(hits, rows, 1.6448536269514722)
    expect(Math.abs(high - exact) / exact).toBeLessThan(0.11)
  })

  test('nothing seen bounds nothing below, everything seen nothing above', () => {
    expect(shareBounds(0, 10, 2).low).toBe(0)
    expect(shareBounds(10, 10, 2).high).toBe(1)
    expect(shareBounds(0.2, 0.4, 2)).toEqual({low: 0, high: 1})
  })
})
