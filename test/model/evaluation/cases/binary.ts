import {changedNames, changedNumbers} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {categories, numbers} from '../tables.ts'
import {each} from '../worlds.ts'

const label = (values: Parameters<typeof changedNames>[3]) => changedNames('binary', 'candidate', 'label', values)
const answer = (values: Parameters<typeof changedNames>[3]) => changedNames('binary', 'candidate', 'answer', values)
const p = (values: Parameters<typeof changedNumbers>[3]) => changedNumbers('binary', 'candidate', 'p', values)
const theirP = (values: Parameters<typeof changedNumbers>[3]) => changedNumbers('binary', 'baseline', 'p', values)
const theirAnswer = (values: Parameters<typeof changedNames>[3]) => changedNames('binary', 'baseline', 'answer', values)

export const binaryCases: readonly ProblemCase[] = [
  {
    title: 'a row without label: the candidate cannot be judged',
    change: {both: {label: label({4: null})}},
    says: ['error candidate model/label-missing', 'error baseline model/label-missing'],
    judged: 'none',
  },
  {
    title: 'a row without prediction',
    change: {candidate: {answer: answer({4: null, 5: null})}},
    says: ['error candidate model/prediction-missing'],
    judged: 'none',
    words: /on 2 rows/,
  },
  {
    title: 'a baseline without a prediction: the candidate is judged all the same',
    change: {baseline: {answer: theirAnswer({4: null})}},
    says: ['error baseline model/prediction-missing'],
    judged: 'candidate',
  },
  {
    title: 'every kind of wrong score is counted by itself',
    change: {candidate: {p: p({0: null, 1: Number.NaN, 2: Number.POSITIVE_INFINITY, 3: 'high', 4: 1.5})}},
    says: [
      'error candidate model/score-missing',
      'error candidate model/score-nan',
      'error candidate model/score-infinite',
      'error candidate model/score-not-a-number',
      'error candidate model/score-out-of-range',
    ],
    judged: 'none',
  },
  {
    title: 'percentages are told as what they look like',
    change: {candidate: {p: p(value => Number(value) * 100)}},
    says: ['error candidate model/score-out-of-range'],
    judged: 'none',
    words: /look like percentages\. Divide them by 100/,
  },
  {
    title: 'logits are told as what they look like',
    change: {candidate: {p: p(value => Math.log(Number(value) / (1 - Number(value))) * 2)}},
    says: ['error candidate model/score-out-of-range'],
    judged: 'none',
    words: /look like logits: apply the sigmoid/,
  },
  {
    title: 'what 32-bit rounding leaves beyond 1 counts as 1, with a warning',
    change: {candidate: {p: p({0: 1.000_000_119})}},
    says: ['warn candidate model/score-rounded-into-range'],
    judged: 'both',
  },
  {
    title: 'a score that is the same on every row',
    change: {columns: {prediction: undefined}, candidate: {p: numbers(each(() => 0.7))}},
    says: ['inconclusive candidate model/score-constant', 'warn candidate model/one-class-predicted'],
    judged: 'both',
  },
  {
    title: 'predicted classes in the place of scores',
    change: {columns: {prediction: undefined}, candidate: {p: numbers(each(row => (row % 4 === 0 ? 1 : 0)))}},
    says: ['warn candidate model/score-is-class'],
    judged: 'both',
    words: /predict_proba/,
  },
  {
    title: 'texts or ids in the place of classes',
    change: {
      both: {
        label: {...categories(each(row => `t${row}`)), names: Array.from({length: 2001}, (_, code) => `t${code}`)},
      },
    },
    says: ['error candidate model/too-many-classes', 'error baseline model/too-many-classes'],
    judged: 'none',
    inMemory: true,
    words: /2,001 different values as label/,
  },
  {
    title: 'one class is predicted on every row',
    change: {columns: {score: undefined}, candidate: {answer: categories(each(() => 'good'))}},
    says: ['warn candidate model/one-class-predicted'],
    judged: 'both',
    words: /the same answer, not positive/,
  },
  {
    title: 'a baseline that predicts one class on every row',
    change: {columns: {score: undefined}, baseline: {answer: categories(each(() => 'bad'))}},
    says: ['warn baseline model/one-class-predicted'],
    judged: 'both',
    words: /the same answer, positive/,
  },
  {
    title: 'all rows belong to the positive class',
    change: {
      columns: {prediction: undefined},
      both: {label: categories(each(() => 'bad'))},
    },
    says: ['inconclusive both model/one-class-only'],
    judged: 'both',
  },
  {
    title: 'labels of one class cannot name what else is predicted',
    change: {columns: {score: undefined}, both: {label: categories(each(() => 'bad'))}},
    says: ['inconclusive both model/one-class-only'],
    judged: 'both',
  },
  {
    title: 'no row has the positive class',
    change: {config: {positive: 'fraud'}},
    says: ['error both model/positive-class-absent'],
    judged: 'none',
    words: /the labels are "good", "bad"/,
  },
  {
    title: 'the positive class in other letters',
    change: {config: {positive: 'Bad'}},
    says: ['error both model/positive-class-absent'],
    judged: 'none',
    words: /Did you mean "bad"\?/,
  },
  {
    title: 'the positive class is 1 in the config and 1.0 in the labels',
    change: {
      config: {positive: 1},
      columns: {prediction: undefined},
      both: {label: categories(each(row => (row % 3 === 0 ? '1.0' : '0.0')))},
    },
    says: ['error both model/positive-class-absent'],
    judged: 'none',
    words: /Did you mean "1\.0"\?/,
  },
  {
    title: 'the positive class is true in the config and True in the labels',
    change: {
      config: {positive: true},
      columns: {prediction: undefined},
      both: {label: categories(each(row => (row % 3 === 0 ? 'True' : 'False')))},
    },
    says: ['error both model/positive-class-absent'],
    judged: 'none',
    words: /Did you mean "True"\?/,
  },
  {
    title: 'three classes among the labels',
    change: {both: {label: label({4: 'unclear'})}},
    says: ['error both model/more-than-two-classes'],
    judged: 'none',
    words: /task: multiclass/,
  },
  {
    title: 'a label with a space at its end is no third class',
    change: {both: {label: label({4: 'good '})}},
    says: ['error both model/class-spelled-differently'],
    judged: 'none',
    words: /"good " for "good"/,
  },
  {
    title: 'labels 1 and 0, predictions 1.0 and 0.0: both spellings are named',
    change: {
      config: {positive: '1'},
      both: {label: categories(each(row => (row % 3 === 0 ? '1' : '0')))},
      candidate: {answer: answer(value => (value === 'bad' ? '1.0' : '0.0'))},
      baseline: {answer: theirAnswer(value => (value === 'bad' ? '1' : '0'))},
    },
    says: ['error candidate model/class-spelled-differently'],
    judged: 'none',
    words: /"1\.0" for "1" of the labels|"0\.0" for "0" of the labels/,
  },
  {
    title: 'labels 1 and 0, the baseline predicts true and false: only the baseline is lost',
    change: {
      config: {positive: '1'},
      both: {label: categories(each(row => (row % 3 === 0 ? '1' : '0')))},
      candidate: {answer: answer(value => (value === 'bad' ? '1' : '0'))},
      baseline: {answer: theirAnswer(value => (value === 'bad' ? 'true' : 'false'))},
    },
    says: ['error baseline model/class-spelled-differently'],
    judged: 'candidate',
  },
  {
    title: 'a predicted class that no label has',
    change: {candidate: {answer: answer({7: 'unclear'})}},
    says: ['error candidate model/unknown-class'],
    judged: 'none',
    words: /on 1 row: "unclear"/,
  },
  {
    title: 'a wrong column as prediction: its values are counted, not shown',
    change: {candidate: {answer: categories(each(row => `customer-${row}`))}},
    says: ['error candidate model/unknown-class'],
    judged: 'none',
    words: /60 different values/,
  },
  {
    title: 'a label that the config’s classes do not list',
    change: {config: {classes: ['bad', 'fine']}, columns: {prediction: undefined}},
    says: ['error candidate model/unknown-class'],
    judged: 'none',
    words: /"good"/,
  },
  {
    title: 'a prediction that the config’s classes do not list',
    change: {config: {classes: ['bad', 'good']}, baseline: {answer: theirAnswer({3: 'unclear'})}},
    says: ['error baseline model/unknown-class'],
    judged: 'candidate',
  },
  {
    title: 'a score that is the probability of the other class',
    change: {candidate: {p: p(value => 1 - Number(value))}},
    says: ['warn candidate model/score-against-prediction'],
    judged: 'both',
  },
  {
    title: 'two models with the same scores',
    change: {columns: {prediction: undefined}, baseline: {p: p({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
    words: /the same score on every row/,
  },
  {
    title: 'two models with the same answers and no scores',
    change: {columns: {score: undefined}, baseline: {answer: answer({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
    words: /the same answer on every row/,
  },
  {
    title: 'problems of both files are told at once',
    change: {candidate: {p: p({1: Number.NaN})}, baseline: {p: theirP({1: 7})}},
    says: ['error candidate model/score-nan', 'error baseline model/score-out-of-range'],
    judged: 'none',
  },
]
