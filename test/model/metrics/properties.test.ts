import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type MetricName, metricEntry} from '../../../src/core/metric-catalog.ts'
import type {
  Outcomes,
  RankingOutcomes,
  RegressionOutcomes,
  TextOutcomes,
} from '../../../src/model/evaluation/outcomes.ts'
import {compareStatistics} from '../../../src/model/inference/compare.ts'
import type {MetricQuestion} from '../../../src/model/metrics/metric.ts'
import {rankingMetrics} from '../../../src/model/metrics/ranking/ranking-metrics.ts'
import {statisticOf} from '../../../src/model/metrics/registry.ts'
import {regressionMetrics} from '../../../src/model/metrics/regression/regression-metrics.ts'
import {asked, ranking, regression, sampled, written} from './asked.ts'

/** Few different numbers, so that ties, zeros and equal targets are common. */
const number = fc.oneof(
  fc.integer({min: -4, max: 4}),
  fc.integer({min: -1_000_000, max: 1_000_000}).map(thousandths => thousandths / 1000),
)
const weight = fc.integer({min: 0, max: 3})

const regressionRow = fc.record({target: number, predicted: number, low: number, width: fc.nat(5), weight})
type RegressionRow = typeof regressionRow extends fc.Arbitrary<infer Row> ? Row : never

function regressionOf(rows: readonly RegressionRow[]): RegressionOutcomes {
  return regression(
    rows.map(({target}) => target),
    rows.map(({predicted}) => predicted),
    {
      interval: {
        low: Float64Array.from(rows, ({low}) => low),
        high: Float64Array.from(rows, ({low, width}) => low + width),
      },
    },
  )
}

const document = fc.tuple(fc.constantFrom(0, 0, 1, 2, 3), fc.constantFrom(0, 0.25, 0.5, 1))
const query = fc.record({documents: fc.array(document, {minLength: 1, maxLength: 8}), weight})
const queries = fc.array(query, {minLength: 1, maxLength: 8})
interface Query {
  readonly documents: readonly (readonly [relevance: number, score: number])[]
  readonly weight: number
}

function rankingOf(list: readonly Query[]): RankingOutcomes {
  return ranking(...list.map(({documents}) => documents))
}

function rowWeights(list: readonly Query[]): number[] {
  return list.flatMap(({documents, weight: each}) => documents.map(() => each))
}

const regressionQuestions: readonly MetricQuestion[] = regressionMetrics.map(({name}) =>
  name === 'pinball-loss' ? {metric: name, level: 0.3} : {metric: name},
)
const rankingQuestions: readonly MetricQuestion[] = rankingMetrics.flatMap(({name: metric}) => [
  {metric, k: 1},
  {metric, k: 3},
  {metric, k: 100},
])

function expectAlike(one: number | string | null, other: number | string | null, question: MetricQuestion): void {
  if (typeof one !== 'number' || typeof other !== 'number') {
    expect([question, typeof one === 'number']).toEqual([question, typeof other === 'number'])
    return
  }
  expect(Math.abs(one - other), `${question.metric}: ${one} and ${other}`).toBeLessThanOrEqual(
    1e-9 * Math.max(1, Math.abs(one)),
  )
}

/** A number for each row decides its new place. */
function shuffled<T>(rows: readonly T[], keys: readonly number[]): T[] {
  return rows
    .map((row, at) => ({row, key: keys[at % keys.length] ?? 0, at}))
    .sort((a, b) => a.key - b.key || a.at - b.at)
    .map(({row}) => row)
}
const keys = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {minLength: 1, maxLength: 12})

describe('the order of rows means nothing', () => {
  test('to regression', () => {
    fc.assert(
      fc.property(fc.array(regressionRow, {minLength: 1, maxLength: 12}), keys, (rows, order) => {
        const other = shuffled(rows, order)
        for (const question of regressionQuestions) {
          for (const weighted of [false, true]) {
            const [one, two] = [rows, other].map(each =>
              asked(regressionOf(each), question, {weights: weighted ? each.map(row => row.weight) : null}),
            )
            expectAlike(one ?? null, two ?? null, question)
          }
        }
      }),
    )
  })

  test('to ranking, neither within queries nor between them', () => {
    fc.assert(
      fc.property(queries, keys, (list, order) => {
        const rows = list.flatMap(({documents, weight: each}, code) =>
          documents.map(([relevance, score]) => ({relevance, score, code, weight: each})),
        )
        const other = shuffled(rows, order)
        const outcomesOf = (each: typeof rows): RankingOutcomes => ({
          task: 'ranking',
          rows: each.length,
          relevance: Float64Array.from(each, row => row.relevance),
          scores: Float64Array.from(each, row => row.score),
          queries: {codes: Int32Array.from(each, row => row.code), count: list.length},
        })
        for (const question of rankingQuestions) {
          for (const weighted of [false, true]) {
            const [one, two] = [rows, other].map(each =>
              asked(outcomesOf(each), question, {weights: weighted ? each.map(row => row.weight) : null}),
            )
            expectAlike(one ?? null, two ?? null, question)
          }
        }
      }),
    )
  })
})

describe('a whole weight is as many rows', () => {
  test('in regression', () => {
    fc.assert(
      fc.property(fc.array(regressionRow, {minLength: 1, maxLength: 12}), rows => {
        const repeated = rows.flatMap(row => Array.from({length: row.weight}, () => row))
        fc.pre(repeated.length > 0)
        for (const question of regressionQuestions) {
          const weighted = asked(regressionOf(rows), question, {weights: rows.map(row => row.weight)})
          expectAlike(weighted, asked(regressionOf(repeated), question), question)
        }
      }),
    )
  })

  test('in bytes as well, which is how resamples count rows', () => {
    fc.assert(
      fc.property(fc.array(regressionRow, {minLength: 1, maxLength: 12}), rows => {
        for (const question of regressionQuestions) {
          const statistic = statisticOf(regressionOf(rows), question, {valuesOf: () => new Float64Array()})
          if (statistic.kind !== 'weighted') continue
          const weights = rows.map(row => row.weight)
          expect(statistic.ofCounts?.(Uint8Array.from(weights))).toBe(statistic.of(Float64Array.from(weights)))
        }
      }),
    )
  })

  test('and as many queries in ranking', () => {
    fc.assert(
      fc.property(queries, list => {
        const repeated = list.flatMap(each => Array.from({length: each.weight}, () => each))
        fc.pre(repeated.length > 0)
        for (const question of rankingQuestions) {
          const weighted = asked(rankingOf(list), question, {weights: rowWeights(list)})
          expectAlike(weighted, asked(rankingOf(repeated), question), question)
        }
      }),
    )
  })

  test('and as many problems in pass-at-k', () => {
    const problem = fc.record({samples: fc.array(fc.nat(1), {minLength: 3, maxLength: 6}), weight})
    fc.assert(
      fc.property(fc.array(problem, {minLength: 1, maxLength: 6}), list => {
        const repeated = list.flatMap(each => Array.from({length: each.weight}, () => each.samples))
        fc.pre(repeated.length > 0)
        const weights = list.flatMap(({samples, weight: each}) => samples.map(() => each))
        const question = {metric: 'pass-at-k', k: 2} as const
        const weighted = asked(sampled(...list.map(({samples}) => samples)), question, {weights})
        expectAlike(weighted, asked(sampled(...repeated), question), question)
      }),
    )
  })

  test('and the unit of weights means nothing', () => {
    fc.assert(
      fc.property(
        fc.array(regressionRow, {minLength: 1, maxLength: 12}),
        fc.integer({min: -60, max: 60}),
        (rows, power) => {
          for (const question of regressionQuestions) {
            const outcomes = regressionOf(rows)
            const one = asked(outcomes, question, {weights: rows.map(row => row.weight)})
            const other = asked(outcomes, question, {weights: rows.map(row => row.weight * 2 ** power)})
            expect([question, other]).toEqual([question, one])
          }
        },
      ),
    )
  })
})

describe('values lie where they can lie', () => {
  test('ranking from 0 to 1, and what is found grows with k', () => {
    fc.assert(
      fc.property(queries, list => {
        const outcomes = rankingOf(list)
        for (const {metric} of rankingQuestions) {
          const values = [1, 2, 3, 5, 8].map(k => asked(outcomes, {metric, k}))
          for (const value of values) {
            if (typeof value !== 'number') continue
            expect(value).toBeGreaterThanOrEqual(0)
            expect(value).toBeLessThanOrEqual(1)
          }
          const grows: readonly MetricName[] = ['recall-at-k', 'hit-rate', 'mrr']
          if (typeof values[0] === 'number' && grows.includes(metric)) {
            expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)))
          }
        }
      }),
    )
  })

  test('only the order of scores counts in ranking', () => {
    fc.assert(
      fc.property(queries, list => {
        const stretched = list.map(each => ({
          ...each,
          documents: each.documents.map(([relevance, score]): [number, number] => [
            relevance,
            Math.exp(20 * score) - 3,
          ]),
        }))
        for (const question of rankingQuestions) {
          expect(asked(rankingOf(stretched), question)).toEqual(asked(rankingOf(list), question))
        }
      }),
    )
  })

  test('exact match implies a token F1 of 1, and both lie from 0 to 1', () => {
    const phrase = fc
      .array(fc.constantFrom('the', 'A', 'Seine', 'seine,', 'é', '1998', '-', 'in'), {maxLength: 5})
      .map(words => words.join(' '))
    fc.assert(
      fc.property(phrase, fc.array(phrase, {minLength: 1, maxLength: 3}), (answer, references) => {
        const outcomes: TextOutcomes = written([[answer, ...references]])
        const exact = Number(asked(outcomes, {metric: 'exact-match'}))
        const f1 = Number(asked(outcomes, {metric: 'token-f1'}))
        expect([0, 1]).toContain(exact)
        expect(f1).toBeGreaterThanOrEqual(exact)
        expect(f1).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('regression within the range of the catalogue, by the rules that tie metrics to each other', () => {
    fc.assert(
      fc.property(fc.array(regressionRow, {minLength: 1, maxLength: 12}), rows => {
        const outcomes: Outcomes = regressionOf(rows)
        const value = (metric: MetricName) => Number(asked(outcomes, {metric, level: 0.5}))
        const rounding = 1 + 1e-12
        expect(Math.abs(value('mean-error'))).toBeLessThanOrEqual(value('mae') * rounding)
        expect(value('mae')).toBeLessThanOrEqual(value('rmse') * rounding)
        expect(value('rmse')).toBeLessThanOrEqual(value('max-error') * rounding)
        expect(value('median-absolute-error')).toBeLessThanOrEqual(value('max-error'))
        expect(value('rmse') ** 2).toBeCloseTo(value('mse'), 6)
        expect(value('pinball-loss') * 2).toBeCloseTo(value('mae'), 9)
        expect(value('smape')).toBeLessThanOrEqual(2 * rounding)
        const r2 = value('r2')
        if (Number.isFinite(r2)) expect(r2).toBeLessThanOrEqual(1)
      }),
    )
  })
})

test('exchanging target and prediction turns the sign of the mean error and of no other', () => {
  fc.assert(
    fc.property(fc.array(regressionRow, {minLength: 1, maxLength: 12}), rows => {
      const turned = rows.map(row => ({...row, target: row.predicted, predicted: row.target}))
      const both = (metric: MetricName) => [rows, turned].map(each => asked(regressionOf(each), {metric}))
      const [error, turnedError] = both('mean-error')
      expect(Number(turnedError) + Number(error)).toBeCloseTo(0, 9)
      for (const metric of ['mae', 'mse', 'rmse', 'smape', 'max-error', 'median-absolute-error'] as const) {
        const [one, other] = both(metric)
        expectAlike(one ?? null, other ?? null, {metric})
      }
    }),
  )
})

describe('exchanging candidate and baseline turns the sign of what was gained', () => {
  const options = {coverage: 0.9, seed: 1, replicates: 200, retain: 1, moreIsBetter: true}

  function compared(candidate: Outcomes, baseline: Outcomes, question: MetricQuestion) {
    const [ours, theirs] = [candidate, baseline].map(each =>
      statisticOf(each, question, {valuesOf: () => new Float64Array()}),
    )
    if (!ours || !theirs || ours.kind === 'undefined' || theirs.kind === 'undefined') return null
    const {range} = metricEntry(question.metric)
    const comparison = compareStatistics(
      ours,
      theirs,
      {rows: candidate.rows, weights: null, clusters: null},
      {...options, range},
    )
    return comparison.kind === 'compared' ? comparison : null
  }

  function expectTurned(one: Outcomes, other: Outcomes, questions: readonly MetricQuestion[]) {
    for (const question of questions) {
      const there = compared(one, other, question)
      const back = compared(other, one, question)
      expect([question, there === null]).toEqual([question, back === null])
      if (there === null || back === null) continue
      expect([question, back.difference + there.difference]).toEqual([question, 0])
      expect([question, back.candidateValue]).toEqual([question, there.baselineValue])
      const rounding = 1e-6 * (1 + Math.abs(there.interval.low) + Math.abs(there.interval.high))
      const byMean = statisticOf(one, question, {valuesOf: () => new Float64Array()}).kind === 'mean'
      if (!byMean) continue
      expect(Math.abs(back.interval.low + there.interval.high), question.metric).toBeLessThanOrEqual(rounding)
      expect(Math.abs(back.interval.high + there.interval.low), question.metric).toBeLessThanOrEqual(rounding)
    }
  }

  test('in regression', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(regressionRow, number), {minLength: 2, maxLength: 12}), rows => {
        const one = regressionOf(rows.map(([row]) => row))
        const other = regressionOf(rows.map(([row, predicted]) => ({...row, predicted})))
        expectTurned(one, other, regressionQuestions)
      }),
      {numRuns: 30},
    )
  })

  test('in ranking', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(document, fc.nat(3)), {minLength: 1, maxLength: 6}), {minLength: 2, maxLength: 8}),
        lists => {
          const one = ranking(...lists.map(list => list.map(([each]) => each)))
          const other = ranking(...lists.map(list => list.map(([[relevance], score]) => [relevance, score] as const)))
          expectTurned(one, other, rankingQuestions)
        },
      ),
      {numRuns: 30},
    )
  })
})
