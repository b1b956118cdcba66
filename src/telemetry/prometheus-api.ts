/** The HTTP API of a Prometheus server: one question, one answer, and every way in which it can fail put into words. */
import * as z from 'zod'
import type {TelemetryConfig} from '../config/schema.ts'
import {isFailure, messageOf, UserError} from '../core/failure.ts'
import {parseJson} from '../core/json.ts'
import type {Http, HttpRequest} from '../runtime/http.ts'
import {type AlertRule, parseAlertRules} from './alert-rules.ts'

export type PrometheusConfig = Extract<TelemetryConfig, {kind: 'prometheus'}>

export type ApiAnswer<T> =
  | {readonly kind: 'answered'; readonly data: T}
  | {readonly kind: 'failed'; readonly detail: string}

/** How long one attempt may take, and how often it is repeated. */
export type AskLimits = Pick<HttpRequest, 'timeoutMs' | 'retries'>

export interface PrometheusApi {
  /** Asks `/api/v1/<path>`. Never rejects: silence and nonsense are answers too. `form` is what `data` must be. */
  ask<T>(
    path: 'query' | 'query_range',
    parameters: Readonly<Record<string, string>>,
    form: z.ZodType<T>,
    limits?: AskLimits,
  ): Promise<ApiAnswer<T>>
  /** null where the server does not tell them. */
  alertRules(): Promise<readonly AlertRule[] | null>
}

const errorAnswer = z.object({status: z.literal('error'), errorType: z.string(), error: z.string()})

const successAnswer = z.object({
  status: z.literal('success'),
  data: z.unknown(),
  warnings: z.array(z.string()).optional(),
  /** VictoriaMetrics says so when a storage node did not answer. */
  isPartial: z.boolean().optional(),
})

/** @throws UserError `telemetry/token-missing` */
export function connectPrometheus(
  config: PrometheusConfig,
  http: Http,
  env: Readonly<Record<string, string | undefined>>,
): PrometheusApi {
  const base = `${config.url.replace(/\/+$/, '')}/api/v1/`
  const token = tokenOf(config, env)
  const authorization = token === undefined ? {} : {authorization: `Bearer ${token}`}
  return {
    async ask(path, parameters, form, limits = {}) {
      const url = `${base}${path}`
      try {
        const {status, body} = await http.send({
          method: 'POST',
          url,
          system: 'prometheus',
          ...limits,
          headers: {'content-type': 'application/x-www-form-urlencoded', ...authorization},
          body: new URLSearchParams(parameters).toString(),
        })
        return readAnswer(url, status, body, form)
      } catch (error) {
        return {kind: 'failed', detail: messageOf(error)}
      }
    },
    async alertRules() {
      try {
        const {body} = await http.send({
          url: `${base}rules?type=alert`,
          system: 'prometheus',
          headers: authorization,
        })
        return parseAlertRules(parseJson(body))
      } catch (error) {
        // Not every server has this API. Where it is down, the query says so.
        if (isFailure(error)) return null
        throw error
      }
    },
  }
}

function tokenOf(
  {'token-from': name}: PrometheusConfig,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (name === undefined) return undefined
  const token = env[name]
  if (token) return token
  throw new UserError('telemetry/token-missing', `The environment variable ${name} is empty or not set.`, {
    hint: 'telemetry.token-from names it: give it to the step, or remove token-from.',
  })
}

function readAnswer<T>(url: string, status: number, body: string, form: z.ZodType<T>): ApiAnswer<T> {
  const failed = (detail: string): ApiAnswer<T> => ({kind: 'failed', detail})
  if (status === 401 || status === 403) {
    return failed(`${url} refused access (status ${status}): check the token that telemetry.token-from names`)
  }
  const json = parseJson(body)
  const error = errorAnswer.safeParse(json)
  if (error.success) return failed(`${url} answered ${status} ${error.data.errorType}: ${error.data.error}`)
  const answer = successAnswer.safeParse(json)
  const data = form.safeParse(answer.data?.data)
  if (status !== 200 || !answer.success || !data.success) {
    return failed(`${url} answered with status ${status} and not as the Prometheus API does: "${body.slice(0, 80)}"`)
  }
  // A warning says that the answer is partial: Thanos with a store missing, remote read that failed.
  const [warning] = [...(answer.data.warnings ?? []), ...(answer.data.isPartial ? ['a storage node is missing'] : [])]
  if (warning !== undefined) return failed(`${url} answered in part only: ${warning}`)
  return {kind: 'answered', data: data.data}
}
