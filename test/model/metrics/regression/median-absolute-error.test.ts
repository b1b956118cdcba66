import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {asked, regression} from '../asked.ts'

const errors = (values: readonly number[]) =>
  regression(
    values.map(() => 0),
    values,
  )
const median = (values: readonly number[], weights: readonly number[]) =>
  asked(errors(values), {metric: 'median-absolute-error'}, {weights})

describe('the weighted median of errors', () => {
  test('is the mean of two neighbours where half of the weight is reached exactly', () => {
    // scikit-learn 1.8.0: median_absolute_error([0, 0, 0, 0], [1, 2, 4, 8], sample_weight=[1, 1, 1, 1]) is 3.
    expect(median([1, 2, 4, 8], [1, 1, 1, 1])).toBe(3)
  })

  test('is the same where the sum of weights only rounds to a half', () => {
    // 0.1 + 0.2 is a little more than 0.3, and 0.7 + 0.1 + 0.2 a little less than 1.
    expect(median([1, 2, 3, 4], [0.1, 0.2, 0.1, 0.2])).toBe(median([1, 2, 3, 4], [1, 2, 1, 2]))
    expect(median([1, 2, 3, 4], [0.1, 0.2, 0.1, 0.2])).toBe(2.5)
  })

  test('knows no unit of weights and no order of rows', () => {
    const row = fc.tuple(fc.integer({min: 0, max: 9}), fc.integer({min: 1, max: 4}))
    fc.assert(
      fc.property(
        fc.array(row, {minLength: 1, maxLength: 40}),
        fc.constantFrom(0.1, 0.37, 1 / 3, 1e-7, 7e9),
        (rows, unit) => {
          const weighed = (all: typeof rows, by: number) =>
            median(
              all.map(([error]) => error),
              all.map(([, weight]) => weight * by),
            )
          const expected = weighed(rows, 1)
          expect(weighed(rows, unit)).toBe(expected)
          expect(weighed([...rows].reverse(), unit)).toBe(expected)
        },
      ),
    )
  })
})
