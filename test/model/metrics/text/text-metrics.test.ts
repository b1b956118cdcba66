import {describe, expect, test} from 'vitest'
import {statisticOf} from '../../../../src/model/metrics/registry.ts'
import {textMetrics} from '../../../../src/model/metrics/text/text-metrics.ts'
import {asked, sampled, written} from '../asked.ts'
import {countedUnits} from '../counted-units.ts'

describe('what the model wrote is compared after SQuAD normalisation', () => {
  test.each<[answer: string, reference: string, exact: number, f1: number]>([
    ['The Eiffel Tower!', 'eiffel tower', 1, 1],
    ['U.S.A.', 'usa', 1, 1],
    ['a  b', ' B ', 1, 1],
    ['à b', 'b', 0, 2 / 3],
    ['Paris, France', 'Paris', 0, 2 / 3],
    ['in Paris in spring', 'in Paris', 0, 2 / 3],
    ['Rome', 'Paris', 0, 0],
    ['', 'Paris', 0, 0],
    ['the', '', 1, 1],
    ['Paris', '', 0, 0],
  ])('"%s" against "%s"', (answer, reference, exact, f1) => {
    expect(asked(written([[answer, reference]]), {metric: 'exact-match'})).toBe(exact)
    expect(asked(written([[answer, reference]]), {metric: 'token-f1'})).toBeCloseTo(f1, 14)
  })

  test('and the best of several accepted answers counts', () => {
    const rows = written([
      ['the Normans', 'Vikings', 'Normans'],
      ['', '', 'something'],
    ])
    expect(asked(rows, {metric: 'exact-match'})).toBe(0.5)
    expect(asked(rows, {metric: 'token-f1'})).toBe(0.5)
  })

  test('exact match is a proportion', () => {
    const statistic = statisticOf(
      written([
        ['a b', 'b'],
        ['c', 'd'],
      ]),
      {metric: 'exact-match'},
      {valuesOf: () => new Float64Array()},
    )
    expect(statistic).toMatchObject({kind: 'mean', isShare: true, values: Float64Array.of(1, 0)})
  })
})

describe('pass-at-k', () => {
  test('is the unbiased estimator of Chen et al. 2021, mean over problems', () => {
    // n = 4, c = 2: k = 2 gives 1 - C(2, 2) / C(4, 2) = 5/6; n = 3, c = 0 gives 0.
    const outcomes = sampled([1, 0, 1, 0], [0, 0, 0])
    expect(asked(outcomes, {metric: 'pass-at-k', k: 2})).toBeCloseTo(5 / 12, 14)
    expect(asked(outcomes, {metric: 'pass-at-k', k: 1})).toBeCloseTo(1 / 4, 14)
    expect(asked(outcomes, {metric: 'pass-at-k', k: 3})).toBeCloseTo(1 / 2, 14)
    expect(asked(outcomes, {metric: 'correct-share'})).toBeCloseTo(2 / 7, 14)
  })

  test('of one sample a problem is a proportion of problems', () => {
    const statistic = statisticOf(
      sampled([1], [0], [1]),
      {metric: 'pass-at-k', k: 1},
      {valuesOf: () => new Float64Array()},
    )
    expect(statistic).toMatchObject({kind: 'mean', isShare: true, unitOf: Int32Array.of(0, 1, 2)})
    expect(statistic.kind === 'undefined' ? null : countedUnits(statistic)).toEqual({counted: 3, all: 3})
  })

  test('is not concluded from fewer than k samples', () => {
    expect(asked(sampled([1, 1], [1]), {metric: 'pass-at-k', k: 2})).toBe(
      'inconclusive model/too-few-samples: 1 of 2 problems have fewer than 2 samples, so pass-at-k has no unbiased value.',
    )
  })
})

describe('there is no answer, and never a wrong one', () => {
  test('without what the model wrote', () => {
    for (const metric of ['exact-match', 'token-f1'] as const) {
      expect(asked(sampled([1]), {metric})).toMatch(/^error model\/no-prediction/)
    }
  })

  test('without accepted answers', () => {
    expect(asked(written([['x'], ['y']]), {metric: 'exact-match'})).toMatch(
      /^error model\/no-reference: exact-match needs/,
    )
    expect(asked(written([['x', 'x'], ['y']]), {metric: 'token-f1'})).toBe(
      'inconclusive model/no-reference: 1 of 2 rows have no accepted answer to compare with.',
    )
  })

  test('without a column that says what is correct, or which problem a row belongs to', () => {
    expect(asked(written([['x', 'x']]), {metric: 'correct-share'})).toMatch(/^error model\/no-correct-column/)
    expect(asked(written([['x', 'x']]), {metric: 'pass-at-k', k: 1})).toMatch(/^error model\/no-correct-column/)
    expect(asked({...sampled([1]), problems: null}, {metric: 'pass-at-k', k: 1})).toMatch(
      /^error model\/no-problem-column/,
    )
  })
})

test('every convention names its metric', () => {
  for (const metric of textMetrics) {
    expect(metric.convention({metric: metric.name, k: 5})).toMatch(new RegExp(`^${metric.name}[: ]`))
  }
})
