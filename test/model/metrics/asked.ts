import type {
  Outcomes,
  RankingOutcomes,
  RegressionOutcomes,
  TextOutcomes,
} from '../../../src/model/evaluation/outcomes.ts'
import {computeValue} from '../../../src/model/inference/value-of.ts'
import type {MetricQuestion, RowValues} from '../../../src/model/metrics/metric.ts'
import {statisticOf} from '../../../src/model/metrics/registry.ts'

const noColumns: RowValues = {valuesOf: () => new Float64Array(0)}

/** The value of a metric; null where weights leave none; verdict, reason and sentence where there is no statistic. */
export function asked(
  outcomes: Outcomes,
  question: MetricQuestion,
  {weights = null, rows = noColumns}: {weights?: readonly number[] | null; rows?: RowValues} = {},
): number | string | null {
  const statistic = statisticOf(outcomes, question, rows)
  if (statistic.kind === 'undefined') return `${statistic.verdict} ${statistic.reason}: ${statistic.what}`
  const value = computeValue(statistic, weights && Float64Array.from(weights))
  if (value !== null || !('undefinedAs' in statistic)) return value
  return `${statistic.undefinedAs.verdict} ${statistic.undefinedAs.reason}: ${statistic.undefinedAs.what}`
}

export function regression(
  target: readonly number[],
  predicted: readonly number[] | null,
  further: Partial<Pick<RegressionOutcomes, 'quantiles' | 'interval'>> = {},
): RegressionOutcomes {
  return {
    task: 'regression',
    rows: target.length,
    target: Float64Array.from(target),
    predicted: predicted && Float64Array.from(predicted),
    quantiles: [],
    interval: null,
    ...further,
  }
}

/** Queries as lists of [relevance, score]. */
export function ranking(
  ...queries: readonly (readonly (readonly [relevance: number, score: number])[])[]
): RankingOutcomes {
  const documents = queries.flatMap((query, code) => query.map(([relevance, score]) => ({relevance, score, code})))
  return {
    task: 'ranking',
    rows: documents.length,
    relevance: Float64Array.from(documents, ({relevance}) => relevance),
    scores: Float64Array.from(documents, ({score}) => score),
    queries: {codes: Int32Array.from(documents, ({code}) => code), count: queries.length},
  }
}

export function written(rows: readonly (readonly [answer: string, ...references: string[]])[]): TextOutcomes {
  return {
    task: 'text',
    rows: rows.length,
    answerOf: row => rows[row]?.[0] ?? '',
    referencesOf: row => rows[row]?.slice(1) ?? [],
    correct: null,
    problems: null,
  }
}

/** Problems as lists of samples, 1 where correct. */
export function sampled(...problems: readonly (readonly number[])[]): TextOutcomes {
  const codes = Int32Array.from(problems.flatMap((samples, code) => samples.map(() => code)))
  return {
    task: 'text',
    rows: codes.length,
    answerOf: null,
    referencesOf: () => [],
    correct: Uint8Array.from(problems.flat()),
    problems: {codes, count: problems.length},
  }
}
