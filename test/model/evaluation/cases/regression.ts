import {changedNumbers} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {numbers} from '../tables.ts'
import {each} from '../worlds.ts'

type Numbers = Parameters<typeof changedNumbers>[3]
const label = (values: Numbers) => changedNumbers('regression', 'candidate', 'label', values)
const answer = (values: Numbers) => changedNumbers('regression', 'candidate', 'answer', values)
const valuesOnly = {quantiles: undefined, interval: undefined}
const quantilesOnly = {prediction: undefined, interval: undefined, quantiles: {'0.1': 'low', '0.9': 'high'}}

export const regressionCases: readonly ProblemCase[] = [
  {
    title: 'every kind of wrong value is counted by itself, in labels and predictions',
    change: {
      columns: valuesOnly,
      both: {label: label({0: null, 1: Number.NaN, 2: Number.NEGATIVE_INFINITY, 3: 'n/a'})},
      candidate: {answer: answer({0: null, 1: Number.NaN, 2: Number.NEGATIVE_INFINITY, 3: 'about 5'})},
      baseline: null,
    },
    says: [
      'error candidate model/label-missing',
      'error candidate model/label-nan',
      'error candidate model/label-infinite',
      'error candidate model/label-not-a-number',
      'error candidate model/prediction-missing',
      'error candidate model/prediction-nan',
      'error candidate model/prediction-infinite',
      'error candidate model/prediction-not-a-number',
    ],
    judged: 'none',
    words: /Write each prediction as a decimal number, with a point and without quotes/,
  },
  {
    title: 'a quantile that is NaN is named by its level',
    change: {
      columns: quantilesOnly,
      candidate: {low: changedNumbers('regression', 'candidate', 'low', {2: Number.NaN})},
    },
    says: ['error candidate model/prediction-nan'],
    judged: 'none',
    words: /NaN as quantile 0\.1 on 1 row/,
  },
  {
    title: 'whole numbers that a double cannot hold',
    change: {columns: valuesOnly, candidate: {answer: answer({0: 9_007_199_254_740_993n})}},
    says: ['warn candidate model/number-rounded'],
    judged: 'both',
  },
  {
    title: 'the same target on every row',
    change: {both: {label: numbers(each(() => 4))}},
    says: ['inconclusive both model/target-constant'],
    judged: 'both',
  },
  {
    title: 'the same prediction on every row',
    change: {columns: valuesOnly, candidate: {answer: numbers(each(() => 4))}},
    says: ['inconclusive candidate model/prediction-constant'],
    judged: 'both',
  },
  {
    title: 'quantiles that cross are counted by row',
    change: {
      columns: quantilesOnly,
      candidate: {low: changedNumbers('regression', 'candidate', 'low', {2: 9999, 3: 9999})},
    },
    says: ['warn candidate model/quantiles-cross'],
    judged: 'both',
    words: /on 2 rows/,
  },
  {
    title: 'an interval that begins above its end',
    change: {
      columns: {...valuesOnly, interval: {low: 'low', high: 'high'}},
      baseline: {low: changedNumbers('regression', 'baseline', 'low', {2: 9999})},
    },
    says: ['error baseline model/interval-reversed'],
    judged: 'candidate',
  },
  {
    title: 'the ends of the interval are named the wrong way round',
    change: {columns: {...valuesOnly, interval: {low: 'high', high: 'low'}}},
    says: ['error candidate model/interval-reversed', 'error baseline model/interval-reversed'],
    judged: 'none',
  },
  {
    title: 'targets of the two files that differ',
    change: {baseline: {label: label({7: 125})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
  },
  {
    title: 'a prediction column that was filled from the label',
    change: {columns: valuesOnly, baseline: {answer: label({})}},
    says: ['warn baseline model/prediction-is-label'],
    judged: 'both',
  },
  {
    title: 'two models with the same values',
    change: {columns: valuesOnly, baseline: {answer: answer({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
  },
]
