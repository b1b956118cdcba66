import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import {mostSlices} from '../../../src/model/slices/slice-problems.ts'
import {slicesOf} from '../../../src/model/slices/slices-of.ts'
import {binaryEvaluation, category, evaluationOf, numbers, times} from './evaluations.ts'

const evaluation = binaryEvaluation({
  positive: [0, 1, 0, 1, 1, 0],
  predicted: [0, 1, 1, 1, 0, 0],
  groups: {sex: ['f', 'm', 'f', '', 'f', 'm'], age: ['old', 'old', 'young', 'old', 'old', 'old']},
  columns: {amount: numbers([10, 20, 30, Number.NaN, 50, 60]), city: category(['a', 'b', 'a', 'b', 'a', 'b'])},
})

function seen(
  inEach: Parameters<typeof slicesOf>[0],
  declared: Parameters<typeof slicesOf>[2] = [],
  given = evaluation,
) {
  return slicesOf(inEach, given, declared).map(({name, rows, problem}) => [name, problem?.reason ?? [...rows]])
}

describe('slicesOf', () => {
  test('a column gives a slice for each value, the largest first, and rows without a value are a slice too', () => {
    expect(seen(['sex'])).toEqual([
      ['sex: f', [0, 2, 4]],
      ['sex: m', [1, 5]],
      ['sex: (no value)', [3]],
    ])
  })

  test('a list of columns gives each combination that some row has, and no other', () => {
    expect(seen([['sex', 'age']])).toEqual([
      ['sex and age: f, old', [0, 4]],
      ['sex and age: m, old', [1, 5]],
      ['sex and age: (no value), old', [3]],
      ['sex and age: f, young', [2]],
    ])
  })

  test('a declared slice has the rows of which its expression is true; where a value is missing it is not decided', () => {
    const slices = [{name: 'large', where: 'amount > 25'}]
    expect(seen(['large'], slices)).toEqual([['large', [2, 4, 5]]])
    expect(slicesOf(['large'], evaluation, slices)[0]).toMatchObject({undecided: 1})
    expect(slicesOf(['sex'], evaluation, [])[0]).not.toHaveProperty('undecided')
  })

  test.each([
    ['an unknown name', ['sexx'], [], 'model/slice-missing'],
    ['a combination with an unknown column', [['sex', 'height']], [], 'model/slice-missing'],
    ['a slice with the name of a column', ['sex'], [{name: 'sex', where: 'amount > 1'}], 'model/slice-ambiguous'],
    ['an expression that cannot be read', ['odd'], [{name: 'odd', where: 'amount >'}], 'model/slice-expression'],
    [
      'an expression that is no condition',
      ['odd'],
      [{name: 'odd', where: 'amount + 1'}],
      'model/expression-no-condition',
    ],
  ] as const)('%s is a slice with a problem, never no slice', (_, inEach, declared, reason) => {
    const slices = slicesOf([...inEach], evaluation, declared)
    expect(slices.map(({problem}) => [problem?.verdict, problem?.reason])).toEqual([['error', reason]])
  })

  test('an expression of a column that the data does not have is an error that names it', () => {
    const [slice] = slicesOf(['odd'], evaluation, [{name: 'odd', where: 'height > 3'}])
    expect(slice?.problem).toMatchObject({verdict: 'error'})
    expect(slice?.problem?.what).toContain('height')
  })

  test(`beyond ${mostSlices} values the largest are kept, and the rest is told and blocks`, () => {
    const values = Array.from({length: mostSlices + 5}, (_, at) => times(at < mostSlices ? 2 : 1, `v${at}`)).flat()
    const many = binaryEvaluation({
      positive: values.map(() => 1),
      predicted: values.map(() => 1),
      groups: {city: values},
    })
    const slices = slicesOf(['city'], many, [])
    expect(slices).toHaveLength(mostSlices + 1)
    expect(slices.at(-1)?.problem).toMatchObject({verdict: 'inconclusive', reason: 'model/too-many-slices'})
    expect(slices.at(-1)?.problem?.what).toContain('the other 5 (5 rows)')
    expect(slices.slice(0, -1).every(({rows}) => rows.length === 2)).toBe(true)
  })

  test('a slice whose rows all weigh nothing is inconclusive', () => {
    const weighted: Evaluation = {
      ...evaluation,
      sample: {...evaluation.sample, weights: Float64Array.of(1, 0, 1, 1, 1, 0)},
    }
    expect(seen(['sex'], [], weighted)).toEqual([
      ['sex: f', [0, 2, 4]],
      ['sex: m', 'model/slice-weightless'],
      ['sex: (no value)', [3]],
    ])
  })

  test('a slice that takes some documents of a query and leaves others is an error: it would be another ranking', () => {
    const ranking = evaluationOf(
      {
        task: 'ranking',
        rows: 6,
        relevance: Float64Array.of(1, 0, 1, 0, 1, 0),
        scores: Float64Array.of(6, 5, 4, 3, 2, 1),
        queries: {codes: Int32Array.of(0, 0, 1, 1, 2, 2), count: 3},
      },
      {groups: {kind: ['a', 'a', 'a', 'b', 'b', 'b']}},
    )
    expect(seen(['kind'], [], ranking)).toEqual([
      ['kind: a', 'model/slice-parts-queries'],
      ['kind: b', 'model/slice-parts-queries'],
    ])
  })

  test('the slices of a column share out the rows: each row is in exactly one', () => {
    const value = fc.constantFrom('a', 'b', '', 'c')
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), {minLength: 1, maxLength: 60}), pairs => {
        const given = binaryEvaluation({
          positive: pairs.map(() => 1),
          predicted: pairs.map(() => 1),
          groups: {one: pairs.map(([one]) => one), other: pairs.map(([, other]) => other)},
        })
        for (const inEach of [['one'], [['one', 'other']]]) {
          const rows = slicesOf(inEach, given, []).flatMap(slice => [...slice.rows])
          expect(rows.toSorted((a, b) => a - b)).toEqual(pairs.map((_, row) => row))
        }
      }),
    )
  })
})
