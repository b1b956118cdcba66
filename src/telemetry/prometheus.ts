/**
 * Asks a Prometheus server, or one that speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), for raw counters.
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Instant queries".
 * Prometheus answers an empty vector, not zero, when a series has no samples: reading it as no errors would promote a
 * dead canary. And it answers for five minutes with the last sample it saw: a stopped scrape must not look like a quiet one.
 */
import * as z from 'zod'
import type {TelemetryConfig} from '../config/schema.ts'
import {isFailure, messageOf, UserError} from '../core/failure.ts'
import type {Http} from '../runtime/http.ts'
import {type AlertRule, parseAlertRules, unheard} from './alert-rules.ts'
import {isCounted, metricsOf, type Question, readQuestion} from './counters.ts'
import {parseValue} from './exposition.ts'
import {type AnsweredSeries, readGuards} from './prometheus-answer.ts'
import {countersQuery, firingAlerts, join} from './promql.ts'
import type {Source} from './source.ts'

type PrometheusConfig = Extract<TelemetryConfig, {kind: 'prometheus'}>

/** @throws UserError `telemetry/token-missing` */
export function openPrometheus(
  config: PrometheusConfig,
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
): Source {
  const api = openApi(config, http, env)
  const label = config['release-label']
  return {
    kind: 'prometheus',
    async read(queries, versions) {
      const questions = queries.map(readQuestion)
      if (questions.length === 0) return {guards: {}}
      const [answer, rules] = await Promise.all([
        api.query(lookQuery(questions, label, versions)),
        questions.every(isCounted) ? null : api.alertRules(),
      ])
      if (answer.kind === 'failed') {
        const failed = {kind: 'query-failed' as const, detail: answer.detail}
        return {guards: Object.fromEntries(questions.map(({name}) => [name, failed]))}
      }
      const guards = {...readGuards(questions, answer.series, label, versions)}
      for (const question of questions) {
        const deaf = isCounted(question) ? undefined : unheard(question, rules)
        if (deaf) guards[question.name] = deaf
      }
      return {guards}
    },
  }
}

/**
 * The one PromQL query of a look. One, because Prometheus evaluates it at one time over one state of its storage: with
 * several, a scrape or a restart between two of them would tear the look apart (old counters beside a new start time
 * count requests twice).
 */
export function lookQuery(
  questions: readonly Question[],
  releaseLabel: string,
  {candidate, stable}: {readonly candidate: string; readonly stable: string | null},
): string {
  const metrics = [...new Set(questions.flatMap(metricsOf))]
  const counters = countersQuery(metrics, releaseLabel, stable === null ? [candidate] : [candidate, stable])
  const needsAlerts = !questions.every(isCounted)
  return join([...(metrics.length > 0 ? [counters] : []), ...(needsAlerts ? [firingAlerts] : [])])
}

type Answer =
  | {readonly kind: 'answered'; readonly series: readonly AnsweredSeries[]}
  | {readonly kind: 'failed'; readonly detail: string}

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

interface PrometheusApi {
  readonly query: (query: string) => Promise<Answer>
  /** null where the server does not tell them. */
  readonly alertRules: () => Promise<readonly AlertRule[] | null>
}

function openApi(
  config: PrometheusConfig,
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
): PrometheusApi {
  const url = `${config.url.replace(/\/+$/, '')}/api/v1`
  const tokenName = config['token-from']
  const token = tokenName === undefined ? undefined : env[tokenName]
  if (tokenName !== undefined && !token) {
    throw new UserError('telemetry/token-missing', `The environment variable ${tokenName} is empty or not set.`, {
      hint: 'telemetry.token-from names it: give it to the step, or remove token-from.',
    })
  }
  const authorization = token === undefined ? {} : {authorization: `Bearer ${token}`}
  return {
    async query(query) {
      try {
        const {status, body} = await http.send({
          method: 'POST',
          url: `${url}/query`,
          system: 'prometheus',
          headers: {'content-type': 'application/x-www-form-urlencoded', ...authorization},
          body: new URLSearchParams({query}).toString(),
        })
        if (status !== 401 && status !== 403) return readAnswer(`${url}/query`, status, body)
        const detail = `${url}/query refused access (status ${status}): check the token that telemetry.token-from names`
        return {kind: 'failed', detail}
      } catch (error) {
        return {kind: 'failed', detail: messageOf(error)}
      }
    },
    async alertRules() {
      try {
        const {body} = await http.send({url: `${url}/rules?type=alert`, system: 'prometheus', headers: authorization})
        return parseAlertRules(parseJson(body))
      } catch (error) {
        // Not every server has this API. Where it is down, the query says so.
        if (isFailure(error)) return null
        throw error
      }
    },
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
