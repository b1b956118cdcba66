/**
 * What looks would have read in the past: the query of a look, evaluated by Prometheus at each step of an interval.
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Range queries".
 */
import * as z from 'zod'
import {SystemError} from '../core/failure.ts'
import type {Http} from '../runtime/http.ts'
import type {AnsweredSeries} from './answered-series.ts'
import {isCounted, readQuestion} from './counters.ts'
import {parseValue} from './exposition.ts'
import {guardsOf} from './prometheus-answer.ts'
import {type AskLimits, connectPrometheus, type PrometheusApi, type PrometheusConfig} from './prometheus-api.ts'
import {lookQuery} from './promql.ts'
import type {GuardQuery, PastInterval, PastReading} from './source.ts'

/** Prometheus answers with at most 11 000 points a series; answers of a hundred series stay small with fewer. */
const mostSteps = 1000

const matrix = z.object({
  resultType: z.literal('matrix'),
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      values: z.array(z.tuple([z.number(), z.string()])).optional(),
      histograms: z.array(z.tuple([z.number(), z.unknown()])).optional(),
    }),
  ),
})

/**
 * Readings in order of time, one for each step.
 * @throws SystemError `prometheus/no-answer`: half of a past is no past. UserError `telemetry/token-missing`
 */
export async function readPrometheusRange(
  config: PrometheusConfig,
  {http, env}: {readonly http: Http; readonly env: Readonly<Record<string, string | undefined>>},
  queries: readonly GuardQuery[],
  versions: {readonly candidate: string; readonly stable: string | null},
  interval: PastInterval,
  limits: AskLimits = {},
): Promise<readonly PastReading[]> {
  const api = connectPrometheus(config, http, env)
  const questions = queries.map(readQuestion)
  const label = config['release-label']
  const query = lookQuery(questions, label, versions)
  const rules = questions.every(isCounted) ? null : await api.alertRules()
  const readings: PastReading[] = []
  for (const part of partsOf(interval)) {
    const series = await askRange(api, query, part, limits)
    for (let at = part.from; at <= part.to; at += part.stepMs) {
      const guards = guardsOf(questions, {series: series.get(secondsOf(at)) ?? [], rules}, label, versions)
      readings.push({at, reading: {guards}})
    }
  }
  return readings
}

function* partsOf({from, to, stepMs}: PastInterval): Iterable<PastInterval> {
  for (let begin = from; begin <= to; begin += mostSteps * stepMs) {
    yield {from: begin, to: Math.min(to, begin + (mostSteps - 1) * stepMs), stepMs}
  }
}

/** The series that have a sample, by the time of the step in seconds. */
async function askRange(
  api: PrometheusApi,
  query: string,
  {from, to, stepMs}: PastInterval,
  limits: AskLimits,
): Promise<ReadonlyMap<number, readonly AnsweredSeries[]>> {
  const parameters = {
    query,
    start: String(secondsOf(from)),
    end: String(secondsOf(to)),
    step: String(stepMs / 1000),
  }
  const answer = await api.ask('query_range', parameters, matrix, limits)
  if (answer.kind === 'failed') throw noAnswer(answer.detail)
  const steps = new Map<number, AnsweredSeries[]>()
  const add = (at: number, labels: ReadonlyMap<string, string>, value: number) => {
    const known = steps.get(at)
    if (known) known.push({labels, at, value})
    else steps.set(at, [{labels, at, value}])
  }
  for (const {metric, values = [], histograms = []} of answer.data.result) {
    const labels = new Map(Object.entries(metric))
    for (const [at, text] of values) {
      const value = parseValue(text)
      if (value === null) throw noAnswer(`a series has the value "${text}", which is no number`)
      add(at, labels, value)
    }
    for (const [at] of histograms) add(at, labels, Number.NaN)
  }
  return steps
}

/** Prometheus tells times in seconds, with three digits behind the point. */
function secondsOf(ms: number): number {
  return Math.round(ms) / 1000
}

function noAnswer(detail: string): SystemError {
  return new SystemError('prometheus/no-answer', `The past cannot be read: ${detail}.`, {
    system: 'prometheus',
    retryable: true,
    hint: 'Check the address and the interval; nothing was written.',
  })
}
