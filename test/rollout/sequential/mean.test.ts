import {describe, expect, test} from 'vitest'
import {
  addMeans,
  fanCharge,
  type Mean,
  mirrored,
  noMean,
  scaleMean,
  squaresOf,
} from '../../../src/rollout/sequential/mean.ts'

function sumsOf(values: readonly number[]): Mean {
  const sum = values.reduce((total, value) => total + value, 0)
  return {n: values.length, sum, sumOfSquares: values.reduce((total, value) => total + value * value, 0)}
}

describe('sums of bounded values', () => {
  test('scaled sums are the sums of the scaled values', () => {
    const scaled = scaleMean(sumsOf([-2, 0, 5, 8]), {low: -2, high: 8})
    const expected = sumsOf([0, 0.2, 0.7, 1])
    expect(scaled?.n).toBe(4)
    expect(scaled?.sum).toBeCloseTo(expected.sum, 12)
    expect(scaled?.sumOfSquares).toBeCloseTo(expected.sumOfSquares ?? Number.NaN, 12)
  })

  test('mirrored sums are the sums of 1 - x', () => {
    const values = [0.1, 0.5, 0.5, 0.9]
    const expected = sumsOf(values.map(value => 1 - value))
    expect(mirrored(sumsOf(values)).sum).toBeCloseTo(expected.sum, 12)
    expect(mirrored(sumsOf(values)).sumOfSquares).toBeCloseTo(expected.sumOfSquares ?? Number.NaN, 12)
  })

  test('once squares are missing, they stay missing, and the largest possible ones are assumed', () => {
    const sum = addMeans(sumsOf([0.5, 0.5]), {n: 1, sum: 0.5, sumOfSquares: null})
    expect(sum).toEqual({n: 3, sum: 1.5, sumOfSquares: null})
    expect(squaresOf(sum)).toBe(1.5)
    expect(mirrored(sum).sumOfSquares).toBeNull()
  })

  test('no values are sums of nothing', () => expect(scaleMean(noMean, {low: 0, high: 1})).toEqual(noMean))

  test.each([
    ['a sum above what the bounds allow', {n: 10, sum: 11, sumOfSquares: null}],
    ['a sum below what the bounds allow', {n: 10, sum: -1, sumOfSquares: null}],
    ['squares smaller than any values with this sum have', {n: 10, sum: 5, sumOfSquares: 2.4}],
    ['squares larger than any values with this sum have', {n: 10, sum: 5, sumOfSquares: 5.1}],
    ['values without requests', {n: 0, sum: 5, sumOfSquares: null}],
    ['negative requests', {n: -1, sum: 0, sumOfSquares: null}],
    ['no number', {n: 10, sum: Number.NaN, sumOfSquares: null}],
    ['no number of squares', {n: 10, sum: 5, sumOfSquares: Number.NaN}],
  ])('%s is no evidence', (_, mean) => expect(scaleMean(mean, {low: 0, high: 1})).toBeNull())

  test.each([
    [1, 1],
    [2, 1],
    [Number.NaN, 1],
  ])('bounds from %d to %d scale nothing', (low, high) => {
    expect(scaleMean({n: 1, sum: 1, sumOfSquares: null}, {low, high})).toBeNull()
  })

  test('what rounding moved over a bound is forgiven', () => {
    const tenth = Array.from({length: 1_000_000}, () => 0.1).reduce((sum, value) => sum + value, 0)
    expect(tenth).not.toBe(100_000)
    expect(scaleMean({n: 1_000_000, sum: tenth, sumOfSquares: null}, {low: 0, high: 0.1})?.sum).toBeLessThanOrEqual(1e6)
  })
})

describe('Fan’s inequality', () => {
  // psi(0.5) = ln 2 - 1/2; psi(0.12)/0.16 in 60-digit decimal arithmetic.
  test.each([
    [0.5, 1, Math.LN2 - 0.5],
    [0.3, 0.4, 0.04895857193680598],
    [1e-5, 0.5, 5.0000167e-11],
  ])('bet %d, reach %d', (bet, reach, expected) => expect(fanCharge(bet, reach) / expected).toBeCloseTo(1, 6))

  test('holds for every deviation above the reach, with equality there and at none', () => {
    for (const reach of [0.01, 0.3, 1]) {
      for (const part of [0.001, 0.3, 0.95]) {
        const bet = part / reach
        const charge = fanCharge(bet, reach)
        const slack = (x: number) => Math.log1p(bet * x) - (bet * x - charge * x * x)
        for (let step = 0; step <= 100; step++)
          expect(slack(-reach + (step / 100) * (1 + reach))).toBeGreaterThan(-1e-12)
        expect(slack(-reach)).toBeCloseTo(0, 10)
        expect(slack(0)).toBe(0)
      }
    }
  })
})
