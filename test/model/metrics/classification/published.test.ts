import {describe, expect, test} from 'vitest'
import type {MetricQuestion} from '../../../../src/core/metric-question.ts'
import {answer, binary, multiclass, multilabel} from './outcomes.ts'

// Rows and values stand in the documentation of scikit-learn, or can be counted by hand.

describe('two classes', () => {
  // 3 hits, 1 false alarm, 2 misses, 4 right negatives.
  const counted = binary([1, 1, 1, 0, 0, 0, 0, 1, 0, 1], [1, 1, 0, 0, 1, 0, 0, 1, 0, 0])
  test.each([
    [{metric: 'accuracy'}, 7 / 10],
    [{metric: 'precision'}, 3 / 4],
    [{metric: 'recall'}, 3 / 5],
    [{metric: 'specificity'}, 4 / 5],
    [{metric: 'f1'}, 2 / 3],
    [{metric: 'f-beta', beta: 2}, 15 / (15 + 8 + 1)],
    [{metric: 'jaccard'}, 3 / 6],
    [{metric: 'balanced-accuracy'}, (3 / 5 + 4 / 5) / 2],
    [{metric: 'mcc'}, (3 * 4 - 1 * 2) / Math.sqrt(4 * 5 * 5 * 6)],
    // Expected agreement: 0.4 * 0.5 + 0.6 * 0.5.
    [{metric: 'cohen-kappa'}, (0.7 - 0.5) / (1 - 0.5)],
    [{metric: 'f1', average: 'macro'}, (2 / 3 + 8 / 11) / 2],
    [{metric: 'f1', average: 'weighted'}, (2 / 3 + 8 / 11) / 2],
    [{metric: 'f1', average: 'micro'}, 7 / 10],
  ] as const satisfies readonly (readonly [MetricQuestion, number])[])(
    '%o is countable by hand',
    (question, expected) => {
      expect(answer(counted, question)).toBeCloseTo(expected, 14)
    },
  )

  test('ROC AUC and average precision of the documented example', () => {
    const outcomes = binary([0, 0, 1, 1], [0, 0, 0, 1], [0.1, 0.4, 0.35, 0.8])
    expect(answer(outcomes, {metric: 'roc-auc'})).toBe(0.75)
    expect(answer(outcomes, {metric: 'average-precision'})).toBeCloseTo(0.8333333333333333, 15)
  })

  test('Brier score of the documented example', () => {
    const outcomes = binary([0, 1, 1, 0], [0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3])
    expect(answer(outcomes, {metric: 'brier'})).toBeCloseTo(0.0375, 15)
  })

  test('log loss of the documented example, and of certainty that was wrong', () => {
    const outcomes = binary([1, 0, 0, 1], [1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65])
    expect(answer(outcomes, {metric: 'log-loss'})).toBeCloseTo(0.21616187468057912, 14)
    expect(answer(binary([1], [0], [0]), {metric: 'log-loss'})).toBeCloseTo(52 * Math.LN2, 13)
    expect(answer(binary([0], [1], [1]), {metric: 'log-loss'})).toBeCloseTo(52 * Math.LN2, 13)
  })
})

describe('several classes', () => {
  test('F1 by average of the documented example', () => {
    const outcomes = multiclass(['0', '1', '2'], [0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1])
    expect(answer(outcomes, {metric: 'f1', average: 'macro'})).toBeCloseTo(0.26666666666666666, 15)
    expect(answer(outcomes, {metric: 'f1', average: 'micro'})).toBeCloseTo(1 / 3, 15)
    expect(answer(outcomes, {metric: 'f1', average: 'weighted'})).toBeCloseTo(0.26666666666666666, 15)
    expect(answer(outcomes, {metric: 'f1', class: '0'})).toBeCloseTo(0.8, 15)
    expect(answer(outcomes, {metric: 'balanced-accuracy'})).toBeCloseTo(1 / 3, 15)
  })

  test('top-2 accuracy of the documented example', () => {
    const scores = [
      [0.5, 0.2, 0.2],
      [0.3, 0.4, 0.2],
      [0.2, 0.4, 0.3],
      [0.7, 0.2, 0.1],
    ]
    const outcomes = multiclass(['0', '1', '2'], [0, 1, 2, 2], [0, 1, 1, 0], scores)
    expect(answer(outcomes, {metric: 'top-k-accuracy', k: 2})).toBe(0.75)
  })

  test('of equal scores the later class is the better one', () => {
    const outcomes = multiclass(
      ['0', '1', '2'],
      [0, 1, 2],
      [0, 0, 0],
      [
        [0.4, 0.4, 0.2],
        [0.4, 0.4, 0.2],
        [0.25, 0.5, 0.25],
      ],
    )
    expect(answer(outcomes, {metric: 'top-k-accuracy', k: 1})).toBeCloseTo(1 / 3, 15)
  })

  test('Brier score of several classes is a sum over classes and not halved', () => {
    const outcomes = multiclass(
      ['0', '1', '2'],
      [0, 1],
      [0, 2],
      [
        [1, 0, 0],
        [0, 0, 1],
      ],
    )
    expect(answer(outcomes, {metric: 'brier'})).toBe(1)
  })

  test('a confusion of distant classes weighs more in a weighted kappa', () => {
    const near = multiclass(['1', '2', '3'], [0, 1, 2, 2], [0, 1, 2, 1])
    const far = multiclass(['1', '2', '3'], [0, 1, 2, 2], [0, 1, 2, 0])
    // Quadratic, by hand: seen 1 and 4 over the four rows; expected (6 + 2 + 12) / 4 and (5 + 3 + 18) / 4.
    expect(answer(near, {metric: 'cohen-kappa', weighting: 'quadratic'})).toBeCloseTo(1 - 1 / 5, 14)
    expect(answer(far, {metric: 'cohen-kappa', weighting: 'quadratic'})).toBeCloseTo(1 - 4 / 6.5, 14)
  })
})

describe('several labels', () => {
  // Documented examples of accuracy_score, hamming_loss and jaccard_score.
  test('subset accuracy and hamming loss', () => {
    expect(
      answer(
        multilabel(
          ['a', 'b'],
          [
            [0, 1],
            [1, 1],
          ],
          [
            [1, 1],
            [1, 1],
          ],
        ),
        {metric: 'accuracy'},
      ),
    ).toBe(0.5)
    expect(
      answer(
        multilabel(
          ['a', 'b'],
          [
            [0, 1],
            [1, 1],
          ],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        {metric: 'hamming-loss'},
      ),
    ).toBe(0.75)
  })

  test('Jaccard by average', () => {
    const outcomes = multilabel(
      ['a', 'b', 'c'],
      [
        [0, 1, 1],
        [1, 1, 0],
      ],
      [
        [1, 1, 1],
        [1, 0, 0],
      ],
    )
    expect(answer(outcomes, {metric: 'jaccard', average: 'samples'})).toBeCloseTo(0.5833333333333333, 15)
    expect(answer(outcomes, {metric: 'jaccard', average: 'macro'})).toBeCloseTo(0.6666666666666666, 15)
    expect(answer(outcomes, {metric: 'jaccard', class: 'b'})).toBe(0.5)
  })
})

describe('calibration error', () => {
  test('a model that is sure of 0.75 and right three times of four has none', () => {
    const outcomes = binary([1, 1, 1, 0], [1, 1, 1, 1], [0.75, 0.75, 0.75, 0.75])
    expect(answer(outcomes, {metric: 'ece'})).toBe(0)
    expect(answer(outcomes, {metric: 'mce'})).toBe(0)
  })

  test('ece weighs the gaps of bins by their rows, mce takes the largest', () => {
    // Two bins: 0.1 against 0 of three rows, 0.9 against 0 of one.
    const outcomes = binary([0, 0, 0, 0], [0, 0, 0, 1], [0.1, 0.1, 0.1, 0.9])
    expect(answer(outcomes, {metric: 'ece', bins: 2})).toBeCloseTo(0.3, 15)
    expect(answer(outcomes, {metric: 'mce', bins: 2})).toBeCloseTo(0.9, 15)
  })

  test('a score on an edge belongs to the bin above it, and 1 to a bin of its own', () => {
    // Together in [0.5, 1) they would even out: 0.5 came true and 0.75 did not. With 1 apart, each bin shows its gap.
    expect(answer(binary([0, 1], [0, 1], [0.25, 0.5]), {metric: 'ece', bins: 2})).toBeCloseTo((0.25 + 0.5) / 2, 15)
    expect(answer(binary([1, 0], [1, 1], [0.5, 1]), {metric: 'ece', bins: 2})).toBeCloseTo((0.5 + 1) / 2, 15)
    // 0.6 is 9/15 as a double; 0.6 * 15 falls below 9.
    expect(answer(binary([1, 0], [1, 1], [0.6, 0.59]), {metric: 'ece', bins: 15})).toBeCloseTo((0.4 + 0.59) / 2, 15)
  })

  test('two classes are asked about the positive one, several about the highest score', () => {
    const two = binary([0, 0], [0, 0], [0.2, 0.2])
    const both = multiclass(
      ['no', 'yes'],
      [0, 0],
      [0, 0],
      [
        [0.8, 0.2],
        [0.7, 0.3],
      ],
    )
    expect(answer(two, {metric: 'ece'})).toBeCloseTo(0.2, 15)
    expect(answer(both, {metric: 'ece'})).toBeCloseTo(0.25, 15)
  })

  test('bins of equal mass keep equal scores together', () => {
    const outcomes = binary([1, 0, 0, 1], [0, 0, 0, 1], [0.25, 0.25, 0.25, 0.75])
    // The first three lie in the lower half by the middle of their weight, the last in the upper.
    expect(answer(outcomes, {metric: 'ece', bins: 2, binning: 'equal-mass'})).toBeCloseTo(
      (3 * (1 / 3 - 0.25) + 0.25) / 4,
      15,
    )
  })
})
