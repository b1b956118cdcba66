import {describe, expect, test} from 'vitest'
import {binaryCases} from './cases/binary.ts'
import {changedNumbers} from './changes.ts'
import {categories, numbers} from './tables.ts'
import {testProblems} from './test-problems.ts'
import {each, evaluate, rowCount} from './worlds.ts'

const p = (values: Parameters<typeof changedNumbers>[3]) => changedNumbers('binary', 'candidate', 'p', values)

describe('predictions of two classes', () => {
  testProblems('binary', binaryCases)

  test('a score at the threshold predicts the positive class', () => {
    const {evaluation} = evaluate('binary', {
      config: {threshold: 0.3},
      columns: {prediction: undefined},
      candidate: {p: numbers(each(row => (row === 0 ? 0.3 : row === 1 ? 0.299_999 : row / 100)))},
    })
    expect(evaluation?.candidate.task === 'binary' && [...evaluation.candidate.predicted.slice(0, 2)]).toEqual([1, 0])
  })

  test('the prediction column decides where there is one, and the score is kept beside it', () => {
    const {evaluation} = evaluate('binary', {config: {threshold: 0.99}})
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'binary' && outcomes.predicted.includes(1)).toBe(true)
    expect(outcomes?.task === 'binary' && outcomes.scores).toHaveLength(rowCount)
  })

  test.each([
    [{}, 'good'],
    [{classes: ['bad', 'fine']}, 'fine'],
  ])('a cost matrix may call the classes as the config or the data does', (config, negative) => {
    const label = categories(each(row => (row % 3 === 0 ? 'bad' : negative)))
    const {evaluation} = evaluate('binary', {config, columns: {prediction: undefined}, both: {label}})
    expect(evaluation?.candidate).toMatchObject({names: {positive: 'bad', negative}})
  })

  test('scores that rounding put beyond 0 and 1 are within them afterwards', () => {
    const {evaluation} = evaluate('binary', {candidate: {p: p({0: 1.000_000_119, 1: -0.000_000_3})}})
    const scores = evaluation?.candidate.task === 'binary' ? evaluation.candidate.scores : null
    expect([scores?.[0], scores?.[1]]).toEqual([1, 0])
  })
})
