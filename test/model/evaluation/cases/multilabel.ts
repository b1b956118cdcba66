import {changedLists, changedNumbers} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {lists, numbers} from '../tables.ts'
import {each} from '../worlds.ts'

type Lists = Parameters<typeof changedLists>[3]
const label = (values: Lists) => changedLists('multilabel', 'candidate', 'label', values)
const answer = (values: Lists) => changedLists('multilabel', 'candidate', 'answer', values)
const theirAnswer = (values: Lists) => changedLists('multilabel', 'baseline', 'answer', values)
const noScores = {scores: undefined}

export const multilabelCases: readonly ProblemCase[] = [
  {
    title: 'an empty cell is no empty list',
    change: {both: {label: label({4: null})}, candidate: {answer: answer({5: null})}},
    says: [
      'error candidate model/label-missing',
      'error candidate model/prediction-missing',
      'error baseline model/label-missing',
    ],
    judged: 'none',
    words: /Write \[\] for a row that has no class at all/,
  },
  {
    title: 'a class without a name among others',
    change: {candidate: {answer: answer({5: ['ant', '']})}},
    says: ['error candidate model/prediction-missing'],
    judged: 'none',
    words: /on 1 row/,
  },
  {
    title: 'scores of independent classes need not add up to 1, but lie between 0 and 1',
    change: {candidate: {p_ant: changedNumbers('multilabel', 'candidate', 'p_ant', {3: -0.2})}},
    says: ['error candidate model/score-out-of-range'],
    judged: 'none',
    words: /score of "ant"/,
  },
  {
    title: 'another separator than the config says',
    change: {
      columns: noScores,
      both: {label: lists(each(row => [row % 2 === 0 ? 'ant;bee' : 'cat']))},
      candidate: {answer: lists(each(() => ['cat']))},
    },
    says: ['error both model/separator-suspected'],
    judged: 'none',
    words: /Set columns\.separator: ";"/,
  },
  {
    title: 'a separator with spaces around it leaves them in the classes',
    change: {columns: noScores, both: {label: label({3: ['ant', ' bee']})}},
    says: ['error both model/class-spelled-differently'],
    judged: 'none',
    words: /" bee" for "bee"|"bee" for " bee"/,
  },
  {
    title: 'a label outside the classes of the contract',
    change: {config: {classes: ['ant', 'bee']}, columns: noScores},
    says: [
      'error candidate model/unknown-class',
      'error candidate model/unknown-class',
      'error baseline model/unknown-class',
    ],
    judged: 'none',
  },
  {
    title: 'a class of the labels has no score column',
    change: {columns: {scores: {ant: 'p_ant', bee: 'p_bee'}, prediction: undefined}},
    says: ['error both model/class-without-score'],
    judged: 'none',
  },
  {
    title: 'the candidate predicts a class that no label has',
    change: {columns: noScores, candidate: {answer: answer({4: ['dog', 'ant']})}},
    says: ['warn candidate model/unknown-class'],
    judged: 'both',
  },
  {
    title: 'the baseline predicts a class that no label has: it may look worse than it is',
    change: {columns: noScores, baseline: {answer: theirAnswer({4: ['dog']})}},
    says: ['inconclusive baseline model/unknown-class'],
    judged: 'both',
  },
  {
    title: 'no row has any class',
    change: {columns: noScores, both: {label: lists(each(() => []))}},
    says: ['inconclusive both model/one-class-only'],
    judged: 'both',
  },
  {
    title: 'no row is predicted to have a class',
    change: {columns: noScores, candidate: {answer: lists(each(() => []))}},
    says: ['warn candidate model/one-class-predicted'],
    judged: 'both',
    words: /no class at all/,
  },
  {
    title: 'labels of the two files that differ on one row',
    change: {baseline: {label: label({7: ['ant', 'bee', 'cat']})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
    words: /on 1 row\./,
  },
  {
    title: 'two models with the same answers',
    change: {columns: noScores, baseline: {answer: answer({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
  },
  {
    title: 'two models with the same scores',
    change: {
      columns: {prediction: undefined},
      both: {
        p_ant: numbers(each(row => row / 100)),
        p_bee: numbers(each(row => row / 80)),
        p_cat: numbers(each(row => row / 60)),
      },
    },
    says: ['warn both model/predictions-identical'],
    judged: 'both',
  },
]
