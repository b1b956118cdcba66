import {describe, expect, test} from 'vitest'
import {answer, ask, binary, multiclass, multilabel} from './outcomes.ts'

const abc = ['a', 'b', 'c']
const thirds = [
  [0.6, 0.2, 0.2],
  [0.2, 0.6, 0.2],
  [0.2, 0.5, 0.3],
]

describe('rows that lack what a formula needs give no number', () => {
  test.each([
    ['no row at all', binary([], []), {metric: 'accuracy'}, 'model/no-rows'],
    ['precision, nothing predicted', binary([1, 0], [0, 0]), {metric: 'precision'}, 'model/nothing-predicted-positive'],
    ['recall, no positive row', binary([0, 0], [0, 1]), {metric: 'recall'}, 'model/no-positive-rows'],
    ['specificity, no negative row', binary([1, 1], [0, 1]), {metric: 'specificity'}, 'model/no-negative-rows'],
    ['F1, neither true nor predicted', binary([0, 0], [0, 0]), {metric: 'f1'}, 'model/no-positive-rows'],
    ['Jaccard, neither true nor predicted', binary([0, 0], [0, 0]), {metric: 'jaccard'}, 'model/no-positive-rows'],
    ['balanced accuracy, one class', binary([1, 1], [0, 1]), {metric: 'balanced-accuracy'}, 'model/one-class-only'],
    ['MCC, one class', binary([1, 1], [0, 1]), {metric: 'mcc'}, 'model/one-class-only'],
    ['MCC, one answer', binary([1, 0], [1, 1]), {metric: 'mcc'}, 'model/one-class-predicted'],
    ['kappa, one class, all found', binary([1, 1], [1, 1]), {metric: 'cohen-kappa'}, 'model/one-class-only'],
    ['AUC, one class', binary([1, 1], [1, 1], [0.7, 0.8]), {metric: 'roc-auc'}, 'model/one-class-only'],
    ['AP, no positive', binary([0, 0], [1, 1], [0.7, 0.8]), {metric: 'average-precision'}, 'model/no-positive-rows'],
    ['AP, no negative', binary([1, 1], [1, 1], [0.7, 0.8]), {metric: 'average-precision'}, 'model/no-negative-rows'],
    [
      'a class nobody predicts',
      multiclass(abc, [0, 1], [0, 1]),
      {metric: 'precision', class: 'c'},
      'model/nothing-predicted-positive',
    ],
    ['a class without rows', multiclass(abc, [0, 1], [0, 2]), {metric: 'recall', class: 'c'}, 'model/no-positive-rows'],
    [
      'macro AUC over an empty class',
      multiclass(abc, [0, 1, 1], [0, 1, 1], thirds),
      {metric: 'roc-auc'},
      'model/class-without-rows',
    ],
    [
      'AUC in pairs with an empty class',
      multiclass(abc, [0, 1, 1], [0, 1, 1], thirds),
      {metric: 'roc-auc', pairs: 'one-vs-one'},
      'model/class-without-rows',
    ],
    [
      'macro AP over an empty class',
      multiclass(abc, [0, 1, 1], [0, 1, 1], thirds),
      {metric: 'average-precision'},
      'model/class-without-rows',
    ],
    [
      'weighted AUC, one class only',
      multiclass(abc, [1, 1, 1], [0, 1, 1], thirds),
      {metric: 'roc-auc', average: 'weighted'},
      'model/one-class-only',
    ],
    [
      'labels that no row has some of and lacks others of',
      multilabel(
        ['x', 'y'],
        [
          [0, 0],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 1],
        ],
        [
          [0.2, 0.4],
          [0.3, 0.1],
        ],
      ),
      {metric: 'roc-auc', average: 'samples'},
      'model/no-positive-rows',
    ],
  ] as const)('%s', (_, outcomes, question, reason) => {
    expect(ask(outcomes, question)).toMatchObject({kind: 'undefined', verdict: 'inconclusive', reason})
  })

  test('the classes that lack rows are named', () => {
    const outcomes = multiclass(abc, [0, 1, 1], [0, 1, 1], thirds)
    expect(ask(outcomes, {metric: 'roc-auc'})).toMatchObject({what: expect.stringContaining('"c"')})
    expect(ask(outcomes, {metric: 'recall', class: 'c'})).toMatchObject({what: 'No row belongs to class "c".'})
  })

  test('a label that every row has is named too, and a mean over labels that no row has says so', () => {
    const always = multilabel(
      ['x', 'y'],
      [
        [1, 0],
        [1, 1],
      ],
      [
        [1, 0],
        [1, 1],
      ],
      [
        [0.9, 0.2],
        [0.8, 0.7],
      ],
    )
    for (const average of ['macro', 'weighted'] as const) {
      expect(ask(always, {metric: 'roc-auc', average})).toMatchObject({
        reason: 'model/class-without-rows',
        what: 'A mean over classes needs rows of each class and rows of others; this fails for "x".',
      })
    }
    const never = multilabel(
      ['x', 'y'],
      [
        [0, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [1, 1],
      ],
      [
        [0.9, 0.2],
        [0.8, 0.7],
      ],
    )
    expect(ask(never, {metric: 'roc-auc', average: 'weighted'})).toMatchObject({reason: 'model/no-positive-rows'})
    expect(ask(never, {metric: 'roc-auc', average: 'micro'})).toMatchObject({reason: 'model/one-class-only'})
  })

  test('also where only the weights take the rows away', () => {
    const outcomes = binary([1, 0, 1], [1, 0, 1], [0.9, 0.1, 0.8])
    const onlyPositive = Float64Array.of(1, 0, 2)
    for (const metric of ['balanced-accuracy', 'specificity', 'mcc', 'roc-auc', 'average-precision'] as const) {
      expect(answer(outcomes, {metric}), metric).toBe(1)
      expect(answer(outcomes, {metric}, onlyPositive), metric).toBe('undefined')
    }
    const nothing = new Float64Array(3)
    for (const metric of ['accuracy', 'f1', 'log-loss', 'brier', 'ece', 'mce', 'cohen-kappa'] as const) {
      expect(answer(outcomes, {metric}, nothing), metric).toBe('undefined')
    }
  })

  test.each([1e-300, 1e-150, 1e150, 1e300])(
    'weights in the unit %d give the same value or none, never another',
    unit => {
      const two = binary([1, 0, 1, 0, 1], [1, 0, 0, 1, 1], [0.9, 0.1, 0.4, 0.6, 0.6])
      const three = multiclass(abc, [0, 1, 2, 1], [0, 1, 1, 1], [...thirds, [0.4, 0.3, 0.3]])
      const ask = [
        {
          outcomes: two,
          metrics: ['accuracy', 'f1', 'mcc', 'cohen-kappa', 'roc-auc', 'average-precision', 'ece', 'brier'],
        },
        {
          outcomes: three,
          metrics: ['balanced-accuracy', 'f1', 'mcc', 'cohen-kappa', 'roc-auc', 'average-precision', 'mce'],
        },
      ] as const
      for (const {outcomes, metrics} of ask) {
        const weights = new Float64Array(outcomes.rows).fill(unit)
        for (const metric of metrics) {
          const value = answer(outcomes, {metric}, weights)
          const expected = metric === 'roc-auc' ? ['undefined'] : []
          expect([...expected, expect.closeTo(Number(answer(outcomes, {metric})), 12)], metric).toContainEqual(value)
        }
      }
    },
  )

  test('macro averages of a rate count a class without denominator as 0, and are undefined where no class has one', () => {
    // Class c is neither true nor predicted; scikit-learn with labels=[0, 1, 2] and zero_division=0 answers 2/3 too.
    expect(answer(multiclass(abc, [0, 1], [0, 1]), {metric: 'f1'})).toBeCloseTo(2 / 3, 15)
    const nothing = multilabel(
      ['x', 'y'],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    )
    expect(ask(nothing, {metric: 'recall'})).toMatchObject({kind: 'table'})
    expect(answer(nothing, {metric: 'recall'})).toBe(0)
    expect(answer(nothing, {metric: 'precision'})).toBe('undefined')
    expect(answer(nothing, {metric: 'precision', average: 'micro'})).toBe('undefined')
  })
})

describe('a question that the data can never answer is an error', () => {
  const three = multiclass(abc, [0, 1, 2], [0, 1, 1], thirds)
  test.each([
    ['scores that nobody wrote', binary([1, 0], [1, 0]), {metric: 'roc-auc'}, 'model/no-score-column'],
    ['calibration without scores', binary([1, 0], [1, 0]), {metric: 'ece'}, 'model/no-score-column'],
    ['log loss without scores', multiclass(abc, [0], [0]), {metric: 'log-loss'}, 'model/no-score-column'],
    ['best k without scores', multiclass(abc, [0], [0]), {metric: 'top-k-accuracy', k: 2}, 'model/no-score-column'],
    [
      'AUC of labels without scores',
      multilabel(['x'], [[1], [0]], [[1], [0]]),
      {metric: 'roc-auc'},
      'model/no-score-column',
    ],
    ['a class that does not exist', three, {metric: 'recall', class: 'd'}, 'model/class-not-known'],
    ['a class of scores that does not exist', three, {metric: 'roc-auc', class: 'd'}, 'model/class-not-known'],
    ['the best k of k classes', three, {metric: 'top-k-accuracy', k: 3}, 'model/top-k-always-right'],
    ['labels of a row with one class', three, {metric: 'f1', average: 'samples'}, 'model/average-misplaced'],
    [
      'scores over labels of a row with one class',
      three,
      {metric: 'roc-auc', average: 'samples'},
      'model/average-misplaced',
    ],
    [
      'all pairs in one column',
      three,
      {metric: 'roc-auc', pairs: 'one-vs-one', average: 'micro'},
      'model/average-misplaced',
    ],
    [
      'a class of a binary model without names',
      binary([1, 0], [1, 0]),
      {metric: 'recall', class: 'yes'},
      'model/class-not-known',
    ],
  ] as const)('%s', (_, outcomes, question, reason) => {
    expect(ask(outcomes, question)).toMatchObject({kind: 'undefined', verdict: 'error', reason})
  })
})

test('a binary model can be asked about either class by its name', () => {
  const outcomes = binary([1, 0, 0, 0], [1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1], {positive: 'bad', negative: 'good'})
  expect(answer(outcomes, {metric: 'recall', class: 'bad'})).toBe(1)
  expect(answer(outcomes, {metric: 'recall', class: 'good'})).toBeCloseTo(2 / 3, 15)
  expect(answer(outcomes, {metric: 'roc-auc', class: 'good'})).toBe(1)
  expect(ask(outcomes, {metric: 'recall', class: 'ugly'})).toMatchObject({
    reason: 'model/class-not-known',
    what: 'There is no class "ugly"; there are "good", "bad".',
  })
})
