/**
 * Asks a Prometheus server, or one that speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), for raw counters.
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Instant queries".
 * Prometheus answers an empty vector, not zero, when a series has no samples: reading it as no errors would promote a
 * dead canary. And it answers for five minutes with the last sample it saw: a stopped scrape must not look like a quiet one.
 */
import * as z from 'zod'
import type {Http} from '../runtime/http.ts'
import type {AnsweredSeries} from './answered-series.ts'
import {isCounted, readQuestion} from './counters.ts'
import {parseValue} from './exposition.ts'
import {guardsOf} from './prometheus-answer.ts'
import {connectPrometheus, type PrometheusConfig} from './prometheus-api.ts'
import {readPrometheusRange} from './prometheus-range.ts'
import {lookQuery} from './promql.ts'
import type {Source} from './source.ts'

/** @throws UserError `telemetry/token-missing` */
export function openPrometheus(
  config: PrometheusConfig,
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
): Source {
  const api = connectPrometheus(config, http, env)
  const label = config['release-label']
  return {
    kind: 'prometheus',
    async read(queries, versions) {
      const questions = queries.map(readQuestion)
      if (questions.length === 0) return {guards: {}}
      const [answer, rules] = await Promise.all([
        api.ask('query', {query: lookQuery(questions, label, versions)}, vector),
        questions.every(isCounted) ? null : api.alertRules(),
      ])
      const series = answer.kind === 'failed' ? answer.detail : seriesOf(answer.data)
      if (typeof series === 'string') {
        const failed = {kind: 'query-failed' as const, detail: series}
        return {guards: Object.fromEntries(questions.map(({name}) => [name, failed]))}
      }
      return {guards: guardsOf(questions, {series, rules}, label, versions)}
    },
    past: (queries, version, interval) =>
      readPrometheusRange(config, {http, env}, queries, {candidate: version, stable: null}, interval, onceWithin),
  }
}

/** A past is worth a short wait and no second one: who asks goes on without it. */
const onceWithin = {timeoutMs: 10_000, retries: 0}

const vector = z.object({
  resultType: z.literal('vector'),
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      value: z.tuple([z.number(), z.string()]).optional(),
      histogram: z.tuple([z.number(), z.unknown()]).optional(),
    }),
  ),
})

/** The series of a vector; in words what is wrong with it. */
function seriesOf({result}: z.output<typeof vector>): readonly AnsweredSeries[] | string {
  const series: AnsweredSeries[] = []
  for (const {metric, value, histogram} of result) {
    const labels = new Map(Object.entries(metric))
    if (histogram !== undefined) {
      series.push({labels, at: histogram[0], value: Number.NaN})
      continue
    }
    const parsed = value === undefined ? null : parseValue(value[1])
    if (value === undefined || parsed === null) return 'Prometheus answered with a series without a number'
    series.push({labels, at: value[0], value: parsed})
  }
  return series
}
