import {describe, expect, test} from 'vitest'
import {multilabelCases} from './cases/multilabel.ts'
import {changedLists} from './changes.ts'
import {numbers} from './tables.ts'
import {testProblems} from './test-problems.ts'
import {each, evaluate} from './worlds.ts'

type Lists = Parameters<typeof changedLists>[3]
const label = (values: Lists) => changedLists('multilabel', 'candidate', 'label', values)

describe('predictions of several classes at once', () => {
  testProblems('multilabel', multilabelCases)

  test('neither the order of classes in a cell nor their repetition says anything', () => {
    const {evaluation, problems} = evaluate('multilabel', {
      baseline: {label: label(value => [...(value ?? []), ...(value ?? [])].reverse())},
    })
    expect(problems).toEqual([])
    expect(evaluation?.baseline).not.toBeNull()
  })

  test('each class has its flags, in the order of the classes', () => {
    const {evaluation} = evaluate('multilabel', {both: {label: label({0: ['cat'], 1: [], 2: ['ant', 'cat']})}})
    const outcomes = evaluation?.candidate
    const flags = outcomes?.task === 'multilabel' ? outcomes.labels.map(each => [...each.slice(0, 3)]) : []
    expect(outcomes).toMatchObject({classes: ['ant', 'bee', 'cat']})
    expect(flags).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [1, 0, 1],
    ])
  })

  test('without a prediction column each score is held against the threshold', () => {
    const {evaluation} = evaluate('multilabel', {
      config: {threshold: 0.3},
      columns: {prediction: undefined},
      candidate: {p_bee: numbers(each(row => (row === 0 ? 0.3 : row === 1 ? 0.29 : row / 60)))},
    })
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'multilabel' && [...(outcomes.predicted[1] ?? [])].slice(0, 2)).toEqual([1, 0])
  })
})
