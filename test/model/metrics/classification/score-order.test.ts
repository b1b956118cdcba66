import fc from 'fast-check'
import {expect, test} from 'vitest'
import {descendingOrder, sortDescending} from '../../../../src/model/metrics/classification/score-order.ts'

/** Enough rows for the sort over bits. */
const many = 30_000

function byComparison(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((a, b) => {
    const [one = 0, other = 0] = [scores[a], scores[b]]
    return one === other ? a - b : one > other ? -1 : 1
  })
}

test.each([
  ['a few rows', 50],
  ['many rows', many],
])('%s of any numbers are ordered like by comparison, ties by row', (_, length) => {
  const numbers = fc.double({noNaN: true})
  fc.assert(
    fc.property(fc.array(numbers, {minLength: 1, maxLength: 40}), fc.integer({min: 1, max: 97}), (values, stride) => {
      const scores = Float64Array.from({length}, (_, row) => values[(row * stride) % values.length] ?? 0)
      expect(sortDescending(scores)).toEqual(byComparison(scores))
    }),
    {numRuns: length > 1000 ? 4 : 100},
  )
})

test('zero and minus zero tie, infinities and denormals stand where they belong', () => {
  const extremes = [0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity, 1, -1, 1e-310]
  const scores = Float64Array.from({length: many}, (_, row) => extremes[(row * 7) % extremes.length] ?? 0)
  expect(sortDescending(scores)).toEqual(byComparison(scores))
})

test('the order of a column is found once', () => {
  const scores = Float64Array.of(0.2, 0.9, 0.5)
  expect(descendingOrder(scores)).toEqual(Uint32Array.of(1, 2, 0))
  expect(descendingOrder(scores)).toBe(descendingOrder(scores))
})
