import {describe, expect, test} from 'vitest'
import {countCategories, countNumbers, joinRare, quantileEdges} from '../../../src/model/drift/cells.ts'

const sorted = (...values: readonly number[]) => Float64Array.from(values).sort()
const repeat = (value: number, times: number) => Array.from({length: times}, () => value)
const range = (from: number, to: number) => Array.from({length: to - from + 1}, (_, index) => from + index)
const deciles = {bins: 10, binning: 'reference-quantiles'} as const

describe('bins of numbers', () => {
  test('hold equally many reference rows, a value on an edge belonging to the bin below', () => {
    const {reference, judged} = countNumbers(sorted(...range(1, 100)), sorted(...range(1, 50)), deciles)
    expect([...reference]).toEqual(repeat(10, 10))
    expect([...judged]).toEqual([...repeat(10, 5), ...repeat(0, 5)])
  })

  test('tell a shift below a value that most reference rows share', () => {
    // Nine of ten rows are 0. Bins with open ends alone would put -5 beside 0.
    const reference = sorted(...repeat(0, 90), ...range(1, 10))
    const {judged} = countNumbers(reference, sorted(...repeat(-5, 90), ...range(1, 10)), deciles)
    expect(judged).toHaveLength(3)
    expect([...judged]).toEqual([0, 10, 90])
  })

  test('tell a constant from another constant', () => {
    const {reference, judged} = countNumbers(sorted(...repeat(3, 50)), sorted(...repeat(4, 50)), deciles)
    expect([[...reference], [...judged]]).toEqual([
      [50, 0],
      [0, 50],
    ])
  })

  test('are one where both sides are the same constant', () => {
    expect([...countNumbers(sorted(...repeat(3, 50)), sorted(...repeat(3, 20)), deciles).judged]).toEqual([20])
  })

  test('of equal width reach over both sides', () => {
    const counts = countNumbers(sorted(...range(0, 99)), sorted(...range(100, 199)), {bins: 4, binning: 'equal-width'})
    // Edges at 49.75, 99.5 and 149.25: the two bins that the reference does not reach are joined.
    expect([[...counts.reference], [...counts.judged]]).toEqual([
      [50, 50, 0],
      [0, 0, 100],
    ])
  })

  test('have edges where numpy has quantiles', () => {
    // numpy.quantile([1, 2, 3, 4], [0.25, 0.5, 0.75])
    expect([...quantileEdges(sorted(1, 2, 3, 4), 4)]).toEqual([1.75, 2.5, 3.25])
  })
})

describe('rare cells', () => {
  test('are joined with what the reference never saw', () => {
    const reference = new Map([
      ['a', 500],
      ['b', 480],
      ['c', 4],
      ['d', 1],
    ])
    const judged = new Map([
      ['a', 90],
      ['c', 2],
      ['new', 8],
    ])
    const counts = countCategories(reference, judged)
    expect([[...counts.reference], [...counts.judged]]).toEqual([
      [500, 480, 5],
      [90, 0, 10],
    ])
  })

  test('stay apart where they are the data itself', () => {
    // A long tail of a third of all rows: in one cell, everything could change in it unseen.
    const counts = {
      reference: Float64Array.of(200, ...repeat(1, 100)),
      judged: Float64Array.of(200, 100, ...repeat(0, 99)),
    }
    expect(joinRare(counts).reference).toHaveLength(101)
  })

  test('that nobody has are none', () => {
    expect([...joinRare({reference: Float64Array.of(9, 0), judged: Float64Array.of(9, 0)}).reference]).toEqual([9])
  })
})
