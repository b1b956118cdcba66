import {describe, expect, test} from 'vitest'
import {metricNames} from '../../../src/config/schema.ts'
import {measure} from '../../../src/model/metrics/measure.ts'

const options = {coverage: 0.9, seed: 1, replicates: 200}

/** Answers from classes and scores; 1 is the positive class. */
function answers(truth: readonly number[], predicted: readonly number[], scores: readonly number[] | null = null) {
  return {
    positive: Uint8Array.from(truth),
    model: {
      correct: Uint8Array.from(truth, (label, row) => (label === predicted[row] ? 1 : 0)),
      predictedPositive: Uint8Array.from(predicted),
      scores: scores && Float64Array.from(scores),
    },
  }
}

describe('measure', () => {
  // scikit-learn 1.7.2 on the same rows; also countable by hand: tp 3, fp 1, fn 2, tn 4.
  const truth = [1, 1, 1, 0, 0, 0, 0, 1, 0, 1]
  const predicted = [1, 1, 0, 0, 1, 0, 0, 1, 0, 0]
  test.each([
    ['accuracy', 0.7, 10],
    ['precision', 0.75, 4],
    ['recall', 0.6, 5],
    ['f1', 2 / 3, 10],
  ] as const)('%s agrees with scikit-learn', (metric, expected, n) => {
    const {positive, model} = answers(truth, predicted)
    const estimate = measure(metric, positive, model, options)
    expect(estimate).toMatchObject({kind: 'value', value: expect.closeTo(expected, 14), n})
    expect(estimate).toMatchObject({interval: {confidence: 0.9}})
  })

  // scikit-learn documentation of roc_auc_score: 0.75; of log_loss: 0.21616 (spam, ham, ham, spam).
  test('ROC AUC of the scikit-learn example is 0.75', () => {
    const {positive, model} = answers([0, 0, 1, 1], [0, 0, 0, 1], [0.1, 0.4, 0.35, 0.8])
    expect(measure('roc-auc', positive, model, options)).toMatchObject({kind: 'value', value: 0.75, n: 4})
  })

  test('log loss of the scikit-learn example is 0.21616', () => {
    const {positive, model} = answers([1, 0, 0, 1], [1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65])
    const estimate = measure('log-loss', positive, model, options)
    expect(estimate).toMatchObject({value: expect.closeTo(0.21616187468057912, 14)})
  })

  test('with many ties the AUC and the clipped log loss still agree with scikit-learn', () => {
    const labels = [0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0]
    const scores = [
      0.5, 0.1, 0.4, 0.2, 0.3, 0.8, 0.3, 0.5, 1.0, 1.0, 0.7, 0.5, 0.3, 0.2, 1.0, 0.5, 0.1, 0.6, 0.8, 0.6, 0.9, 0.0, 0.5,
      0.5, 0.1, 0.6, 0.9, 0.6, 0.3, 0.8,
    ]
    const {positive, model} = answers(labels, labels, scores)
    expect(measure('roc-auc', positive, model, options)).toMatchObject({value: expect.closeTo(0.22888888888888886, 14)})
    expect(measure('log-loss', positive, model, options)).toMatchObject({value: expect.closeTo(5.736586103762268, 12)})
  })

  test('a score of exactly 0 for a positive row costs ln(2^52), not infinity', () => {
    const {positive, model} = answers([1, 0], [0, 1], [0, 1])
    const estimate = measure('log-loss', positive, model, options)
    expect(estimate).toMatchObject({value: expect.closeTo(36.04365338911715, 12)})
  })

  test('a metric without an answer says why, and is neither NaN nor 0', () => {
    const nothingPredicted = answers([1, 0], [0, 0])
    expect(measure('precision', nothingPredicted.positive, nothingPredicted.model, options)).toMatchObject({
      kind: 'undefined',
      reason: 'model/nothing-predicted-positive',
    })
    const nothingPositive = answers([0, 0], [0, 0], [0.1, 0.2])
    expect(measure('recall', nothingPositive.positive, nothingPositive.model, options)).toMatchObject({
      kind: 'undefined',
      reason: 'model/no-positive-rows',
    })
    expect(measure('f1', nothingPositive.positive, nothingPositive.model, options)).toMatchObject({kind: 'undefined'})
    expect(measure('roc-auc', nothingPositive.positive, nothingPositive.model, options)).toMatchObject({
      kind: 'undefined',
      reason: 'model/one-class-only',
    })
    const onePositive = answers([0, 0, 1], [0, 0, 1], [0.1, 0.2, 0.9])
    expect(measure('roc-auc', onePositive.positive, onePositive.model, options)).toMatchObject({
      kind: 'undefined',
      reason: 'model/too-few-rows-of-a-class',
    })
  })

  test('a metric of scores without a score column is undefined', () => {
    const {positive, model} = answers([1, 0, 1, 0], [1, 0, 1, 0])
    for (const metric of ['roc-auc', 'log-loss'] as const) {
      expect(measure(metric, positive, model, options)).toMatchObject({reason: 'model/no-score-column'})
    }
  })

  test('no rows: every metric is undefined', () => {
    const {positive, model} = answers([], [], [])
    for (const metric of metricNames) expect(measure(metric, positive, model, options).kind).toBe('undefined')
  })

  test('F1 of a perfect sample of four rows has no perfect interval', () => {
    const {positive, model} = answers([1, 1, 1, 1], [1, 1, 1, 1])
    expect(measure('f1', positive, model, options)).toMatchObject({value: 1, interval: {high: 1}})
    const estimate = measure('f1', positive, model, options)
    expect(estimate.kind === 'value' && estimate.interval.low).toBeLessThan(0.5)
  })
})
