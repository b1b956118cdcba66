/** What people see: comments, check runs, deployments, reviews of a run, dispatched workflows. */
import * as z from 'zod'
import {
  type Answer,
  type Call,
  type Endpoint,
  type FakeCheckRun,
  type FakeComment,
  type FakeDeployment,
  type FakeStatus,
  pageOf,
  Refused,
  userOf,
  type World,
} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const peopleEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: '/user', permission: null, handle: getUser},
  {method: 'GET', path: `${repo}/issues/{issue}/comments`, permission: 'pull-requests: read', handle: listComments},
  {method: 'POST', path: `${repo}/issues/{issue}/comments`, permission: 'pull-requests: write', handle: createComment},
  {method: 'PATCH', path: `${repo}/issues/comments/{id}`, permission: 'pull-requests: write', handle: updateComment},
  {method: 'DELETE', path: `${repo}/issues/comments/{id}`, permission: 'pull-requests: write', handle: deleteComment},
  {method: 'GET', path: `${repo}/commits/{ref}/check-runs`, permission: 'checks: read', handle: listCheckRuns},
  {method: 'POST', path: `${repo}/check-runs`, permission: 'checks: write', handle: createCheckRun},
  {method: 'PATCH', path: `${repo}/check-runs/{id}`, permission: 'checks: write', handle: updateCheckRun},
  {method: 'GET', path: `${repo}/deployments`, permission: 'deployments: read', handle: listDeployments},
  {method: 'POST', path: `${repo}/deployments`, permission: 'deployments: write', handle: createDeployment},
  {method: 'GET', path: `${repo}/deployments/{id}/statuses`, permission: 'deployments: read', handle: listStatuses},
  {method: 'POST', path: `${repo}/deployments/{id}/statuses`, permission: 'deployments: write', handle: createStatus},
  {method: 'GET', path: `${repo}/actions/runs/{run}/approvals`, permission: 'actions: read', handle: listApprovals},
  {
    method: 'POST',
    path: `${repo}/actions/workflows/{workflow}/dispatches`,
    permission: 'actions: write',
    handle: dispatchWorkflow,
  },
]

function getUser({world, token}: Call): Answer {
  // A workflow's own token belongs to an app, and may not ask who it is.
  if (token.login.endsWith('[bot]')) throw new Refused(403, 'Resource not accessible by integration')
  const time = world.now().toISOString()
  const unknown = {bio: null, blog: null, company: null, email: null, hireable: null, location: null, name: null}
  const counts = {followers: 0, following: 0, public_gists: 0, public_repos: 1}
  const user = {...userOf(world, token.login), ...unknown, ...counts}
  return {status: 200, body: {...user, user_view_type: 'public', created_at: time, updated_at: time}}
}

// ---- comments ----

function listComments({world, path, query}: Call): Answer {
  const all = world.state.comments.filter(comment => comment.issue === Number(path.issue))
  return {status: 200, body: pageOf(all, query).map(comment => commentBody(world, comment))}
}

function createComment({world, token, path, body}: Call): Answer {
  const time = world.now().toISOString()
  const comment = {
    id: world.nextId(),
    issue: Number(path.issue),
    body: commentText(body),
    login: token.login,
    createdAt: time,
    updatedAt: time,
  }
  world.state.comments.push(comment)
  return {status: 201, body: commentBody(world, comment)}
}

function updateComment({world, path, body}: Call): Answer {
  const comment = byId(world.state.comments, path.id)
  comment.body = commentText(body)
  comment.updatedAt = world.now().toISOString()
  return {status: 200, body: commentBody(world, comment)}
}

function deleteComment({world, path}: Call): Answer {
  const {comments} = world.state
  comments.splice(comments.indexOf(byId(comments, path.id)), 1)
  return {status: 204}
}

function commentText(body: unknown): string {
  const text = z.object({body: z.string()}).parse(body).body
  if (text.length > 65_536) throw new Refused(422, 'Body is too long (maximum is 65536 characters)')
  return text
}

function commentBody(world: World, {id, issue, body, login, createdAt, updatedAt}: FakeComment): object {
  const url = `${world.url}/repos/${world.fullName}`
  return {
    id,
    node_id: `IC_${id}`,
    body,
    user: userOf(world, login),
    url: `${url}/issues/comments/${id}`,
    html_url: `${url}/pull/${issue}#issuecomment-${id}`,
    issue_url: `${url}/issues/${issue}`,
    author_association: 'NONE',
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

// ---- check runs ----

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

// ---- deployments ----

function listDeployments({world, query}: Call): Answer {
  const environment = query.get('environment')
  const all = world.state.deployments.filter(each => environment === null || each.environment === environment)
  return {status: 200, body: pageOf(all.toReversed(), query).map(each => deploymentBody(world, each))}
}

async function createDeployment({world, token, body}: Call): Promise<Answer> {
  const wanted = z
    .object({
      ref: z.string(),
      task: z.string().default('deploy'),
      auto_merge: z.boolean().default(true),
      required_contexts: z.array(z.string()).optional(),
      payload: z.unknown(),
      environment: z.string().default('production'),
      description: z.string().nullable().default(null),
      production_environment: z.boolean().optional(),
    })
    .parse(body)
  if ((wanted.description?.length ?? 0) > 140)
    throw new Refused(422, 'description is too long (maximum is 140 characters)')
  const sha = await world.repository.resolve(wanted.ref)
  if (sha === null) throw new Refused(422, `No ref found for: ${wanted.ref}`)
  const waiting = world.state.checkRuns.some(run => run.headSha === sha && run.conclusion !== 'success')
  if (wanted.required_contexts === undefined && waiting) throw new Refused(409, 'Conflict: Commit status checks failed')
  const deployment: FakeDeployment = {
    id: world.nextId(),
    sha,
    ref: wanted.ref,
    environment: wanted.environment,
    task: wanted.task,
    payload: wanted.payload ?? '',
    description: wanted.description,
    production: wanted.production_environment ?? wanted.environment === 'production',
    login: token.login,
    statuses: [],
  }
  world.state.deployments.push(deployment)
  return {status: 201, body: deploymentBody(world, deployment)}
}

function deploymentBody(world: World, each: FakeDeployment): object {
  const repository = `${world.url}/repos/${world.fullName}`
  const url = `${repository}/deployments/${each.id}`
  const time = world.now().toISOString()
  return {
    id: each.id,
    node_id: `DE_${each.id}`,
    url,
    sha: each.sha,
    ref: each.ref,
    task: each.task,
    payload: each.payload,
    environment: each.environment,
    description: each.description,
    creator: userOf(world, each.login),
    production_environment: each.production,
    transient_environment: false,
    statuses_url: `${url}/statuses`,
    repository_url: repository,
    created_at: time,
    updated_at: time,
  }
}

function listStatuses({world, path, query}: Call): Answer {
  const deployment = byId(world.state.deployments, path.id)
  const newestFirst = pageOf(deployment.statuses.toReversed(), query)
  return {status: 200, body: newestFirst.map(status => statusBody(world, deployment, status))}
}

function createStatus({world, path, body}: Call): Answer {
  const deployment = byId(world.state.deployments, path.id)
  const wanted = z
    .object({
      state: z.string(),
      description: z.string().default(''),
      log_url: z.string().default(''),
      environment_url: z.string().default(''),
      auto_inactive: z.boolean().default(true),
    })
    .parse(body)
  if (wanted.description.length > 140) throw new Refused(422, 'description is too long (maximum is 140 characters)')
  const status = {
    id: world.nextId(),
    state: wanted.state,
    description: wanted.description,
    logUrl: wanted.log_url,
    environmentUrl: wanted.environment_url,
  }
  deployment.statuses.push(status)
  if (wanted.auto_inactive && wanted.state === 'success') retireOthers(world, deployment)
  return {status: 201, body: statusBody(world, deployment, status)}
}

/** What GitHub does by itself: only where the older deployment is not of a production environment. */
function retireOthers(world: World, deployment: FakeDeployment): void {
  for (const other of world.state.deployments) {
    const same = other.environment === deployment.environment && other.id !== deployment.id
    if (!same || other.production || other.statuses.at(-1)?.state !== 'success') continue
    other.statuses.push({id: world.nextId(), state: 'inactive', description: '', logUrl: '', environmentUrl: ''})
  }
}

function statusBody(world: World, deployment: FakeDeployment, status: FakeStatus): object {
  const repository = `${world.url}/repos/${world.fullName}`
  const url = `${repository}/deployments/${deployment.id}`
  const time = world.now().toISOString()
  const page = status.logUrl || url
  return {
    id: status.id,
    node_id: `DES_${status.id}`,
    url: `${url}/statuses/${status.id}`,
    state: status.state,
    description: status.description,
    environment: deployment.environment,
    creator: userOf(world, deployment.login),
    log_url: page,
    target_url: page,
    environment_url: status.environmentUrl || url,
    deployment_url: url,
    repository_url: repository,
    created_at: time,
    updated_at: time,
  }
}

// ---- runs and workflows ----

function listApprovals({world, path}: Call): Answer {
  const reviews = world.state.approvals.filter(review => review.runId === Number(path.run))
  const body = reviews.map(({state, comment, login, environments}) => ({
    state,
    comment,
    user: userOf(world, login),
    environments: environments.map((name, index) => ({id: index + 1, node_id: `EN_${index + 1}`, name})),
  }))
  return {status: 200, body}
}

/** The workflow file must be at the ref and listen to `workflow_dispatch`, as on GitHub. */
async function dispatchWorkflow({world, token, path, body}: Call): Promise<Answer> {
  const wanted = z
    .object({
      ref: z.string(),
      inputs: z.record(z.string(), z.unknown()).default({}),
      return_run_details: z.boolean().default(false),
    })
    .parse(body)
  const workflow = path.workflow ?? ''
  const commit = await world.repository.resolve(wanted.ref)
  if (commit === null) throw new Refused(422, `No ref found for: ${wanted.ref}`)
  const lines = await world.repository.listTree(commit, true)
  const file = lines.find(line => line.path === `.github/workflows/${workflow}`)
  if (!file) throw new Refused(404, 'Not Found')
  const text = (await world.repository.read(file.sha))?.content.toString('utf8') ?? ''
  if (!text.includes('workflow_dispatch')) throw new Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
  const dispatch = {workflow, ref: wanted.ref, inputs: wanted.inputs, runId: world.nextId(), by: token.login}
  world.state.dispatches.push(dispatch)
  await world.onDispatch(dispatch)
  if (!wanted.return_run_details) return {status: 204}
  const url = `${world.url}/repos/${world.fullName}/actions/runs/${dispatch.runId}`
  return {status: 200, body: {workflow_run_id: dispatch.runId, run_url: url, html_url: url}}
}

function byId<T extends {readonly id: number}>(all: readonly T[], id: string | undefined): T {
  const found = all.find(each => each.id === Number(id))
  if (!found) throw new Refused(404, 'Not Found')
  return found
}
