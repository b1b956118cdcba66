import {describe, expect, test} from 'vitest'
import {regressionCases} from './cases/regression.ts'
import {changedNumbers} from './changes.ts'
import {testProblems} from './test-problems.ts'
import {evaluate} from './worlds.ts'

type Numbers = Parameters<typeof changedNumbers>[3]
const label = (values: Numbers) => changedNumbers('regression', 'candidate', 'label', values)

describe('predictions of a number', () => {
  testProblems('regression', regressionCases)

  test('targets that one file holds in 32 bits are the same targets', () => {
    const {evaluation, problems} = evaluate('regression', {
      both: {label: label(value => Number(value) + 0.1)},
      baseline: {label: label(value => Math.fround(Number(value) + 0.1))},
    })
    expect(problems).toEqual([])
    expect(evaluation?.baseline).not.toBeNull()
  })

  test('quantiles come by rising level, and the median may be the prediction', () => {
    const {evaluation} = evaluate('regression', {columns: {quantiles: {'0.9': 'high', '.5': 'answer', '0.1': 'low'}}})
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'regression' && outcomes.quantiles.map(({level}) => level)).toEqual([0.1, 0.5, 0.9])
  })

  test('a model that answers an interval only has no predicted value', () => {
    const {evaluation, problems} = evaluate('regression', {columns: {prediction: undefined, quantiles: undefined}})
    expect(problems).toEqual([])
    expect(evaluation?.candidate).toMatchObject({predicted: null, quantiles: []})
  })
})
