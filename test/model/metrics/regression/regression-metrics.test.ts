import {describe, expect, test} from 'vitest'
import {metricEntry} from '../../../../src/core/metric-catalog.ts'
import {statisticOf} from '../../../../src/model/metrics/registry.ts'
import {regressionMetrics} from '../../../../src/model/metrics/regression/regression-metrics.ts'
import {asked, regression} from '../asked.ts'

describe('by hand', () => {
  // scikit-learn's documentation of r2_score: 0.9486081370449679; errors 0.5, 0.5, 0, 1.
  const house = regression([3, -0.5, 2, 7], [2.5, 0, 2, 8])
  test.each([
    ['mse', 0.375],
    ['rmse', Math.sqrt(0.375)],
    ['mae', 0.5],
    ['median-absolute-error', 0.5],
    ['max-error', 1],
    ['mean-error', 0.25],
    ['r2', 0.9486081370449679],
    ['mape', (0.5 / 3 + 0.5 / 0.5 + 0 + 1 / 7) / 4],
    ['smape', ((2 * 0.5) / 5.5 + 2 + 0 + 2 / 15) / 4],
    ['wape', 2 / 12.5],
  ] as const)('%s', (metric, expected) => {
    expect(asked(house, {metric})).toBeCloseTo(expected, 14)
  })

  test('pinball-loss charges what lies above the quantile by its level', () => {
    // Above by 2 and below by 1, at level 0.9: (0.9 · 2 + 0.1 · 1) / 2.
    expect(asked(regression([5, 3], [3, 4]), {metric: 'pinball-loss', level: 0.9})).toBeCloseTo(0.95, 14)
  })

  test('an interval covers a target that lies on its end', () => {
    const interval = {low: Float64Array.of(0, 2, 5, 1), high: Float64Array.of(1, 3, 6, 1)}
    const outcomes = regression([1, 2, 4, 1], null, {interval})
    expect(asked(outcomes, {metric: 'interval-coverage'})).toBe(0.75)
    expect(asked(outcomes, {metric: 'interval-width'})).toBe(0.75)
  })

  test('weights count rows, and a row of weight 0 is absent', () => {
    const weights = [1, 0, 0, 3]
    expect(asked(house, {metric: 'mae'}, {weights})).toBeCloseTo(3.5 / 4, 14)
    expect(asked(house, {metric: 'max-error'}, {weights: [1, 1, 1, 0]})).toBe(0.5)
    expect(asked(house, {metric: 'median-absolute-error'}, {weights})).toBe(1)
    expect(asked(house, {metric: 'wape'}, {weights})).toBeCloseTo(3.5 / 24, 14)
  })
})

describe('the form that gives inference most', () => {
  const outcomes = regression([1, 2], [2, 4], {interval: {low: Float64Array.of(0, 3), high: Float64Array.of(2, 4)}})
  test.each([
    ['mae', {kind: 'mean', link: null, isShare: false}],
    ['mse', {kind: 'mean', link: null, isShare: false}],
    ['rmse', {kind: 'mean', link: 'square-root', isShare: false}],
    ['interval-coverage', {kind: 'mean', link: null, isShare: true}],
    ['r2', {kind: 'weighted'}],
    ['wape', {kind: 'weighted'}],
    ['median-absolute-error', {kind: 'weighted'}],
    ['max-error', {kind: 'weighted'}],
  ] as const)('%s', (metric, expected) => {
    expect(statisticOf(outcomes, {metric}, {valuesOf: () => new Float64Array()})).toMatchObject(expected)
  })
})

describe('quantiles', () => {
  const quantiles = [
    {level: 0.1, values: Float64Array.of(0, 0)},
    {level: 0.9, values: Float64Array.of(4, 4)},
  ]
  test('are found by their level, before any prediction', () => {
    expect(asked(regression([5, 3], [5, 3], {quantiles}), {metric: 'pinball-loss', level: 0.9})).toBeCloseTo(0.5, 14)
  })

  test('that the model does not predict are an error, even beside a prediction', () => {
    expect(asked(regression([5, 3], [5, 3], {quantiles}), {metric: 'pinball-loss', level: 0.5})).toBe(
      'error model/no-quantile: No column holds the quantile at 0.5: columns.quantiles names 0.1, 0.9.',
    )
  })
})

describe('there is no answer, and never a wrong one', () => {
  test.each([
    'mae',
    'mse',
    'rmse',
    'r2',
    'mape',
    'smape',
    'wape',
    'mean-error',
    'max-error',
    'median-absolute-error',
  ] as const)('for %s without predicted values', metric => {
    expect(asked(regression([1, 2], null), {metric})).toBe(
      `error model/no-prediction: ${metric} needs predicted values, and columns.prediction is not given.`,
    )
  })

  test('for an interval that is not predicted', () => {
    const reason = /^error model\/no-interval: interval-(coverage|width) needs a predicted interval/
    expect(asked(regression([1], [1]), {metric: 'interval-coverage'})).toMatch(reason)
    expect(asked(regression([1], [1]), {metric: 'interval-width'})).toMatch(reason)
  })

  test('for a quantile where nothing is predicted', () => {
    expect(asked(regression([1], null), {metric: 'pinball-loss', level: 0.5})).toMatch(
      /^error model\/no-quantile: pinball/,
    )
  })

  test.each([
    ['all targets', [0.1, 0.1, 0.1], null],
    ['the targets of all rows with weight', [1, 1, 5], [1, 2, 0]],
    ['the target of the only row', [3], null],
  ])('for r2 where %s are equal', (_, target, weights) => {
    const predicted = target.map(value => value + 1)
    expect(asked(regression(target, predicted), {metric: 'r2'}, {weights})).toMatch(
      /^inconclusive model\/constant-target/,
    )
    expect(asked(regression(target, target), {metric: 'r2'}, {weights})).toMatch(/^inconclusive model\/constant-target/)
  })

  test('for wape where all targets are zero', () => {
    expect(asked(regression([0, 0], [1, 0]), {metric: 'wape'})).toMatch(/^inconclusive model\/zero-targets/)
  })

  test.each(['mse', 'mae', 'max-error', 'median-absolute-error', 'mape', 'wape', 'mean-error', 'rmse'] as const)(
    'for %s of errors that no double holds',
    metric => {
      const outcomes = regression([1.7e308, -1.7e308], [-1.7e308, 1.7e308])
      expect(asked(outcomes, {metric})).toMatch(/^error model\/number-too-large/)
    },
  )

  test('for mse of errors whose squares no double holds, while rmse has a value', () => {
    const outcomes = regression([1e200, 0], [0, 0])
    expect(asked(outcomes, {metric: 'mse'})).toMatch(/^error model\/number-too-large/)
    expect(asked(outcomes, {metric: 'rmse'})).toBeCloseTo(1e200 / Math.SQRT2, -190)
  })

  test('for rows that all weigh nothing', () => {
    for (const {name: metric} of regressionMetrics) {
      if (metric === 'interval-coverage' || metric === 'interval-width') continue
      const answer = asked(regression([1, 2, 4], [2, 2, 2]), {metric, level: 0.5}, {weights: [0, 0, 0]})
      expect(typeof answer).not.toBe('number')
    }
  })

  test('tiny errors are not taken for none', () => {
    expect(asked(regression([0, 0], [1e-200, 0]), {metric: 'rmse'})).toBeCloseTo(1e-200 / Math.SQRT2, 210)
    expect(asked(regression([0, 0], [1e-200, 0]), {metric: 'rmse'})).toBeGreaterThan(0)
  })
})

test('every convention names its metric, so that the report can print it alone', () => {
  for (const metric of regressionMetrics) {
    expect(metric.convention({metric: metric.name, level: 0.9})).toMatch(new RegExp(`^${metric.name}[: ]`))
    expect(metricEntry(metric.name).tasks).toContain('regression')
  }
})
