import {describe, expect, test} from 'vitest'
import {normalQuantile, zOfCoverage} from '../../../src/model/inference/normal.ts'

// Expected values: scipy 1.17.1 stats.norm.ppf.
const cases = [
  [1e-300, -37.0470962993612],
  [1e-10, -6.361340902404056],
  [0.001, -3.090232306167813],
  [0.025, -1.9599639845400545],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.95, 1.6448536269514722],
  [0.9999, 3.719016485455709],
] as const

describe('normalQuantile', () => {
  test.each(cases)('the quantile at %d agrees with scipy', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 13)
  })

  test.each([0, 1, -0.1, Number.NaN])('%d is not a probability with a quantile', probability => {
    expect(() => normalQuantile(probability)).toThrow('between 0 and 1')
  })

  test('a 95 % interval reaches 1.96 standard errors to each side', () => {
    expect(zOfCoverage(0.95)).toBeCloseTo(1.959963984540054, 13)
  })
})
