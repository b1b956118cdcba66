import * as fs from 'node:fs'
import {describe, expect, test} from 'vitest'
import {countNumbers, quantileEdges} from '../../../src/model/drift/cells.ts'
import {chiSquareQuantile, chiSquareTail} from '../../../src/model/drift/chi-square-distribution.ts'
import {chiSquare, jensenShannon, populationStability, totalVariation} from '../../../src/model/drift/distances.ts'
import {kolmogorovSmirnov, standardDeviation, wasserstein} from '../../../src/model/drift/sorted-distances.ts'

interface Golden {
  readonly counts: readonly {
    readonly name: string
    readonly reference: readonly number[]
    readonly judged: readonly number[]
    readonly psi: number
    readonly jensenShannon: number
    readonly jensenShannonBase2: number
    readonly totalVariation: number
    readonly chiSquare: {statistic: number; p: number; freedom: number; effect: number}
  }[]
  readonly samples: readonly {
    readonly name: string
    readonly reference: readonly number[]
    readonly judged: readonly number[]
    readonly ks: number
    readonly wasserstein: number
    readonly deviation: number
    readonly deciles: readonly number[] | null
    readonly binned: readonly (readonly number[])[] | null
  }[]
  readonly chiSquareTail: readonly {x: number; freedom: number; tail: number}[]
  readonly chiSquareQuantile: readonly {tail: number; freedom: number; x: number}[]
}

// scipy and numpy, by test/golden/model/drift/make.py.
const golden: Golden = JSON.parse(
  fs.readFileSync(new URL('../../golden/model/drift/drift.expected.json', import.meta.url), 'utf8'),
)

/** To 1e-9 of the expected value; where scipy answers 0 or a rounding error of it, to 1e-15. */
function expectClose(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.abs(expected) < 1e-14 ? 1e-15 : 1e-9 * Math.abs(expected))
}

describe('distances of counts equal scipy’s', () => {
  test.each(golden.counts)('$name', ({reference, judged, ...expected}) => {
    const counts = {reference: Float64Array.from(reference), judged: Float64Array.from(judged)}
    expectClose(populationStability(counts), expected.psi)
    expectClose(totalVariation(counts), expected.totalVariation)
    const tested = chiSquare(counts)
    expectClose(tested.statistic, expected.chiSquare.statistic)
    expectClose(tested.effect, expected.chiSquare.effect)
    expectClose(tested.p, expected.chiSquare.p)
    expect(tested.freedom).toBe(expected.chiSquare.freedom)
    // A square root near 0 doubles the digits that are lost: 1e-8 squared is what a double holds of a sum near 1.
    expect(Math.abs(jensenShannon(counts) - expected.jensenShannon)).toBeLessThan(2e-8)
    expect(Math.abs(jensenShannon(counts, 2) - expected.jensenShannonBase2)).toBeLessThan(2e-8)
    if (expected.jensenShannon > 1e-3) {
      expectClose(jensenShannon(counts), expected.jensenShannon)
      expectClose(jensenShannon(counts, 2), expected.jensenShannonBase2)
    }
  })

  test('and the published values of the shares .5 .3 .2 against .4 .4 .2', () => {
    const [counts] = golden.counts.map(({reference, judged}) => ({
      reference: Float64Array.from(reference),
      judged: Float64Array.from(judged),
    }))
    if (!counts) throw new Error('the golden file has no counts')
    expect(jensenShannon(counts)).toBeCloseTo(0.079795, 6)
    expect(jensenShannon(counts, 2)).toBeCloseTo(0.095843, 6)
    expect(populationStability(counts)).toBeCloseTo(0.051083, 6)
  })
})

describe('distances of numbers equal scipy’s', () => {
  test.each(golden.samples)('$name', ({reference, judged, ...expected}) => {
    const here = Float64Array.from(reference).sort()
    const there = Float64Array.from(judged).sort()
    expectClose(kolmogorovSmirnov(here, there), expected.ks)
    expectClose(wasserstein(here, there), expected.wasserstein)
    expectClose(standardDeviation(here), expected.deviation)
    expectClose(kolmogorovSmirnov(there, here), expected.ks)
    expectClose(wasserstein(there, here), expected.wasserstein)
  })

  test('deciles are numpy’s, and rows fall into them as numpy’s searchsorted puts them', () => {
    const binned = golden.samples.filter(({deciles}) => deciles !== null)
    expect(binned.length).toBeGreaterThan(4)
    for (const {reference, judged, deciles, binned: counts} of binned) {
      const here = Float64Array.from(reference).sort()
      for (const [index, edge] of quantileEdges(here, 10).entries()) expectClose(edge, deciles?.[index] ?? Number.NaN)
      const joins = counts?.[0]?.some(count => count < 5) ?? true
      if (joins) continue
      const cells = countNumbers(here, Float64Array.from(judged).sort(), {bins: 10, binning: 'reference-quantiles'})
      expect([[...cells.reference], [...cells.judged]]).toEqual(counts)
    }
  })
})

describe('the chi-square distribution equals scipy’s', () => {
  test.each(golden.chiSquareTail)('P(X > $x) with $freedom degrees of freedom', ({x, freedom, tail}) => {
    expectClose(chiSquareTail(x, freedom), tail)
  })

  test.each(golden.chiSquareQuantile)('quantile for $freedom degrees of freedom', ({x, freedom, tail}) => {
    expectClose(chiSquareQuantile(tail, freedom), x)
  })
})
