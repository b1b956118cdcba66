/**
 * Asks a Prometheus server, or one that speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), for raw counters.
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Instant queries".
 * Prometheus answers an empty vector, not zero, when a series has no samples: reading it as no errors would promote a
 * dead canary. And it answers for five minutes with the last sample it saw: a stopped scrape must not look like a quiet one.
 */
import * as z from 'zod'
import type {TelemetryConfig} from '../config/schema.ts'
import {messageOf, UserError} from '../core/failure.ts'
import type {Http} from '../runtime/http.ts'
import {startOf} from './beginnings.ts'
import {type Arm, countGuard, metricsOf, type ProcessSamples, readQuestion} from './counters.ts'
import {parseValue, type Sample} from './exposition.ts'
import {freshnessOf, lookQuery, partLabel} from './promql.ts'
import type {GuardReading, Source} from './source.ts'

type PrometheusConfig = Extract<TelemetryConfig, {kind: 'prometheus'}>

/** Older samples are no data. Three missed scrapes at the usual slowest interval of one minute. */
export const maxSampleAgeSeconds = 180

/** @throws UserError `telemetry/token-missing` */
export function openPrometheus(
  config: PrometheusConfig,
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
): Source {
  const ask = createAsk(config, http, env)
  const label = config['release-label']
  return {
    kind: 'prometheus',
    async read(queries, {candidate, stable}) {
      const questions = queries.map(readQuestion)
      if (questions.length === 0) return {guards: {}}
      const metrics = [...new Set(questions.flatMap(metricsOf))]
      const versions = stable === null ? [candidate] : [candidate, stable]
      const answer = await ask(lookQuery(metrics, label, versions))
      const guards: Record<string, GuardReading> = {}
      for (const question of questions) {
        guards[question.name] =
          answer.kind === 'failed'
            ? {kind: 'query-failed', detail: answer.detail}
            : countGuard(
                question,
                gatherArm(answer.series, label, candidate),
                stable === null ? null : gatherArm(answer.series, label, stable),
              )
      }
      return {guards}
    },
  }
}

interface AnsweredSeries {
  readonly labels: ReadonlyMap<string, string>
  /** When the query was evaluated, in seconds since 1970. */
  readonly at: number
  /** NaN for a native histogram, which has no single value. */
  readonly value: number
}

type Answer =
  | {readonly kind: 'answered'; readonly series: readonly AnsweredSeries[]}
  | {readonly kind: 'failed'; readonly detail: string}

// ---- the processes of one release ----

function gatherArm(series: readonly AnsweredSeries[], label: string, version: string): Arm {
  const starts = new Map<string, number>()
  for (const {labels, value} of series) if (labels.get(partLabel) === 'started') starts.set(processOf(labels), value)
  const found = new Map<string, {samples: Sample[]; ageSeconds: number}>()
  for (const {labels, at, value} of series) {
    const part = labels.get(partLabel)
    if (labels.get(label) !== version || part === 'started') continue
    const process = processOf(labels)
    const entry = found.get(process) ?? {samples: [], ageSeconds: Number.POSITIVE_INFINITY}
    found.set(process, entry)
    if (part !== undefined && freshnessOf(part) !== null) entry.ageSeconds = Math.min(entry.ageSeconds, at - value)
    else entry.samples.push({name: labels.get('__name__') ?? '', labels, value})
  }
  const processes: ProcessSamples[] = []
  let freshest = Number.POSITIVE_INFINITY
  for (const [process, {samples, ageSeconds}] of found) {
    freshest = Math.min(freshest, ageSeconds)
    if (!(ageSeconds <= maxSampleAgeSeconds)) continue
    const started = starts.get(process)
    const known = started === undefined ? {process} : {process: `${process} started ${started}`, ...startOf(started)}
    processes.push({...known, samples, types: new Map()})
  }
  if (processes.length > 0) return {version, processes}
  return {
    version,
    processes,
    absence: Number.isFinite(freshest)
      ? `the newest sample is ${Math.round(freshest)} s old, and only ${maxSampleAgeSeconds} s are trusted: is Prometheus still scraping it?`
      : `no series with ${label}=${JSON.stringify(version)} (is ${label} the label that carries the version?)`,
  }
}

/** Labels that Prometheus puts on everything it scrapes from one process, as far as they are there. */
const targetLabels = ['cluster', 'namespace', 'pod', 'container', 'job', 'instance']

function processOf(labels: ReadonlyMap<string, string>): string {
  const known = targetLabels.filter(label => labels.has(label))
  if (known.includes('instance') || known.includes('pod'))
    return known.map(label => `${label}=${labels.get(label)}`).join(' ')
  // Nothing names a process (a recording rule, a gateway): then each series stands for itself, so that no restart of one
  // part can hide in a sum.
  const own = [...labels].filter(([label]) => !['__name__', 'le', partLabel].includes(label)).sort()
  return own.map(([label, value]) => `${label}=${value}`).join(' ')
}

// ---- the HTTP API ----

const vectorAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]).optional(),
        histogram: z.tuple([z.number(), z.unknown()]).optional(),
      }),
    ),
  }),
  warnings: z.array(z.string()).optional(),
  /** VictoriaMetrics says so when a storage node did not answer. */
  isPartial: z.boolean().optional(),
})
const errorAnswer = z.object({status: z.literal('error'), errorType: z.string(), error: z.string()})

function createAsk(config: PrometheusConfig, http: Http, env: Readonly<Record<string, string | undefined>>) {
  const url = `${config.url.replace(/\/+$/, '')}/api/v1/query`
  const tokenName = config['token-from']
  const token = tokenName === undefined ? undefined : env[tokenName]
  if (tokenName !== undefined && !token) {
    throw new UserError('telemetry/token-missing', `The environment variable ${tokenName} is empty or not set.`, {
      hint: 'telemetry.token-from names it: give it to the step, or remove token-from.',
    })
  }
  const failed = (detail: string): Answer => ({kind: 'failed', detail})
  return async (query: string): Promise<Answer> => {
    try {
      const {status, body} = await http.send({
        method: 'POST',
        url,
        system: 'prometheus',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(token === undefined ? {} : {authorization: `Bearer ${token}`}),
        },
        body: new URLSearchParams({query}).toString(),
      })
      if (status === 401 || status === 403) {
        return failed(`${url} refused access (status ${status}): check the token that telemetry.token-from names`)
      }
      return readAnswer(url, status, body)
    } catch (error) {
      return failed(messageOf(error))
    }
  }
}

function readAnswer(url: string, status: number, body: string): Answer {
  const failed = (detail: string): Answer => ({kind: 'failed', detail})
  const json = parseJson(body)
  const error = errorAnswer.safeParse(json)
  if (error.success) return failed(`${url} answered ${status} ${error.data.errorType}: ${error.data.error}`)
  const answer = vectorAnswer.safeParse(json)
  if (status !== 200 || !answer.success) {
    return failed(`${url} answered with status ${status} and not as the Prometheus API does: "${body.slice(0, 80)}"`)
  }
  // A warning says that the answer is partial: Thanos with a store missing, remote read that failed.
  const [warning] = [...(answer.data.warnings ?? []), ...(answer.data.isPartial ? ['a storage node is missing'] : [])]
  if (warning !== undefined) return failed(`${url} answered in part only: ${warning}`)
  const series: AnsweredSeries[] = []
  for (const {metric, value, histogram} of answer.data.data.result) {
    const labels = new Map(Object.entries(metric))
    if (histogram !== undefined) {
      series.push({labels, at: histogram[0], value: Number.NaN})
      continue
    }
    const parsed = value === undefined ? null : parseValue(value[1])
    if (value === undefined || parsed === null) return failed(`${url} answered with a series without a number`)
    series.push({labels, at: value[0], value: parsed})
  }
  return {kind: 'answered', series}
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
