/** Check runs. https://docs.github.com/rest/checks/runs */
import * as z from 'zod'
import {type Answer, byId, type Call, type Endpoint, type FakeCheckRun, pageOf, Refused, type World} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const checkEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: `${repo}/commits/{ref}/check-runs`, permission: 'checks: read', handle: listCheckRuns},
  {method: 'POST', path: `${repo}/check-runs`, permission: 'checks: write', handle: createCheckRun},
  {method: 'PATCH', path: `${repo}/check-runs/{id}`, permission: 'checks: write', handle: updateCheckRun},
]

const checkContent = z.object({
  name: z.string().optional(),
  external_id: z.string().optional(),
  details_url: z.string().optional(),
  status: z.string().optional(),
  conclusion: z.string().optional(),
  output: z.object({title: z.string().optional(), summary: z.string(), text: z.string().optional()}).optional(),
})

/** `filter=latest`, GitHub's default: of runs with one name by one app only the newest. */
function listCheckRuns({world, path, query}: Call): Answer {
  const name = query.get('check_name')
  const all = world.state.checkRuns.filter(run => run.headSha === path.ref && (name === null || run.name === name))
  const latest = all.filter(
    run => !all.some(other => other.id > run.id && other.name === run.name && other.app === run.app),
  )
  const shown = query.get('filter') === 'all' ? all : latest
  const runs = pageOf(shown.toReversed(), query).map(run => checkRunBody(world, run))
  return {status: 200, body: {total_count: shown.length, check_runs: runs}}
}

async function createCheckRun({world, token, body}: Call): Promise<Answer> {
  const {head_sha: headSha} = z.object({head_sha: z.string()}).parse(body)
  if ((await world.repository.read(headSha))?.type !== 'commit')
    throw new Refused(422, `No commit found for SHA: ${headSha}`)
  const run: FakeCheckRun = {
    id: world.nextId(),
    headSha,
    app: token.login,
    name: '',
    externalId: null,
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    title: null,
    summary: null,
    text: null,
  }
  fillCheckRun(run, body)
  world.state.checkRuns.push(run)
  return {status: 201, body: checkRunBody(world, run)}
}

function updateCheckRun({world, token, path, body}: Call): Answer {
  const run = byId(world.state.checkRuns, path.id)
  if (run.app !== token.login) throw new Refused(403, 'Resource not accessible by integration')
  fillCheckRun(run, body)
  return {status: 200, body: checkRunBody(world, run)}
}

function fillCheckRun(run: FakeCheckRun, body: unknown): void {
  const content = checkContent.parse(body)
  run.name = content.name ?? run.name
  run.externalId = content.external_id ?? run.externalId
  run.detailsUrl = content.details_url ?? run.detailsUrl
  run.conclusion = content.conclusion ?? run.conclusion
  run.status = content.conclusion === undefined ? (content.status ?? run.status) : 'completed'
  run.title = content.output?.title ?? run.title
  run.summary = content.output?.summary ?? run.summary
  run.text = content.output?.text ?? run.text
}

function checkRunBody(world: World, run: FakeCheckRun): object {
  const url = `${world.url}/repos/${world.fullName}/check-runs/${run.id}`
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    head_sha: run.headSha,
    name: run.name,
    external_id: run.externalId,
    url,
    html_url: url,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: null,
    completed_at: null,
    check_suite: null,
    app: null,
    pull_requests: [],
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
  }
}
