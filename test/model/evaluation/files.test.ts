import {describe, expect, test} from 'vitest'
import {tasks} from '../../../src/core/metric-catalog.ts'
import {fileCases} from './cases/files.ts'
import {changedNames, changedNumbers, changedTexts} from './changes.ts'
import {categories, ids, numbers, texts} from './tables.ts'
import {testProblems} from './test-problems.ts'
import {each, evaluate, said} from './worlds.ts'

const id = (values: Parameters<typeof changedTexts>[3]) => changedTexts('binary', 'candidate', 'id', values)
const label = (values: Parameters<typeof changedNames>[3]) => changedNames('binary', 'candidate', 'label', values)
const times = (values: Parameters<typeof changedNumbers>[3]) => changedNumbers('binary', 'candidate', 'times', values)

describe('the files of both models', () => {
  testProblems('binary', fileCases)

  test.each(tasks)('%s: a file without a row', task => {
    const empty = {id: texts([]), label: categories([]), x: numbers([])}
    const {evaluation, problems} = evaluate(task, {
      candidate: Object.fromEntries(names(task).map(name => [name, empty.id])),
      baseline: null,
    })
    expect(evaluation).toBeNull()
    expect(said(problems)).toEqual(['error candidate model/no-rows'])
  })

  test.each(tasks)('%s: a file without a header line shows none of its first row', task => {
    const {evaluation, problems} = evaluate(task, {
      candidate: {...Object.fromEntries(names(task).map(name => [name, undefined])), 'Ada Lovelace': ids(60)},
      baseline: null,
    })
    expect(evaluation).toBeNull()
    expect(said(problems)).toEqual(['error candidate model/column-missing'])
    expect(JSON.stringify(problems)).not.toContain('Ada')
  })

  test('all that is wrong with both files is told at once', () => {
    const {problems} = evaluate('binary', {
      candidate: {id: id({1: 'r0'}), p: changedNumbers('binary', 'candidate', 'p', {2: 7}), times: times({3: -1})},
      baseline: {id: id({1: null}), label: label({4: null})},
    })
    expect(said(problems)).toEqual([
      'error candidate model/duplicate-ids',
      'error candidate model/score-out-of-range',
      'error candidate model/weight-negative',
      'error baseline model/id-missing',
      'error baseline model/label-missing',
    ])
  })

  test('weights that are all alike say nothing, and rows that are each a cluster are independent', () => {
    const {evaluation} = evaluate('binary', {
      candidate: {times: numbers(each(() => 2)), customer: categories(each(row => `c${row}`))},
    })
    expect(evaluation?.sample).toEqual({rows: 60, weights: null, clusters: null})
  })

  test('clusters are numbered without a gap', () => {
    const {evaluation} = evaluate('binary')
    expect(evaluation?.sample.clusters?.count).toBe(30)
    expect([...(evaluation?.sample.clusters?.codes ?? [])].slice(0, 6)).toEqual([0, 0, 1, 1, 2, 2])
  })

  test('the baseline’s own columns are kept for expressions of its decisions', () => {
    const {evaluation} = evaluate('binary')
    expect([...(evaluation?.baselineColumns?.keys() ?? [])]).toEqual(expect.arrayContaining(['label', 'answer', 'p']))
    expect(evaluation?.columns.has('region')).toBe(true)
    expect(evaluation?.baselineColumns?.has('region')).toBe(false)
  })
})

function names(task: Parameters<typeof evaluate>[0]): string[] {
  return [...(evaluate(task).evaluation?.columns.keys() ?? [])]
}
