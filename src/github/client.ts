/**
 * GitHub's REST API, for one repository. The only place that sends requests to GitHub, repeats them, and turns its
 * refusals into our failures. One file per subject stands beside it: checks, comments, deployments, a branch as a store.
 *
 * Requests are typed by GitHub's own OpenAPI description; answers are parsed for the few fields that we use.
 * Limits and headers: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import {endpoint} from '@octokit/endpoint'
import type {Endpoints} from '@octokit/types'
import * as z from 'zod'
import {SystemError, UserError} from '../core/failure.ts'
import type {Clock} from '../runtime/clock.ts'
import type {Http, HttpRequest, HttpResponse} from '../runtime/http.ts'
import type {Log} from '../runtime/log.ts'
import {jsonIn, messageIn, nameOf, type Permission, rateLimited, refusalOf} from './failures.ts'

export interface Repository {
  readonly owner: string
  readonly name: string
}

type Route = keyof Endpoints
type Parameters<R extends Route> = Omit<Endpoints[R]['parameters'], 'owner' | 'repo' | 'baseUrl' | 'headers'>

export interface Call<T> {
  /** What the token must be allowed to do; stands in the message when it is not. */
  readonly permission: Permission
  /** The fields of the answer that are used. */
  readonly answer: z.ZodType<T>
  /** Whether sending it twice does no harm, so that it is repeated when the answer is lost. Default: only for GET. */
  readonly repeatable?: boolean
}

export interface GitHub {
  readonly repository: Repository
  /**
   * Sends one request; the repository's owner and name are filled in.
   * @throws AccessRefused; UserError `github/token-invalid`, `github/not-found`
   * @throws GitHubRefusal for 400, 409, 413 and 422; SystemError `github/rate-limited`, `github/unavailable`,
   * `github/unreachable`, `github/timeout`, `github/unexpected-answer`
   */
  request<R extends Route, T>(route: R, parameters: Parameters<R>, call: Call<T>): Promise<T>
  /** As `request`; null where GitHub answers 404, which it also does for what the token may not see. */
  find<R extends Route, T>(route: R, parameters: Parameters<R>, call: Call<T>): Promise<T | null>
}

export interface GitHubOptions {
  /** `https://api.github.com`, or GITHUB_API_URL of an Enterprise Server. */
  readonly apiUrl: string
  readonly token: string
  readonly repository: Repository
  /** Longest total wait for a rate limit to pass, in milliseconds. Default: two minutes. */
  readonly maxWaitMs?: number
}

interface Machine {
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
}

const apiVersion = '2022-11-28'
const maxRepeats = 3

export function openGitHub(options: GitHubOptions, machine: Machine): GitHub {
  if (options.token === '') {
    throw new UserError('github/token-missing', 'There is no GitHub token.', {
      hint: 'Pass github-token to the action, or set GITHUB_TOKEN.',
    })
  }
  const {repository} = options
  const fill = endpoint.defaults({
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${options.token}`,
      'user-agent': 'slipway',
      'x-github-api-version': apiVersion,
    },
  })
  const exchange = async <R extends Route, T>(route: R, parameters: Parameters<R>, call: Call<T>) => {
    // A parameter that the route has no place for would travel as a query.
    const own = route.includes('{owner}') ? {owner: repository.owner, repo: repository.name} : {}
    const filled = fill(route, {...parameters, ...own})
    const request: HttpRequest = {
      method: methodOf(filled.method),
      url: filled.url,
      headers: textHeaders(filled.headers),
      ...(filled.body === undefined ? {} : {body: JSON.stringify(filled.body)}),
      timeoutMs: 30_000,
      retries: 0,
      system: 'github',
    }
    const repeatable = call.repeatable ?? request.method === 'GET'
    const response = await sendPatiently(request, repeatable, options.maxWaitMs ?? 120_000, machine)
    return {request, response}
  }
  return {
    repository,
    async request(route, parameters, call) {
      const {request, response} = await exchange(route, parameters, call)
      if (response.status >= 400) throw refusalOf(request, response, call.permission)
      return parseAnswer(request, response, call.answer)
    },
    async find(route, parameters, call) {
      const {request, response} = await exchange(route, parameters, call)
      if (response.status === 404) return null
      if (response.status >= 400) throw refusalOf(request, response, call.permission)
      return parseAnswer(request, response, call.answer)
    },
  }
}

/** Repeats what may be repeated: a lost answer of a repeatable request, and any request that a rate limit turned away. */
async function sendPatiently(request: HttpRequest, repeatable: boolean, maxWaitMs: number, machine: Machine) {
  const {http, clock, log} = machine
  let waitedMs = 0
  for (let attempt = 0; ; attempt++) {
    const mayRepeat = repeatable && attempt < maxRepeats
    const response = await http.send(request).catch(error => {
      if (!mayRepeat) throw error
      return null
    })
    if (response === null || (mayRepeat && [500, 502, 503, 504].includes(response.status))) {
      await clock.sleep(500 * 2 ** attempt)
      continue
    }
    const limitMs = rateLimitOf(response, clock)
    if (limitMs === null) return response
    if (waitedMs + limitMs > maxWaitMs) throw rateLimited(request, limitMs)
    log.warning(`GitHub's rate limit is reached; waiting ${Math.ceil(limitMs / 1000)} s.`)
    waitedMs += limitMs
    await clock.sleep(limitMs)
  }
}

/** How long GitHub asks to wait, in milliseconds; null when the answer is no rate limit. */
function rateLimitOf(response: HttpResponse, clock: Clock): number | null {
  if (response.status !== 403 && response.status !== 429) return null
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  if (Number.isFinite(retryAfter)) return Math.max(1, retryAfter) * 1000
  const reset = Number(response.headers.get('x-ratelimit-reset') ?? Number.NaN)
  if (response.headers.get('x-ratelimit-remaining') === '0' && Number.isFinite(reset)) {
    return Math.max(1000, reset * 1000 - clock.now().getTime())
  }
  // A secondary limit without headers: GitHub's documentation asks for at least one minute.
  const secondary = response.status === 429 || /rate limit|abuse detection/i.test(messageIn(response))
  return secondary ? 60_000 : null
}

function parseAnswer<T>(request: HttpRequest, response: HttpResponse, answer: z.ZodType<T>): T {
  const parsed = answer.safeParse(response.status === 204 ? undefined : jsonIn(response))
  if (parsed.success) return parsed.data
  throw new SystemError(
    'github/unexpected-answer',
    `GitHub's answer ${response.status} to ${nameOf(request)} is not what its description promises: ${z.prettifyError(parsed.error)}`,
    {system: 'github', retryable: false, hint: 'Check GITHUB_API_URL: a proxy or another server may have answered.'},
  )
}

function methodOf(method: string): 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' {
  return z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).parse(method)
}

function textHeaders(headers: Readonly<Record<string, string | number | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}
