/** Check runs: one for each gate and commit, whose name a branch rule can require. https://docs.github.com/rest/checks/runs */
import * as z from 'zod'
import {assertNever} from '../core/assert.ts'
import type {Gate} from '../core/result.ts'
import type {Verdict} from '../core/verdict.ts'
import type {GitHub} from './client.ts'
import {AccessRefused, ifPermitted, mayHaveActed, type Published} from './failures.ts'
import {checkTextLimit, cutText} from './limits.ts'

export interface GateCheck {
  readonly gate: Gate
  readonly service: string
  /** Whether the name carries the service, where a repository holds several: `slipway / model (credit)`. */
  readonly nameService: boolean
  readonly headSha: string
  readonly verdict: Verdict
  /** One sentence, as plain text. */
  readonly summary: string
  /** The same as Markdown, where it holds names from outside. Default: as it is. */
  readonly markdownSummary?: string
  /** Markdown. */
  readonly text: string
  /** The run's page. */
  readonly detailsUrl?: string
}

type Conclusion = 'success' | 'failure' | 'action_required'

const checkRun = z.object({id: z.int(), html_url: z.string().nullable(), external_id: z.string().nullable()})
const checkRuns = z.object({check_runs: z.array(checkRun)})

/** Named for the looks too: who may only look cannot publish. */
const permission = 'checks: write'

/** The name that a branch rule requires. Stable. */
export function checkNameOf(gate: Gate, service: string | null): string {
  return service === null ? `slipway / ${gate}` : `slipway / ${gate} (${service})`
}

/**
 * What a verdict means for a required check. Only success lets a merge go on: GitHub counts `neutral` and `skipped` as
 * passing too, so neither is ever used. `warn` may proceed, and its title says so. `inconclusive` asks for a person.
 */
export function conclusionOf(verdict: Verdict): Conclusion {
  switch (verdict) {
    case 'pass':
    case 'warn':
      return 'success'
    case 'inconclusive':
      return 'action_required'
    case 'fail':
    case 'error':
    case 'not-applicable':
      return 'failure'
    default:
      return assertNever(verdict)
  }
}

/** Publishes the gate's check on the commit: updates ours when there is one, so a repeated run leaves one check. */
export function publishCheck(github: GitHub, check: GateCheck): Promise<Published> {
  return ifPermitted(async () => {
    const content = contentOf(check)
    const known = await findOurs(github, check)
    const run = (known && (await update(github, known.id, content))) ?? (await create(github, check, content))
    return {kind: 'published', url: run.html_url} as const
  })
}

function contentOf(check: GateCheck) {
  const mark = '\n\nCut here: the job summary has the rest.'
  return {
    name: checkNameOf(check.gate, check.nameService ? check.service : null),
    external_id: externalId(check),
    ...(check.detailsUrl === undefined ? {} : {details_url: check.detailsUrl}),
    status: 'completed' as const,
    conclusion: conclusionOf(check.verdict),
    output: {
      title: cutText(`${check.verdict}: ${check.summary}`, 255),
      summary: cutText(check.markdownSummary ?? check.summary, checkTextLimit),
      ...(check.text === '' ? {} : {text: cutText(check.text, checkTextLimit, mark)}),
    },
  }
}

type Content = ReturnType<typeof contentOf>

function externalId({service, gate}: GateCheck): string {
  return `slipway/${service}/${gate}`
}

async function findOurs(github: GitHub, check: GateCheck) {
  const answer = await github.request(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    {ref: check.headSha, check_name: checkNameOf(check.gate, check.nameService ? check.service : null), per_page: 100},
    {permission, answer: checkRuns},
  )
  return answer.check_runs.find(run => run.external_id === externalId(check)) ?? null
}

/** Null when the check belongs to another app, which alone may change it. */
async function update(github: GitHub, id: number, content: Content) {
  try {
    return await github.request(
      'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      {check_run_id: id, ...content},
      {permission, answer: checkRun, repeatable: true},
    )
  } catch (error) {
    if (error instanceof AccessRefused) return null
    throw error
  }
}

async function create(github: GitHub, check: GateCheck, content: Content) {
  try {
    return await createOnce(github, check, content)
  } catch (error) {
    if (!mayHaveActed(error)) throw error
    return (await findOurs(github, check)) ?? createOnce(github, check, content)
  }
}

function createOnce(github: GitHub, check: GateCheck, content: Content) {
  return github.request(
    'POST /repos/{owner}/{repo}/check-runs',
    {head_sha: check.headSha, ...content},
    {permission, answer: checkRun},
  )
}
