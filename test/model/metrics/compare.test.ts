import {describe, expect, test} from 'vitest'
import {createRandom} from '../../../src/core/random.ts'
import type {Answers} from '../../../src/model/metrics/answers.ts'
import {compare} from '../../../src/model/metrics/compare.ts'

const options = {coverage: 0.9, seed: 1, replicates: 1000}

function model(truth: Uint8Array, scores: Float64Array): Answers {
  const predictedPositive = Uint8Array.from(scores, score => (score >= 0.5 ? 1 : 0))
  return {predictedPositive, correct: predictedPositive.map((each, row) => (each === truth[row] ? 1 : 0)), scores}
}

/** 600 rows, one third positive; the baseline sees a cleaner signal than the candidate when `noise` is large. */
function pair(noise: number, rows = 600) {
  const random = createRandom(9)
  const positive = Uint8Array.from({length: rows}, (_, row) => (row % 3 === 0 ? 1 : 0))
  const scoresWith = (spread: number) =>
    positive.reduce((scores, label, row) => {
      scores[row] = Math.min(1, Math.max(0, 0.3 + 0.4 * label + spread * (random.uniform() - 0.5)))
      return scores
    }, new Float64Array(rows))
  const baseline = model(positive, scoresWith(0.8))
  const candidate = model(positive, scoresWith(noise))
  return {positive, candidate, baseline}
}

describe('compare', () => {
  test.each(['accuracy', 'precision', 'recall', 'f1', 'roc-auc', 'log-loss'] as const)(
    'swapping candidate and baseline turns the sign of %s',
    metric => {
      const {positive, candidate, baseline} = pair(1.2)
      const one = compare(metric, {positive, candidate, baseline}, options)
      const other = compare(metric, {positive, candidate: baseline, baseline: candidate}, options)
      expect(one.kind).toBe('compared')
      if (one.kind !== 'compared' || other.kind !== 'compared') return
      expect(one.difference).toBeCloseTo(-other.difference, 12)
      // Resampling has noise of its own; the closed forms have none.
      expect(one.interval.low).toBeCloseTo(-other.interval.high, one.interval.method.includes('bootstrap') ? 2 : 10)
    },
  )

  test.each(['accuracy', 'precision', 'recall', 'f1', 'roc-auc'] as const)(
    'a much noisier candidate is seen as worse by %s',
    metric => {
      const comparison = compare(metric, pair(2), options)
      expect(comparison.kind === 'compared' && comparison.interval.high).toBeLessThan(0)
    },
  )

  test('a much noisier candidate has the larger log loss', () => {
    const comparison = compare('log-loss', pair(2), options)
    expect(comparison.kind === 'compared' && comparison.interval.low).toBeGreaterThan(0)
  })

  test('recall compares the positive rows only, and speaks of all rows', () => {
    const comparison = compare('recall', pair(1.2), options)
    expect(comparison).toMatchObject({kind: 'compared', n: 600, interval: {method: 'Tango score, paired'}})
  })

  test('too few rows of a class for a bootstrap is said, not guessed', () => {
    for (const metric of ['precision', 'f1', 'log-loss'] as const) {
      expect(compare(metric, pair(1.2, 60), options)).toMatchObject({
        kind: 'undefined',
        reason: 'model/too-few-rows-of-a-class',
      })
    }
  })

  test('equal losses on every row leave nothing to compare', () => {
    const {positive, baseline} = pair(1)
    expect(compare('log-loss', {positive, candidate: baseline, baseline}, options)).toMatchObject({
      reason: 'model/no-variation',
    })
  })

  test('equal classes on every row do not show equality on few rows', () => {
    const {positive, baseline} = pair(1)
    for (const metric of ['accuracy', 'recall', 'precision', 'f1', 'roc-auc'] as const) {
      const comparison = compare(metric, {positive, candidate: baseline, baseline}, options)
      expect(comparison).toMatchObject({kind: 'compared', difference: 0})
      expect(comparison.kind === 'compared' && comparison.interval.low).toBeLessThan(0)
    }
  })

  test('a model that predicts nothing positive has no precision to compare', () => {
    const {positive, candidate, baseline} = pair(1)
    const silent = model(positive, new Float64Array(positive.length))
    expect(compare('precision', {positive, candidate: silent, baseline}, options)).toMatchObject({
      reason: 'model/nothing-predicted-positive',
    })
    expect(compare('precision', {positive, candidate, baseline: silent}, options)).toMatchObject({
      reason: 'model/nothing-predicted-positive',
    })
  })

  test('no rows, no scores, one class: each is undefined', () => {
    const {positive, candidate, baseline} = pair(1)
    const none = {correct: new Uint8Array(), predictedPositive: new Uint8Array(), scores: new Float64Array()}
    const empty = {positive: new Uint8Array(), candidate: none, baseline: none}
    expect(compare('accuracy', empty, options)).toMatchObject({reason: 'model/no-rows'})
    const withoutScores = {...candidate, scores: null}
    for (const metric of ['roc-auc', 'log-loss'] as const) {
      const comparison = compare(metric, {positive, candidate: withoutScores, baseline}, options)
      expect(comparison).toMatchObject({reason: 'model/no-score-column'})
    }
    const allNegative = {positive: new Uint8Array(positive.length), candidate, baseline}
    expect(compare('roc-auc', allNegative, options)).toMatchObject({reason: 'model/one-class-only'})
    expect(compare('recall', allNegative, options)).toMatchObject({reason: 'model/no-positive-rows'})
  })
})
