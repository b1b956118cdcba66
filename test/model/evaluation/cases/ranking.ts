import {changedNames, changedNumbers, changedTexts} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {categories, numbers} from '../tables.ts'
import {each} from '../worlds.ts'

type Numbers = Parameters<typeof changedNumbers>[3]
const label = (values: Numbers) => changedNumbers('ranking', 'candidate', 'label', values)
const p = (values: Numbers) => changedNumbers('ranking', 'candidate', 'p', values)
const q = (values: Parameters<typeof changedNames>[3]) => changedNames('ranking', 'candidate', 'q', values)
const unweighted = {weight: undefined, cluster: undefined}

export const rankingCases: readonly ProblemCase[] = [
  {
    title: 'every kind of wrong relevance and score is counted by itself',
    change: {
      both: {label: label({0: null, 1: Number.NaN, 2: Number.POSITIVE_INFINITY, 3: 'high', 4: -1})},
      candidate: {p: p({0: null, 1: Number.NaN, 2: Number.POSITIVE_INFINITY, 3: 'high'})},
      baseline: null,
    },
    says: [
      'error candidate model/relevance-missing',
      'error candidate model/relevance-nan',
      'error candidate model/relevance-infinite',
      'error candidate model/relevance-not-a-number',
      'error candidate model/score-missing',
      'error candidate model/score-nan',
      'error candidate model/score-infinite',
      'error candidate model/score-not-a-number',
      'error candidate model/relevance-negative',
    ],
    judged: 'none',
  },
  {
    title: 'a row without query',
    change: {columns: unweighted, both: {q: q({4: null})}},
    says: ['error candidate model/query-missing', 'error baseline model/query-missing'],
    judged: 'none',
  },
  {
    title: 'a document twice in one query',
    change: {candidate: {id: changedTexts('ranking', 'candidate', 'id', {1: 'd0'})}},
    says: ['error candidate model/duplicate-ids'],
    judged: 'none',
    words: /repeats query and id of an earlier row on 1 row/,
  },
  {
    title: 'the same score on every row',
    change: {candidate: {p: numbers(each(() => 0.5))}},
    says: ['inconclusive candidate model/score-constant'],
    judged: 'both',
  },
  {
    title: 'no document is relevant',
    change: {both: {label: numbers(each(() => 0))}},
    says: ['inconclusive both model/nothing-relevant'],
    judged: 'both',
  },
  {
    title: 'every query has one document',
    change: {columns: unweighted, both: {q: categories(each(row => `q${row}`)), label: numbers(each(() => 1))}},
    says: ['inconclusive both model/nothing-to-rank'],
    judged: 'both',
  },
  {
    title: 'in each query all documents are alike',
    change: {columns: unweighted, both: {label: numbers(each(row => (Math.floor(row / 6) % 2 === 0 ? 1 : 0)))}},
    says: ['inconclusive both model/nothing-to-rank'],
    judged: 'both',
  },
  {
    title: 'queries of one document, and queries without a relevant one, are counted',
    change: {
      columns: unweighted,
      both: {q: q({0: 'alone', 1: 'alone too'}), label: label((value, row) => (row >= 54 || row < 2 ? 0 : value))},
    },
    says: ['warn both model/query-of-one-document', 'warn both model/query-without-relevant'],
    judged: 'both',
    words: /2 of 12 queries have one document.*\n3 of 12 queries have no relevant document/,
  },
  {
    title: 'weights that differ within a query',
    change: {candidate: {times: numbers(each(row => 1 + (row % 2)))}},
    says: ['error candidate model/weights-differ-within-query'],
    judged: 'none',
  },
  {
    title: 'a query in two clusters',
    change: {columns: {cluster: 'region'}},
    says: ['error candidate model/query-in-several-clusters'],
    judged: 'none',
  },
  {
    title: 'relevances of the two files that differ',
    change: {baseline: {label: label({7: 2})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
  },
  {
    title: 'the files disagree about the query of a document',
    change: {columns: unweighted, baseline: {q: q({7: 'q0'})}},
    says: ['error both model/ids-differ'],
    judged: 'candidate',
  },
  {
    title: 'two models with the same scores',
    change: {baseline: {p: p({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
  },
]
