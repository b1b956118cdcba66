import {digestOfText, shortDigest} from '../../../../src/core/digest.ts'
import {changedNames, changedNumbers, changedTexts} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {categories, ids, instants, numbers, texts} from '../tables.ts'
import {each} from '../worlds.ts'

const id = (values: Parameters<typeof changedTexts>[3]) => changedTexts('binary', 'candidate', 'id', values)
const label = (values: Parameters<typeof changedNames>[3]) => changedNames('binary', 'candidate', 'label', values)
const times = (values: Parameters<typeof changedNumbers>[3]) => changedNumbers('binary', 'candidate', 'times', values)

export const fileCases: readonly ProblemCase[] = [
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
    says: ['error candidate model/weight-infinite'],
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
    title: 'a row that does not say its group',
    change: {candidate: {region: changedNames('binary', 'candidate', 'region', {3: null, 5: null})}},
    says: ['warn candidate model/group-missing'],
    judged: 'both',
    words: /"region" has no value on 2 rows/,
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

function hashOf(text: string): string {
  return shortDigest(digestOfText(text))
}
