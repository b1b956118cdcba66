/**
 * How GitHub refuses, in our words: translated once, here, with the permission that a request needs.
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
import * as z from 'zod'
import {SystemError, UserError} from '../core/failure.ts'
import {parseJson} from '../core/json.ts'
import type {HttpRequest, HttpResponse} from '../runtime/http.ts'

/** A permission as a workflow file writes it. */
export type Permission = `${
  | 'actions'
  | 'artifact-metadata'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'pull-requests'
  | 'security-events'}: ${'read' | 'write'}`

/** GitHub does not let the token do this: a permission is missing, or a policy or a lock forbids it. */
export class AccessRefused extends UserError {
  readonly permission: Permission

  constructor(code: 'github/permission-missing' | 'github/forbidden', permission: Permission, seen: string) {
    const missing = code === 'github/permission-missing'
    super(code, missing ? `${seen.replace(/[.\s]*$/, '.')} The token needs the permission "${permission}".` : seen, {
      hint: missing
        ? `Grant it to the calling job: "permissions: {${permission}}". A pull request from a fork never has it.`
        : `The token may have "${permission}", but a policy, a rule or a lock forbids this.`,
    })
    this.permission = permission
  }
}

/**
 * GitHub understood the request and refused it: 400 (malformed), 409 (conflict), 413 (too large) or 422 (not
 * processable). Nothing was done.
 */
export class GitHubRefusal extends SystemError {
  readonly status: 400 | 409 | 413 | 422

  constructor(status: GitHubRefusal['status'], message: string) {
    super('github/request-refused', message, {system: 'github', retryable: status === 409})
    this.status = status
  }
}

/** Whether a failed request may nevertheless have been carried out: its answer was lost, not refused. */
export function mayHaveActed(error: unknown): boolean {
  return (
    error instanceof SystemError && ['github/unreachable', 'github/timeout', 'github/unavailable'].includes(error.code)
  )
}

/** What a publication answers when the token may not publish: the caller prints a notice, and the gate goes on. */
export interface NotPermitted {
  readonly kind: 'not-permitted'
  readonly permission: Permission
  /** What GitHub said. */
  readonly detail: string
}

/** What a publication answers where the repository does not have what it is published to. */
export interface NotAvailable {
  readonly kind: 'not-available'
  /** Why, and what would make it available: two sentences. */
  readonly why: string
}

/** What a publication answers; `url` is the page to look at, where there is one. */
export type Published = {readonly kind: 'published'; readonly url: string | null} | NotPermitted | NotAvailable

/** Runs a publication; a refusal of access becomes a value. Everything else stays an error. */
export async function ifPermitted<T>(publish: () => Promise<T>): Promise<T | NotPermitted> {
  try {
    return await publish()
  } catch (error) {
    if (!(error instanceof AccessRefused)) throw error
    return {kind: 'not-permitted', permission: error.permission, detail: error.message}
  }
}

/** The failure that an answer of 400 or more means. */
export function refusalOf(
  request: HttpRequest,
  response: HttpResponse,
  permission: Permission,
): UserError | SystemError {
  const seen = `GitHub answered ${response.status} to ${nameOf(request)}: ${messageIn(response)}`
  switch (response.status) {
    case 401:
      return new UserError('github/token-invalid', seen, {
        hint: 'The token is wrong or has expired. Pass a valid one as github-token.',
      })
    case 403:
      return /resource not accessible|must have (admin|push|write)/i.test(seen)
        ? new AccessRefused('github/permission-missing', permission, seen)
        : new AccessRefused('github/forbidden', permission, seen)
    case 404:
      return new UserError('github/not-found', seen, {
        hint: `Check the name; GitHub also answers 404 when the token lacks "${permission}".`,
      })
    case 400:
    case 409:
    case 413:
    case 422:
      return new GitHubRefusal(response.status, seen)
  }
  return new SystemError('github/unavailable', seen, {
    system: 'github',
    retryable: response.status >= 500,
    hint: 'See https://www.githubstatus.com, then run it again.',
  })
}

export function rateLimited(request: HttpRequest, waitMs: number): SystemError {
  const seconds = Math.ceil(waitMs / 1000)
  return new SystemError(
    'github/rate-limited',
    `GitHub's rate limit turned away ${nameOf(request)}; it asks to wait ${seconds} s.`,
    {
      system: 'github',
      retryable: true,
      hint: 'Run it again later, tick less often, or use a token of a GitHub App, whose limit is higher.',
    },
  )
}

export function nameOf(request: HttpRequest): string {
  return `${request.method} ${new URL(request.url).pathname}`
}

const refusal = z.object({
  message: z.string(),
  errors: z.array(z.union([z.string(), z.looseObject({message: z.string().optional()})])).optional(),
})

/** GitHub's own words, with the details that stand in `errors`. */
export function messageIn(response: HttpResponse): string {
  const parsed = refusal.safeParse(jsonIn(response))
  if (!parsed.success) return response.body.slice(0, 200) || '(no text)'
  const details = (parsed.data.errors ?? []).flatMap(each => (typeof each === 'string' ? each : (each.message ?? [])))
  return [parsed.data.message, ...details].join('; ')
}

/** What is not JSON is undefined: the schema that it meets refuses it and says so. */
export function jsonIn(response: HttpResponse): unknown {
  return parseJson(response.body)
}
