import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {MetricQuestion} from '../../../../src/core/metric-question.ts'
import type {BinaryOutcomes, Outcomes} from '../../../../src/model/evaluation/outcomes.ts'
import {answer, ask, binary, multiclass, multilabel} from './outcomes.ts'

// The same quantity is reached by different kinds of statistic: a mean, a table, an area, a function of weights.

const rows = fc.array(
  fc.record({
    truth: fc.nat(2),
    predicted: fc.nat(2),
    scores: fc.tuple(fc.nat(8), fc.nat(8), fc.nat(8)).map(scores => scores.map(score => score / 8)),
    weight: fc.nat(12).map(eighths => eighths / 8),
  }),
  {minLength: 1, maxLength: 24},
)
type Rows = typeof rows extends fc.Arbitrary<infer R> ? R : never

const classes = ['a', 'b', 'c'] as const

const several = (list: Rows) =>
  multiclass(
    classes,
    list.map(row => row.truth),
    list.map(row => row.predicted),
    list.map(row => row.scores),
  )

const one = (list: Rows): BinaryOutcomes =>
  binary(
    list.map(row => (row.truth === 1 ? 1 : 0)),
    list.map(row => (row.predicted === 1 ? 1 : 0)),
    list.map(row => row.scores[1] ?? 0),
    {positive: 'b', negative: null},
  )

const labels = (list: Rows) =>
  multilabel(
    classes,
    list.map(({truth}) => classes.map((_, index) => (truth === index ? 1 : 0))),
    list.map(({predicted}) => classes.map((_, index) => (predicted === index ? 1 : 0))),
    list.map(row => row.scores),
  )

/** Holds for the rows with their weights, or is undefined on both sides. */
function always(property: (value: (outcomes: Outcomes, question: MetricQuestion) => number, list: Rows) => void) {
  fc.assert(
    fc.property(rows, list => {
      const weights = Float64Array.from(list, row => row.weight)
      property((outcomes, question) => {
        const value = answer(outcomes, question, weights)
        return value === 'undefined' ? Number.NaN : value
      }, list)
    }),
    {numRuns: 150},
  )
}

const close = (value: number) => (Number.isNaN(value) ? Number.NaN : expect.closeTo(value, 12))

describe('of one class', () => {
  test.each([
    {metric: 'precision'},
    {metric: 'recall'},
    {metric: 'f1'},
    {metric: 'f-beta', beta: 0.5},
    {metric: 'jaccard'},
    {metric: 'roc-auc'},
    {metric: 'average-precision'},
  ] as const satisfies readonly MetricQuestion[])(
    '$metric is the same for a binary model, a class and a label',
    question => {
      always((value, list) => {
        const expected = close(value(one(list), question))
        expect(value(several(list), {...question, class: 'b'})).toEqual(expected)
        expect(value(labels(list), {...question, class: 'b'})).toEqual(expected)
      })
    },
  )

  test('F1 is the harmonic mean of precision and recall, and F with beta 1', () => {
    always((value, list) => {
      const precision = value(one(list), {metric: 'precision'})
      const recall = value(one(list), {metric: 'recall'})
      const f1 = value(one(list), {metric: 'f1'})
      if (precision + recall > 0) expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12)
      expect(value(one(list), {metric: 'f-beta', beta: 1})).toEqual(close(f1))
    })
  })

  test('Jaccard is F1 / (2 - F1)', () => {
    always((value, list) => {
      const f1 = value(one(list), {metric: 'f1'})
      expect(value(one(list), {metric: 'jaccard'})).toEqual(close(f1 / (2 - f1)))
    })
  })

  test('balanced accuracy of two classes is the mean of recall and specificity', () => {
    always((value, list) => {
      const mean = (value(one(list), {metric: 'recall'}) + value(one(list), {metric: 'specificity'})) / 2
      expect(value(one(list), {metric: 'balanced-accuracy'})).toEqual(close(mean))
    })
  })

  test('kappa of two classes is the same with every weighting', () => {
    always((value, list) => {
      const kappa = close(value(one(list), {metric: 'cohen-kappa'}))
      expect(value(one(list), {metric: 'cohen-kappa', weighting: 'linear'})).toEqual(kappa)
      expect(value(one(list), {metric: 'cohen-kappa', weighting: 'quadratic'})).toEqual(kappa)
    })
  })
})

describe('of several classes', () => {
  test.each(['precision', 'recall', 'f1'] as const)('%s micro is the accuracy, and the same by labels', metric => {
    always((value, list) => {
      const accuracy = close(value(several(list), {metric: 'accuracy'}))
      expect(value(several(list), {metric, average: 'micro'})).toEqual(accuracy)
      expect(value(labels(list), {metric, average: 'micro'})).toEqual(accuracy)
      expect(value(labels(list), {metric: 'accuracy'})).toEqual(accuracy)
    })
  })

  test.each(['macro', 'weighted', 'micro'] as const)('rates averaged %s are the same by labels', average => {
    always((value, list) => {
      for (const metric of ['precision', 'recall', 'f1', 'jaccard'] as const) {
        const expected = close(value(several(list), {metric, average}))
        expect(value(labels(list), {metric, average})).toEqual(expected)
      }
    })
  })

  test.each(['roc-auc', 'average-precision'] as const)('%s macro is the plain mean over classes', metric => {
    always((value, list) => {
      const each = classes.map(name => value(several(list), {metric, class: name}))
      const mean = each.reduce((sum, one) => sum + one, 0) / each.length
      expect(value(several(list), {metric})).toEqual(close(mean))
      expect(value(labels(list), {metric})).toEqual(close(mean))
    })
  })

  test('recall weighted by true rows is the accuracy', () => {
    always((value, list) => {
      const accuracy = close(value(several(list), {metric: 'accuracy'}))
      expect(value(several(list), {metric: 'recall', average: 'weighted'})).toEqual(accuracy)
    })
  })

  test('two classes in pairs have the area of the binary model, where the scores sum to 1', () => {
    always((value, list) => {
      const two = multiclass(
        ['a', 'b'],
        list.map(row => (row.truth === 1 ? 1 : 0)),
        list.map(row => (row.predicted === 1 ? 1 : 0)),
        list.map(({scores}) => [1 - (scores[1] ?? 0), scores[1] ?? 0]),
      )
      const area = close(value(one(list), {metric: 'roc-auc'}))
      expect(value(two, {metric: 'roc-auc'})).toEqual(area)
      expect(value(two, {metric: 'roc-auc', pairs: 'one-vs-one'})).toEqual(area)
      expect(value(two, {metric: 'log-loss'})).toEqual(close(value(one(list), {metric: 'log-loss'})))
      expect(value(two, {metric: 'brier'})).toEqual(close(value(one(list), {metric: 'brier'})))
      for (const metric of ['accuracy', 'balanced-accuracy', 'mcc', 'cohen-kappa'] as const) {
        expect(value(two, {metric})).toEqual(close(value(one(list), {metric})))
      }
    })
  })

  test('among the one best class the accuracy is that of the highest scores', () => {
    always((value, list) => {
      // Of equal scores the later class goes first.
      const best = list.map(({scores}) =>
        scores.reduce((top, score, index) => (score >= (scores[top] ?? 0) ? index : top), 0),
      )
      const outcomes = {...several(list), predicted: Int32Array.from(best)}
      expect(value(outcomes, {metric: 'top-k-accuracy', k: 1})).toEqual(close(value(outcomes, {metric: 'accuracy'})))
    })
  })

  test('hamming loss is the mean over labels of the share of wrong rows', () => {
    always((value, list) => {
      const wrong = classes.map((_, index) => {
        const only = labels(list)
        const label = {...only, classes: ['x'], labels: [only.labels[index] ?? new Uint8Array(0)]}
        return 1 - value({...label, predicted: [only.predicted[index] ?? new Uint8Array(0)]}, {metric: 'accuracy'})
      })
      const mean = wrong.reduce((sum, one) => sum + one, 0) / wrong.length
      expect(value(labels(list), {metric: 'hamming-loss'})).toEqual(close(mean))
    })
  })
})

describe('the kind of statistic is the one that tells inference the most', () => {
  const two = binary([1, 0, 1, 0], [1, 1, 0, 0], [0.9, 0.6, 0.3, 0.2])
  const three = multiclass(
    classes,
    [0, 1, 2, 0],
    [0, 1, 1, 0],
    [
      [0.6, 0.2, 0.2],
      [0.2, 0.6, 0.2],
      [0.2, 0.5, 0.3],
      [0.7, 0.2, 0.1],
    ],
  )
  test.each([
    ['a share of rows', two, {metric: 'accuracy'}, {kind: 'mean', isShare: true, among: null}],
    ['a share of the predicted rows', two, {metric: 'precision'}, {kind: 'mean', isShare: true, among: two.predicted}],
    ['a share of the positive rows', two, {metric: 'recall'}, {kind: 'mean', isShare: true, among: two.positive}],
    ['a share of the negative rows', two, {metric: 'specificity'}, {kind: 'mean', isShare: true}],
    ['a table of four cells', two, {metric: 'f1'}, {kind: 'table', cellCount: 4}],
    ['an area', two, {metric: 'roc-auc'}, {kind: 'auc'}],
    ['a mean of losses', two, {metric: 'log-loss'}, {kind: 'mean', isShare: false}],
    ['a function of weights', two, {metric: 'average-precision'}, {kind: 'weighted'}],
    ['a table of the pairs that occur', three, {metric: 'f1'}, {kind: 'table', cellCount: 3}],
    ['a share of the rows of a class', three, {metric: 'recall', class: 'a'}, {kind: 'mean', isShare: true}],
    ['the area of one class', three, {metric: 'roc-auc', class: 'a'}, {kind: 'auc'}],
    ['a share of rows, also as recall by rows', three, {metric: 'recall', average: 'weighted'}, {isShare: true}],
    ['a share of rows, also as micro average', three, {metric: 'f1', average: 'micro'}, {kind: 'mean', isShare: true}],
  ] as const)('%s', (_, outcomes, question, expected) => {
    expect(ask(outcomes, question)).toMatchObject(expected)
  })
})
