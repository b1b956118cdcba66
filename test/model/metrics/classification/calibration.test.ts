import {describe, expect, test} from 'vitest'
import {binSums} from '../../../../src/model/metrics/classification/calibration.ts'

/** The next double above or below a number from 0 to 1. */
function neighbour(value: number, step: 1n | -1n): number {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)
  bits[0] = (bits[0] ?? 0n) + step
  return new Float64Array(bits.buffer)[0] ?? Number.NaN
}

function binOf(value: number, bins: number): number {
  const sums = binSums(
    {confidence: Float64Array.of(value), came: Uint8Array.of(0)},
    {bins, binning: 'equal-width'},
  )(null)
  return sums.rows.indexOf(1)
}

describe('bins of equal width', () => {
  // (1 / 49) * 49 is below 1 in doubles, and the double below 1 / 3, times 3, is 1: edges are compared, not multiplied.
  test.each([2, 3, 7, 10, 15, 49, 98, 103, 1000])('%i bins begin exactly at their edge', bins => {
    for (let bin = 1; bin < bins; bin++) {
      expect(binOf(bin / bins, bins), `${bin} / ${bins}`).toBe(bin)
      expect(binOf(neighbour(bin / bins, 1n), bins), `above ${bin} / ${bins}`).toBe(bin)
      expect(binOf(neighbour(bin / bins, -1n), bins), `below ${bin} / ${bins}`).toBe(bin - 1)
    }
  })

  test('0 lies in the first bin, 1 in one of its own', () => {
    expect(binOf(0, 15)).toBe(0)
    expect(binOf(neighbour(1, -1n), 15)).toBe(14)
    expect(binOf(1, 15)).toBe(15)
  })
})

describe('bins of equal mass', () => {
  const rows = (confidence: readonly number[], bins: number, weights: readonly number[] | null = null) => [
    ...binSums(
      {confidence: Float64Array.from(confidence), came: new Uint8Array(confidence.length)},
      {bins, binning: 'equal-mass'},
    )(weights && Float64Array.from(weights)).rows,
  ]

  test('hold equally many rows where the scores differ', () => {
    expect(rows([0.9, 0.1, 0.5, 0.3, 0.2, 0.7], 3)).toEqual([2, 2, 2])
  })

  test('a row in the middle belongs to the upper half', () => {
    expect(rows([0.1, 0.2, 0.3], 2)).toEqual([1, 2])
  })

  test('are cut by weight, and rows without weight count nowhere', () => {
    expect(rows([0.1, 0.2, 0.3, 0.4], 2, [6, 2, 0, 4])).toEqual([1, 2])
  })

  test('more bins than rows leave bins empty', () => {
    expect(rows([0.1, 0.9], 4)).toEqual([0, 1, 0, 1])
  })
})
