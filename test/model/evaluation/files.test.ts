import {describe, expect, test} from 'vitest'
import {digestOfText, shortDigest} from '../../../src/core/digest.ts'
import {tasks} from '../../../src/core/metric-catalog.ts'
import {changedNames, changedNumbers, changedTexts} from './changes.ts'
import {type ProblemCase, testProblems} from './problem-cases.ts'
import {categories, ids, instants, numbers, texts} from './tables.ts'
import {each, evaluate, said} from './worlds.ts'

const id = (values: Parameters<typeof changedTexts>[3]) => changedTexts('binary', 'candidate', 'id', values)
const label = (values: Parameters<typeof changedNames>[3]) => changedNames('binary', 'candidate', 'label', values)
const times = (values: Parameters<typeof changedNumbers>[3]) => changedNumbers('binary', 'candidate', 'times', values)

const cases: readonly ProblemCase[] = [
  {
    title: 'a column missing: the file’s columns are named, and what was meant',
    change: {columns: {score: 'P'}},
    says: ['error candidate model/column-missing', 'error baseline model/column-missing'],
    judged: 'none',
    words: /no column "P"; it has "id", "label", "answer", "p".*Did you mean "p"\?/,
  },
  {
    title: 'a column mistyped',
    change: {columns: {groups: ['regoin']}},
    says: ['error candidate model/column-missing'],
    judged: 'none',
    words: /Did you mean "region"\?/,
  },
  {
    title: 'a group column is missed in the candidate’s file only',
    change: {candidate: {region: undefined, customer: undefined}},
    says: ['error candidate model/column-missing', 'error candidate model/column-missing'],
    judged: 'none',
  },
  {
    title: 'a row without id',
    change: {candidate: {id: id({3: null})}},
    says: ['error candidate model/id-missing'],
    judged: 'none',
    words: /no id on 1 row\./,
  },
  {
    title: 'two rows without id are no duplicates of each other',
    change: {baseline: {id: id({3: null, 4: null})}},
    says: ['error baseline model/id-missing'],
    judged: 'candidate',
  },
  {
    title: 'an id three times',
    change: {candidate: {id: id({3: 'r0', 4: 'r0'})}},
    says: ['error candidate model/duplicate-ids'],
    judged: 'none',
    words: new RegExp(`on 2 rows \\(sha256 of some: ${hashOf('r0')}, ${hashOf('r0')}\\)`),
  },
  {
    title: 'as many rows, other ids',
    change: {baseline: {id: id({3: 'x3'})}},
    says: ['error both model/ids-differ'],
    judged: 'candidate',
    words: new RegExp(
      `1 id stands only in the candidate’s file, and 1 id .* of some: ${hashOf('r3')}, ${hashOf('x3')}\\)`,
    ),
  },
  {
    title: 'no id in common',
    change: {baseline: {id: ids(60, 'other-')}},
    says: ['error both model/ids-differ'],
    judged: 'candidate',
    words: /60 ids stand only in the candidate’s file, and 60 ids.*are they of one evaluation set\?/,
  },
  {
    title: 'ids that one file holds as floats',
    change: {candidate: {id: texts(each(row => `${row}`))}, baseline: {id: texts(each(row => `${row}.0`))}},
    says: ['error both model/ids-differ'],
    judged: 'candidate',
    words: /written in another way, as 7 and 7\.0 are/,
  },
  {
    title: 'a label that differs',
    change: {baseline: {label: label({0: 'good', 1: 'bad'})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
    words: /on 2 rows/,
  },
  {
    title: 'labels that are the same in other spellings',
    change: {baseline: {label: label(value => (value === 'bad' ? 'Bad' : 'Good'))}},
    says: ['error both model/class-spelled-differently'],
    judged: 'candidate',
    words: /"Bad" in the baseline’s file is "bad" in the candidate’s/,
  },
  {
    title: 'labels that differ in more than their spelling',
    change: {baseline: {label: label({0: 'good', 3: 'Bad'})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
  },
  {
    title: 'every kind of wrong weight is counted by itself',
    change: {candidate: {times: times({0: null, 1: Number.NaN, 2: Number.POSITIVE_INFINITY, 3: 'two'})}},
    says: [
      'error candidate model/weight-missing',
      'error candidate model/weight-nan',
      'error candidate model/weight-infinite',
      'error candidate model/weight-not-a-number',
    ],
    judged: 'none',
  },
  {
    title: 'a negative weight',
    change: {candidate: {times: times({3: -1})}},
    says: ['error candidate model/weight-negative'],
    judged: 'none',
  },
  {
    title: 'weights that are all zero',
    change: {candidate: {times: numbers(each(() => 0))}},
    says: ['error candidate model/weights-all-zero'],
    judged: 'none',
  },
  {
    title: 'weights whose squares overflow',
    change: {candidate: {times: times({3: 1e200})}},
    says: ['warn candidate model/number-rounded', 'error candidate model/weight-infinite'],
    judged: 'none',
  },
  {
    title: 'rows of weight zero are counted and told',
    change: {candidate: {times: times({3: 0, 4: 0})}},
    says: ['warn candidate model/weight-zero'],
    judged: 'both',
    words: /2 rows of 60 have the weight 0 and do not count/,
  },
  {
    title: 'one row that carries nearly all the weight is one row',
    change: {candidate: {times: times({3: 1e6})}},
    says: ['inconclusive both model/too-few-rows'],
    judged: 'none',
    words: /The weights let 60 rows count as 1;/,
  },
  {
    title: 'a row without cluster',
    change: {candidate: {customer: changedNames('binary', 'candidate', 'customer', {3: null})}},
    says: ['error candidate model/cluster-missing'],
    judged: 'none',
  },
  {
    title: 'a group in two spellings: neither is named, as small groups stand in no report',
    change: {candidate: {region: categories(each(row => (row === 0 ? 'North ' : row % 2 === 0 ? 'north' : 'south')))}},
    says: ['warn candidate model/group-spelled-differently'],
    judged: 'both',
    words: /"region" has 1 value that is another in other letters/,
  },
  {
    title: 'fewer rows than the config asks for',
    change: {config: {'min-rows': 61}},
    says: ['inconclusive both model/too-few-rows'],
    judged: 'none',
    words: /There are 60 rows; with fewer than 61 nothing is concluded/,
  },
  {
    title: 'timestamps that cannot be read',
    change: {candidate: {seen: instants(each(row => (row === 0 ? null : row === 1 ? 'yesterday' : '2026-03-04')))}},
    says: ['warn candidate model/timestamp-unreadable'],
    judged: 'both',
    words: /on 2 rows/,
  },
  {
    title: 'timestamps in another unit',
    change: {candidate: {seen: instants(each(row => new Date(1_700_000_000 + row).toISOString()))}},
    says: ['warn candidate model/timestamp-implausible'],
    judged: 'both',
  },
]

describe('the files of both models', () => {
  testProblems('binary', cases)

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

function hashOf(text: string): string {
  return shortDigest(digestOfText(text))
}
