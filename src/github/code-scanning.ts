/**
 * Code scanning: an analysis is taken at once and processed later, and only then GitHub says whether it could read it.
 * https://docs.github.com/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data
 */
import {gzipSync} from 'node:zlib'
import * as z from 'zod'
import {SystemError, UserError} from '../core/failure.ts'
import type {Clock} from '../runtime/clock.ts'
import type {GitHub} from './client.ts'
import {AccessRefused, GitHubRefusal, type NotAvailable, type Published} from './failures.ts'

export interface SarifUpload {
  /** SARIF 2.1.0, at most 10 MB after gzip. One category of one tool, which replaces what it said of the ref before. */
  readonly sarif: string
  readonly commitSha: string
  /** `refs/heads/main`, `refs/pull/7/merge`, `refs/pull/7/head`: full, as GitHub asks for it. */
  readonly ref: string
  /** `file:///github/workspace/`, where paths in the SARIF are absolute. Ours are not. */
  readonly checkoutUri?: string
  /** When the analysis began. */
  readonly startedAt?: Date
}

const permission = 'security-events: write'
/** GitHub takes a few seconds; what takes longer than this is not waited for. */
const waits = [1, 2, 3, 5, 5, 10, 10, 15, 15, 15, 15, 30].map(seconds => seconds * 1000)

const receipt = z.object({id: z.string(), url: z.string()})
const status = z.object({
  processing_status: z.enum(['pending', 'complete', 'failed']),
  errors: z.array(z.string()).nullish(),
})

/**
 * Uploads one analysis and waits until GitHub has read it. A fork's token may not, and a repository may not have code
 * scanning: both are answers.
 *
 * @throws UserError `github/commit-unknown`, `github/not-found`; SystemError `github/analysis-too-large`, `github/analysis-refused` where
 * GitHub cannot read it, `github/analysis-pending` where it has not said so in time; what `GitHub.request` throws
 */
export async function uploadSarif(github: GitHub, clock: Clock, upload: SarifUpload): Promise<Published> {
  try {
    const {id, url} = await send(github, upload)
    await settle(github, clock, id)
    return {kind: 'published', url: alertsPage(url, github, upload.ref)}
  } catch (error) {
    if (error instanceof AccessRefused) return refused(error)
    throw error
  }
}

async function send(github: GitHub, {sarif, commitSha, ref, checkoutUri, startedAt}: SarifUpload) {
  try {
    return await github.request(
      'POST /repos/{owner}/{repo}/code-scanning/sarifs',
      {
        commit_sha: commitSha,
        ref,
        sarif: gzipSync(sarif).toString('base64'),
        tool_name: 'Slipway',
        ...(checkoutUri === undefined ? {} : {checkout_uri: checkoutUri}),
        ...(startedAt === undefined ? {} : {started_at: startedAt.toISOString()}),
      },
      // The same analysis twice says the same twice.
      {permission, answer: receipt, repeatable: true},
    )
  } catch (error) {
    throw explained(error, commitSha, ref)
  }
}

async function settle(github: GitHub, clock: Clock, id: string): Promise<void> {
  for (const waitMs of waits) {
    await clock.sleep(waitMs)
    // Null: taken a moment ago, and not known everywhere yet.
    const answer = await github.find(
      'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}',
      {sarif_id: id},
      {permission, answer: status},
    )
    if (answer === null || answer.processing_status === 'pending') continue
    if (answer.processing_status === 'complete') return
    throw unreadable(answer.errors ?? [])
  }
  const seconds = waits.reduce((sum, waitMs) => sum + waitMs, 0) / 1000
  throw new SystemError(
    'github/analysis-pending',
    `GitHub took the analysis and had not processed it ${seconds} s later.`,
    {system: 'github', retryable: true, hint: `It may still appear. Its id is ${id}.`},
  )
}

/** What to do, where GitHub's words leave that open. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/default setup/i, 'Code scanning is set up by GitHub itself here: switch that to the advanced setup.'],
  [/alert limit|too many alerts/i, 'The repository has too many alerts: dismiss or delete old ones.'],
  [/more (results|rules|runs|tags|locations)/i, 'The analysis is larger than GitHub takes. Please report this.'],
]

function unreadable(errors: readonly string[]): SystemError {
  const seen = errors.slice(0, 5).join('; ') || 'it does not say why'
  // The file is ours: what GitHub cannot read in it, no user can mend.
  const otherwise = 'GitHub could not read the SARIF. Please report this with the file.'
  const [, hint = otherwise] = remedies.find(([pattern]) => pattern.test(seen)) ?? []
  return new SystemError('github/analysis-refused', `GitHub could not process the analysis: ${seen}.`, {
    system: 'github',
    retryable: false,
    hint,
  })
}

/** The refusals of an upload that have a reason of their own. */
function explained(error: unknown, commitSha: string, ref: string): unknown {
  if (error instanceof GitHubRefusal && error.status === 413) {
    return new SystemError('github/analysis-too-large', `The analysis is larger than GitHub takes. ${error.message}`, {
      system: 'github',
      retryable: false,
      hint: 'GitHub takes 10 MB after gzip.',
      cause: error,
    })
  }
  const isUnknown = error instanceof UserError && error.code === 'github/not-found'
  if (isUnknown && /commit not found|\bref\b.* not found/i.test(error.message)) {
    return new UserError('github/commit-unknown', `GitHub knows no ${commitSha} at ${ref}. ${error.message}`, {
      hint: 'The commit must have been pushed, and the ref must be one of this repository.',
      cause: error,
    })
  }
  return error
}

/** A 403 has three meanings, which GitHub tells apart by its words only. */
function refused(error: AccessRefused): Published {
  const {message} = error
  if (/archived/i.test(message)) return unavailable('The repository is archived, so it takes no analysis.')
  if (/(must be|not) enabled/i.test(message)) {
    return unavailable(
      'Code scanning is not enabled for this repository. In a private one it needs GitHub Code Security: Settings, Advanced Security.',
    )
  }
  return {kind: 'not-permitted', permission, detail: message}
}

function unavailable(why: string): NotAvailable {
  return {kind: 'not-available', why}
}

/** The alerts of the ref that was analysed. The API's address tells the server's: `/api/v3` is that of an Enterprise Server. */
function alertsPage(receiptUrl: string, {repository}: GitHub, ref: string): string | null {
  if (!URL.canParse(receiptUrl)) return null
  const api = new URL(receiptUrl)
  const origin = api.hostname === 'api.github.com' ? 'https://github.com' : api.origin
  const [, kind, name] = /^refs\/(pull|heads)\/(.+?)(?:\/(?:merge|head))?$/.exec(ref) ?? []
  const where = kind === 'pull' ? ` pr:${name}` : kind === 'heads' ? ` branch:${name}` : ''
  const query = encodeURIComponent(`is:open tool:Slipway${where}`)
  return `${origin}/${repository.owner}/${repository.name}/security/code-scanning?query=${query}`
}
