/**
 * Expected values: R's wilcox.test(x, y, conf.int = TRUE, exact = FALSE, correct = TRUE), as Kayenta's own test suite
 * holds its implementation against it (kayenta-mannwhitney, MannWhitneySuite).
 */
import {describe, expect, test} from 'vitest'
import {rankStatistic, shiftInterval} from '../../../src/backtest/competitors/mann-whitney.ts'

/** Each value as often as it occurs. */
function values(...runs: readonly (readonly [value: number, times: number])[]): number[] {
  return runs.flatMap(([value, times]) => Array.from({length: times}, () => value))
}

describe('the interval of a shift', () => {
  test('of two samples that do not overlap reaches from the least to the largest difference', () => {
    expect(shiftInterval([10, 20, 30, 40], [1, 2, 3, 4], 1.959964)).toEqual({low: 6, high: 39, estimate: 22.5})
  })

  test('of ninety values with many ties is what R says, to the last digit of its root finder', () => {
    const baseline = values(
      [1.5, 2],
      [2, 16],
      [2.5, 18],
      [3, 16],
      [3.5, 10],
      [4, 8],
      [4.5, 4],
      [5, 6],
      [5.5, 2],
      [6, 5],
      [8, 1],
      [15.5, 1],
      [54.5, 1],
    )
    const canary = values(
      [1.5, 9],
      [2, 16],
      [2.5, 22],
      [3, 17],
      [3.5, 9],
      [4, 5],
      [4.5, 1],
      [5, 3],
      [5.5, 1],
      [6, 2],
      [6.5, 2],
      [7, 1],
      [7.5, 1],
      [16.5, 1],
    )
    const {low, high} = shiftInterval(canary, baseline, 1.9599639845400536)
    expect(low).toBeCloseTo(-0.500002521696696, 12)
    expect(high).toBeCloseTo(-3.486287505871302e-5, 12)
  })

  test('is turned round with the samples', () => {
    const [x, y] = [
      [1, 3, 3, 7, 9, 12],
      [0, 2, 2, 5, 6, 6, 8],
    ]
    const [there, back] = [shiftInterval(x, y, 1.96), shiftInterval(y, x, 1.96)]
    expect(there.low).toBeCloseTo(-back.high, 3)
    expect(there.high).toBeCloseTo(-back.low, 3)
  })
})

describe('the rank statistic', () => {
  test('without ties is the textbook one', () => {
    // Ranks of 1, 4, 6 among 1..6 but 1, 4, 6 are 1, 4, 6: sum 11, less 6 less 4.5 is 0.5, less the correction of 0.5.
    expect(rankStatistic([1, 4, 6], [2, 3, 5], 0)).toBe(0)
    // Ranks 4, 5, 6: sum 15, 15 - 6 - 4.5 - 0.5 = 4, over sqrt(9/12 * 7).
    expect(rankStatistic([4, 5, 6], [1, 2, 3], 0)).toBeCloseTo(4 / Math.sqrt(5.25), 12)
  })

  test('takes the spread of ties away', () => {
    // 1, 2 and 2, 3: ranks 1, 2.5; 3.5 - 3 - 2 = -1.5, corrected -1; variance 4/12 (5 - 6/12) = 1.5.
    expect(rankStatistic([1, 2], [2, 3], 0)).toBeCloseTo(-1 / Math.sqrt(1.5), 12)
  })
})
