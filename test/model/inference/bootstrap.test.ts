import {describe, expect, test} from 'vitest'
import {drawBinomial, drawMultinomial} from '../../../src/core/binomial.ts'
import {createRandom} from '../../../src/core/random.ts'
import {bootstrapMean, bootstrapTable} from '../../../src/model/inference/bootstrap.ts'

const options = {coverage: 0.9, seed: 1, replicates: 1000}

describe('drawBinomial', () => {
  // Both algorithms, both sides of one half: mean n p and variance n p (1 - p) within five standard errors.
  test.each([
    [20, 0.1],
    [50, 0.3],
    [1000, 0.02],
    [1000, 0.7],
    [1_000_000, 0.4],
  ])('n = %d, p = %d has the mean and the variance of the binomial', (n, p) => {
    const random = createRandom(11)
    const draws = Array.from({length: 20_000}, () => drawBinomial(random, n, p))
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length
    const expected = n * p * (1 - p)
    expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt(expected / draws.length))
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / draws.length) * 1.1)
  })

  test('the shape is the binomial too: chi-square over the values of Bin(40, 0.4)', () => {
    const random = createRandom(2)
    const seen = new Array<number>(41).fill(0)
    const total = 100_000
    for (let draw = 0; draw < total; draw++) {
      const hits = drawBinomial(random, 40, 0.4)
      seen[hits] = (seen[hits] ?? 0) + 1
    }
    let chance = 0.6 ** 40
    let chiSquare = 0
    let cells = 0
    for (let hits = 0; hits <= 40; hits++) {
      if (chance * total >= 5) {
        chiSquare += ((seen[hits] ?? 0) - chance * total) ** 2 / (chance * total)
        cells++
      }
      chance *= ((40 - hits) / (hits + 1)) * (0.4 / 0.6)
    }
    // Mean cells, standard deviation sqrt(2 cells).
    expect(chiSquare).toBeLessThan(cells + 4 * Math.sqrt(2 * cells))
  })

  test('certain and impossible hits are drawn without chance', () => {
    const random = createRandom(1)
    expect([drawBinomial(random, 9, 0), drawBinomial(random, 9, 1), drawBinomial(random, 0, 0.5)]).toEqual([0, 9, 0])
  })
})

describe('drawMultinomial', () => {
  test('a resample has as many rows as the sample, and none in an empty cell', () => {
    const random = createRandom(4)
    for (let draw = 0; draw < 100; draw++) {
      const [a = 0, b = 0, c = 0] = drawMultinomial(random, [70, 0, 30])
      expect(a + b + c).toBe(100)
      expect(b).toBe(0)
    }
  })
})

describe('bootstrap', () => {
  test('drawing cells and drawing rows say the same about a proportion', () => {
    const rows = Float64Array.from({length: 400}, (_, row) => (row < 300 ? 1 : 0))
    const byRows = bootstrapMean(rows, options).interval
    const byCells = bootstrapTable([300, 100], ([hits = 0]) => hits / 400, options).interval
    // Normal approximation: 0.75 ± 1.645 * sqrt(0.75 * 0.25 / 400) = 0.7144 .. 0.7856.
    expect(byRows.low).toBeCloseTo(0.7144, 2)
    expect(byRows.high).toBeCloseTo(0.7856, 2)
    expect(byCells.low).toBeCloseTo(0.7144, 2)
    expect(byCells.high).toBeCloseTo(0.7856, 2)
  })

  test('the same seed gives the same interval', () => {
    const values = Float64Array.from({length: 50}, (_, row) => row % 7)
    expect(bootstrapMean(values, options)).toEqual(bootstrapMean(values, options))
    expect(bootstrapMean(values, {...options, seed: 2})).not.toEqual(bootstrapMean(values, options))
  })

  test('resamples without a value are counted, not read as 0', () => {
    const {undefinedShare, interval} = bootstrapTable(
      [1, 9],
      ([hits = 0, others = 0]) => (hits === 0 ? null : hits / (hits + others)),
      options,
    )
    // (9/10)^10 = 0.3487 of the resamples do not draw the one hit.
    expect(undefinedShare).toBeCloseTo(0.3487, 1)
    expect(interval.low).toBeGreaterThan(0)
  })
})
