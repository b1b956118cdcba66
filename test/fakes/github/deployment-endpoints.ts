/** Deployments and their statuses. https://docs.github.com/rest/deployments */
import * as z from 'zod'
import {
  type Answer,
  byId,
  type Call,
  type Endpoint,
  type FakeDeployment,
  type FakeStatus,
  pageOf,
  Refused,
  userOf,
  type World,
} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const deploymentEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: `${repo}/deployments`, permission: 'deployments: read', handle: listDeployments},
  {method: 'POST', path: `${repo}/deployments`, permission: 'deployments: write', handle: createDeployment},
  {method: 'GET', path: `${repo}/deployments/{id}/statuses`, permission: 'deployments: read', handle: listStatuses},
  {method: 'POST', path: `${repo}/deployments/{id}/statuses`, permission: 'deployments: write', handle: createStatus},
]

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
