import {describe, expect, test} from 'vitest'
import {drawBinomial} from '../../src/core/binomial.ts'
import {createRandom} from '../../src/core/random.ts'

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
