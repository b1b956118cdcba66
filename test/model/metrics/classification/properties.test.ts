import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {metricEntry} from '../../../../src/core/metric-catalog.ts'
import type {MetricQuestion} from '../../../../src/core/metric-question.ts'
import {answer, ask, binary, multiclass, multilabel} from './outcomes.ts'

const averages = ['macro', 'micro', 'weighted'] as const
const rates: readonly MetricQuestion[] = [
  {metric: 'precision'},
  {metric: 'recall'},
  {metric: 'f1'},
  {metric: 'f-beta', beta: 2},
  {metric: 'jaccard'},
]
const calibrations: readonly MetricQuestion[] = (['ece', 'mce'] as const).flatMap(metric => [
  {metric},
  {metric, bins: 4},
  {metric, bins: 4, binning: 'equal-mass' as const},
])
const decisions: readonly MetricQuestion[] = [
  {metric: 'accuracy'},
  {metric: 'balanced-accuracy'},
  {metric: 'mcc'},
  {metric: 'cohen-kappa'},
  {metric: 'cohen-kappa', weighting: 'linear'},
  {metric: 'cohen-kappa', weighting: 'quadratic'},
  {metric: 'log-loss'},
  {metric: 'brier'},
]
const averaged = (questions: readonly MetricQuestion[]) =>
  questions.flatMap(question => averages.map(average => ({...question, average})))
const ofScores: readonly MetricQuestion[] = [{metric: 'roc-auc'}, {metric: 'average-precision'}]

const questions = {
  binary: [...decisions, {metric: 'specificity'}, ...rates, ...averaged(rates), ...ofScores, ...calibrations],
  multiclass: [
    ...decisions,
    ...averaged(rates),
    ...rates.map(rate => ({...rate, class: 'b'})),
    {metric: 'top-k-accuracy', k: 2},
    ...averaged(ofScores),
    ...ofScores.map(score => ({...score, class: 'b'})),
    {metric: 'roc-auc', pairs: 'one-vs-one'},
    {metric: 'roc-auc', pairs: 'one-vs-one', average: 'weighted'},
    ...calibrations,
  ],
  multilabel: [
    {metric: 'accuracy'},
    {metric: 'hamming-loss'},
    ...averaged(rates),
    ...rates.map(rate => ({...rate, average: 'samples' as const})),
    ...averaged(ofScores),
    ...ofScores.map(score => ({...score, average: 'samples' as const})),
    ...rates.map(rate => ({...rate, class: 'b'})),
    ...ofScores.map(score => ({...score, class: 'b'})),
  ],
} as const satisfies Record<string, readonly MetricQuestion[]>

/** One row: true classes, predicted classes, scores in eighths so that many tie, and a whole weight. */
interface Row {
  readonly truth: readonly number[]
  readonly predicted: readonly number[]
  readonly scores: readonly number[]
  readonly weight: number
}

const classes = ['a', 'b', 'c'] as const
const rowsOf = (highest: number) =>
  fc.array(
    fc.record({
      truth: fc.array(fc.nat(highest), {minLength: 3, maxLength: 3}),
      predicted: fc.array(fc.nat(highest), {minLength: 3, maxLength: 3}),
      scores: fc.array(
        fc.nat(8).map(eighths => eighths / 8),
        {minLength: 3, maxLength: 3},
      ),
      weight: fc.nat(3),
    }),
    {minLength: 1, maxLength: 24},
  )

const kinds = [
  {
    task: 'binary',
    rows: rowsOf(1),
    build: (rows: readonly Row[]) =>
      binary(
        rows.map(row => row.truth[0] ?? 0),
        rows.map(row => row.predicted[0] ?? 0),
        rows.map(row => row.scores[0] ?? 0),
      ),
  },
  {
    task: 'multiclass',
    rows: rowsOf(2),
    build: (rows: readonly Row[]) =>
      multiclass(
        classes,
        rows.map(row => row.truth[0] ?? 0),
        rows.map(row => row.predicted[0] ?? 0),
        rows.map(row => row.scores),
      ),
  },
  {
    task: 'multilabel',
    rows: rowsOf(1),
    build: (rows: readonly Row[]) =>
      multilabel(
        classes,
        rows.map(row => row.truth),
        rows.map(row => row.predicted),
        rows.map(row => row.scores),
      ),
  },
] as const

const weightsOf = (rows: readonly Row[]) => Float64Array.from(rows, row => row.weight)

function expectAlike(one: number | 'undefined', other: number | 'undefined', question: MetricQuestion) {
  if (typeof one === 'number' && typeof other === 'number') {
    expect(Math.abs(one - other), JSON.stringify(question)).toBeLessThan(1e-12)
  } else {
    expect(one, JSON.stringify(question)).toBe(other)
  }
}

describe.each(kinds)('a metric of $task predictions', ({task, rows, build}) => {
  test('does not depend on the order of the rows', () => {
    const withOrder = rows.chain(list =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, {minLength: list.length})),
    )
    fc.assert(
      fc.property(withOrder, ([list, shuffled]) => {
        for (const question of questions[task]) {
          expectAlike(answer(build(shuffled), question), answer(build(list), question), question)
          const weighted = answer(build(list), question, weightsOf(list))
          expectAlike(answer(build(shuffled), question, weightsOf(shuffled)), weighted, question)
        }
      }),
      {numRuns: 30},
    )
  })

  test('counts a row of weight 3 like three rows, and a row of weight 0 like none', () => {
    fc.assert(
      fc.property(rows, list => {
        const repeated = list.flatMap(row => Array.from({length: row.weight}, () => row))
        for (const question of questions[task]) {
          const weighted = answer(build(list), question, weightsOf(list))
          expectAlike(weighted, answer(build(repeated), question), question)
        }
      }),
      {numRuns: 50},
    )
  })

  test('has the same value from counts in bytes as from weights', () => {
    fc.assert(
      fc.property(rows, list => {
        for (const question of questions[task]) {
          const statistic = ask(build(list), question)
          if (statistic.kind !== 'weighted') continue
          const counts = Uint8Array.from(list, row => row.weight)
          expect(statistic.ofCounts?.(counts), JSON.stringify(question)).toEqual(
            statistic.of(Float64Array.from(counts)),
          )
        }
      }),
      {numRuns: 30},
    )
  })

  test('does not depend on the unit of the weights', () => {
    fc.assert(
      fc.property(rows, list => {
        for (const question of questions[task]) {
          const inThirds = weightsOf(list).map(weight => weight / 3)
          expectAlike(answer(build(list), question, inThirds), answer(build(list), question, weightsOf(list)), question)
        }
      }),
      {numRuns: 30},
    )
  })

  test('lies within the range of the catalogue, or is undefined', () => {
    fc.assert(
      fc.property(rows, list => {
        for (const question of questions[task]) {
          const [low, high] = metricEntry(question.metric).range
          const value = answer(build(list), question, weightsOf(list))
          if (value === 'undefined') continue
          // A multiclass Brier score of scores that do not sum to 1 may reach the number of classes.
          const highest = question.metric === 'brier' ? classes.length : high
          expect(value, JSON.stringify(question)).toBeGreaterThanOrEqual(low - 1e-12)
          expect(value, JSON.stringify(question)).toBeLessThanOrEqual(highest + 1e-12)
        }
      }),
      {numRuns: 30},
    )
  })
})
