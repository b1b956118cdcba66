import {changedNames, changedNumbers} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {categories, numbers} from '../tables.ts'
import {each} from '../worlds.ts'

const label = (values: Parameters<typeof changedNames>[3]) => changedNames('multiclass', 'candidate', 'label', values)
const answer = (values: Parameters<typeof changedNames>[3]) => changedNames('multiclass', 'candidate', 'answer', values)
const theirAnswer = (values: Parameters<typeof changedNames>[3]) =>
  changedNames('multiclass', 'baseline', 'answer', values)
const p = (name: string, values: Parameters<typeof changedNumbers>[3]) =>
  changedNumbers('multiclass', 'candidate', name, values)
const noScores = {scores: undefined}
const twoScores = {scores: {ant: 'p_ant', bee: 'p_bee'}}

export const multiclassCases: readonly ProblemCase[] = [
  {
    title: 'a row without label, and one without prediction',
    change: {both: {label: label({4: null})}, candidate: {answer: answer({5: null})}},
    says: [
      'error candidate model/label-missing',
      'error candidate model/prediction-missing',
      'error baseline model/label-missing',
    ],
    judged: 'none',
  },
  {
    title: 'a score that is NaN is named with its class',
    change: {candidate: {p_bee: p('p_bee', {3: Number.NaN})}},
    says: ['error candidate model/score-nan'],
    judged: 'none',
    words: /NaN as score of "bee" on 1 row/,
  },
  {
    title: 'scores of a row that do not add up to 1: the rows are counted',
    change: {candidate: {p_bee: p('p_bee', {3: 0.99, 4: 0.99})}},
    says: ['error candidate model/scores-do-not-add-up'],
    judged: 'none',
    words: /on 2 rows of 60/,
  },
  {
    title: 'scores of three decimals add up roughly, with a warning',
    change: {
      columns: {prediction: undefined},
      candidate: {
        p_ant: numbers(each(row => (row % 2 === 0 ? 0.2 : 0.333))),
        p_bee: numbers(each(row => (row % 2 === 0 ? 0.3 : 0.333))),
        p_cat: numbers(each(row => (row % 2 === 0 ? 0.5 : 0.333))),
      },
    },
    says: ['warn candidate model/scores-rounded'],
    judged: 'both',
    words: /roughly on 30 rows; the furthest is off by 0\.001\./,
  },
  {
    title: 'scores of two decimals are too rough to be probabilities',
    change: {
      columns: {prediction: undefined},
      candidate: {
        p_ant: numbers(each(row => (row % 2 === 0 ? 0.2 : 0.33))),
        p_bee: numbers(each(row => (row % 2 === 0 ? 0.3 : 0.33))),
        p_cat: numbers(each(row => (row % 2 === 0 ? 0.5 : 0.33))),
      },
    },
    says: ['error candidate model/scores-do-not-add-up'],
    judged: 'none',
    words: /on 30 rows of 60; the furthest is off by 0\.01\./,
  },
  {
    title: 'the same scores on every row',
    change: {
      columns: {prediction: undefined},
      candidate: {p_ant: numbers(each(() => 0.5)), p_bee: numbers(each(() => 0.3)), p_cat: numbers(each(() => 0.2))},
    },
    says: ['inconclusive candidate model/score-constant', 'warn candidate model/one-class-predicted'],
    judged: 'both',
    words: /the same answer, "ant"/,
  },
  {
    title: 'a class of the labels has no score column',
    change: {columns: {...twoScores, prediction: undefined}},
    says: [
      'error candidate model/class-without-score',
      'error candidate model/scores-do-not-add-up',
      'error baseline model/class-without-score',
      'error baseline model/scores-do-not-add-up',
    ],
    judged: 'none',
    words: /No score column is named for a class of the labels of the candidate: "cat"/,
  },
  {
    title: 'a class of the labels has no score column although the others add up',
    change: {
      columns: {...twoScores, prediction: undefined},
      both: {p_ant: numbers(each(row => (row + 1) / 100)), p_bee: numbers(each(row => 1 - (row + 1) / 100))},
    },
    says: ['error candidate model/class-without-score', 'error baseline model/class-without-score'],
    judged: 'none',
  },
  {
    title: 'a class of the predictions has no score column',
    change: {both: {label: label({})}, candidate: {answer: answer({4: 'dog'})}},
    says: ['error candidate model/class-without-score'],
    judged: 'none',
    words: /of the predictions of the candidate: "dog"/,
  },
  {
    title: 'the candidate predicts a class that no label has: a class like the others, with a warning',
    change: {columns: noScores, candidate: {answer: answer({4: 'dog'})}},
    says: ['warn candidate model/unknown-class'],
    judged: 'both',
    words: /on 1 row; it counts as wrong: "dog"/,
  },
  {
    title: 'the baseline predicts a class that no label has: it may look worse than it is',
    change: {columns: noScores, baseline: {answer: theirAnswer({4: 'dog'})}},
    says: ['inconclusive baseline model/unknown-class'],
    judged: 'both',
  },
  {
    title: 'texts among the predictions: values that hardly repeat are counted, not shown',
    change: {
      columns: noScores,
      candidate: {answer: answer((value, row) => (row % 10 === 0 ? `Dear customer ${row},` : value))},
    },
    says: ['warn candidate model/unknown-class'],
    judged: 'both',
    words: /on 6 rows; it counts as wrong: 6 different values\./,
  },
  {
    title: 'no predicted class is one of the labels',
    change: {columns: noScores, candidate: {answer: answer(value => `a ${value}`)}},
    says: ['error candidate model/unknown-class'],
    judged: 'none',
  },
  {
    title: 'no class that the baseline predicts is one of the labels: only the baseline is lost',
    change: {columns: noScores, baseline: {answer: theirAnswer(value => `a ${value}`)}},
    says: ['error baseline model/unknown-class'],
    judged: 'candidate',
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
    words: /a label that validation\.predictions\.classes does not list on 20 rows: "cat"/,
  },
  {
    title: 'a class of the contract that no row has is no problem',
    change: {config: {classes: ['ant', 'bee', 'cat', 'dog']}, columns: noScores},
    says: [],
    judged: 'both',
  },
  {
    title: 'a predicted class of the contract that no label has is no problem',
    change: {
      config: {classes: ['ant', 'bee', 'cat', 'dog']},
      columns: noScores,
      candidate: {answer: answer({4: 'dog'})},
    },
    says: [],
    judged: 'both',
  },
  {
    title: 'a predicted class in other letters',
    change: {columns: noScores, candidate: {answer: answer({4: 'Bee '})}},
    says: ['error candidate model/class-spelled-differently'],
    judged: 'none',
    words: /"Bee " for "bee" of the labels/,
  },
  {
    title: 'labels in two spellings',
    change: {columns: noScores, both: {label: label({4: 'BEE'})}},
    says: ['error both model/class-spelled-differently'],
    judged: 'none',
  },
  {
    title: 'classes that really differ in their letters only are listed in the config',
    change: {
      config: {classes: ['ant', 'bee', 'Bee', 'cat']},
      columns: noScores,
      both: {label: label({4: 'Bee'})},
    },
    says: [],
    judged: 'both',
  },
  {
    title: 'numbers as classes: 1 in the labels is not 1.0 in the predictions',
    change: {
      columns: noScores,
      both: {label: categories(each(row => `${row % 3}`))},
      candidate: {answer: categories(each(row => `${row % 3}.0`))},
      baseline: {answer: categories(each(row => `${(row + 1) % 3}`))},
    },
    says: ['error candidate model/class-spelled-differently'],
    judged: 'none',
    words: /"1\.0" for "1"/,
  },
  {
    title: 'score columns are named for 1 and 0, labels are true and false',
    change: {
      columns: {scores: {'0': 'p_ant', '1': 'p_bee', '2': 'p_cat'}, prediction: undefined},
      both: {label: categories(each(row => (row % 2 === 0 ? 'true' : 'false')))},
    },
    says: ['error both model/class-spelled-differently'],
    judged: 'none',
  },
  {
    title: 'labels that are measured values',
    change: {
      columns: noScores,
      both: {label: categories(each(row => `${row}.25`)), answer: categories(each(row => `${row}.25`))},
    },
    says: ['error both model/labels-look-continuous'],
    judged: 'none',
    words: /task: regression/,
  },
  {
    title: 'all rows belong to one class',
    change: {both: {label: categories(each(() => 'ant'))}},
    says: ['inconclusive both model/one-class-only'],
    judged: 'both',
  },
  {
    title: 'one class is predicted on every row',
    change: {columns: noScores, candidate: {answer: categories(each(() => 'bee'))}},
    says: ['warn candidate model/one-class-predicted'],
    judged: 'both',
  },
  {
    title: 'two models with the same answers',
    change: {columns: noScores, baseline: {answer: answer({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
  },
]
