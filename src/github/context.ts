/**
 * The run that we are part of: what the runner says in its environment and in the event file, in our words.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import * as z from 'zod'
import {UserError} from '../core/failure.ts'
import type {Repository} from './client.ts'

export interface PullRequest {
  readonly number: number
  readonly baseSha: string
  readonly baseRef: string
  readonly headSha: string
  readonly headRef: string
  /** Whether the head lives in another repository: then the token may only read. */
  readonly isFork: boolean
}

export interface WorkflowContext {
  readonly repository: Repository
  /** `pull_request`, `workflow_dispatch`, `schedule` ... */
  readonly eventName: string
  /** The commit that is judged: the head of a pull request (never its merge commit), else the commit of the run. */
  readonly headSha: string
  /** `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string
  readonly actor: string
  readonly runId: number
  readonly runAttempt: number
  /** The run's page. */
  readonly runUrl: string
  readonly apiUrl: string
  readonly pullRequest: PullRequest | null
  /** Inputs of a manual run (`workflow_dispatch`); empty for other events. Values are text, as the runner writes them. */
  readonly inputs: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

const sha = z.string().regex(/^[0-9a-f]{40,64}$/)

const pullRequestPart = z.object({
  number: z.int().positive(),
  base: z.object({sha, ref: z.string(), repo: z.object({full_name: z.string()})}),
  // The head's repository is null when the fork was deleted.
  head: z.object({sha, ref: z.string(), repo: z.object({full_name: z.string()}).nullable()}),
})

const eventFile = z.object({
  pull_request: pullRequestPart.optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable()).nullish(),
})

/**
 * Reads the context from the environment and the text of the file at GITHUB_EVENT_PATH.
 * @throws UserError `github/not-in-a-workflow` when a variable is missing, `github/event-malformed` for the event.
 */
export function parseContext(env: Environment, eventText: string): WorkflowContext {
  const event = parseEvent(eventText)
  const eventName = required(env, 'GITHUB_EVENT_NAME')
  const pullRequest = event.pull_request ? pullRequestOf(event.pull_request) : null
  if (pullRequest === null && eventName.startsWith('pull_request')) {
    throw malformed(`The event "${eventName}" carries no pull_request.`)
  }
  const repository = repositoryOf(required(env, 'GITHUB_REPOSITORY'))
  const runId = numberOf(env, 'GITHUB_RUN_ID')
  const serverUrl = env.GITHUB_SERVER_URL || 'https://github.com'
  return {
    repository,
    eventName,
    headSha: pullRequest?.headSha ?? required(env, 'GITHUB_SHA'),
    ref: required(env, 'GITHUB_REF'),
    actor: required(env, 'GITHUB_ACTOR'),
    runId,
    runAttempt: env.GITHUB_RUN_ATTEMPT ? numberOf(env, 'GITHUB_RUN_ATTEMPT') : 1,
    runUrl: `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${runId}`,
    apiUrl: env.GITHUB_API_URL || 'https://api.github.com',
    pullRequest,
    inputs: inputsOf(event.inputs ?? {}),
  }
}

function pullRequestOf({number, base, head}: z.output<typeof pullRequestPart>): PullRequest {
  return {
    number,
    baseSha: base.sha,
    baseRef: base.ref,
    headSha: head.sha,
    headRef: head.ref,
    isFork: head.repo?.full_name !== base.repo.full_name,
  }
}

/** An input that was left empty arrives as null or as empty text: both mean "not given". */
function inputsOf(inputs: Readonly<Record<string, string | number | boolean | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, String(value)]])),
  )
}

function parseEvent(text: string): z.output<typeof eventFile> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw malformed('The event file is not JSON.', cause)
  }
  const parsed = eventFile.safeParse(json)
  if (!parsed.success) throw malformed(`The event file is not as GitHub writes it: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** `owner/name`. @throws UserError `github/repository-malformed` */
export function repositoryOf(text: string): Repository {
  const match = /^([A-Za-z0-9_.-]+)\/([A-Za-z0-9_.-]+)$/.exec(text)
  if (match?.[1] && match[2]) return {owner: match[1], name: match[2]}
  throw new UserError('github/repository-malformed', `"${text}" is not a repository.`, {hint: 'Expected "owner/name".'})
}

function required(env: Environment, name: string): string {
  const value = env[name]
  if (value) return value
  throw new UserError('github/not-in-a-workflow', `The environment variable ${name} is not set.`, {
    hint: 'This part runs as a step of a GitHub workflow, whose runner sets it. In a terminal use the slipway command.',
  })
}

function numberOf(env: Environment, name: string): number {
  const text = required(env, name)
  if (/^\d+$/.test(text)) return Number(text)
  throw new UserError('github/not-in-a-workflow', `The environment variable ${name} is "${text}", not a number.`)
}

function malformed(message: string, cause?: unknown): UserError {
  return new UserError('github/event-malformed', message, {
    hint: 'GITHUB_EVENT_PATH names the file; the runner writes it.',
    cause,
  })
}
