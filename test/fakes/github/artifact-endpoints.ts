/** Records of an organisation's artifacts. https://docs.github.com/rest/orgs/artifact-metadata */
import * as z from 'zod'
import {type Answer, type Call, type Endpoint, Refused, userOf} from './world.ts'

const metadata = '/orgs/{org}/artifacts/metadata'

export const artifactEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: '/users/{username}', permission: null, handle: getOwner},
  {
    method: 'POST',
    path: `${metadata}/storage-record`,
    permission: 'artifact-metadata: write',
    handle: recordStorage,
  },
  {
    method: 'POST',
    path: `${metadata}/deployment-record`,
    permission: 'artifact-metadata: write',
    handle: recordDeployment,
  },
]

const storage = z.object({
  name: z.string(),
  digest: z.string(),
  registry_url: z.string(),
  repository: z.string().optional(),
  version: z.string().optional(),
  github_repository: z.string().optional(),
})
const deployment = z.object({
  name: z.string(),
  digest: z.string(),
  version: z.string().optional(),
  status: z.enum(['deployed', 'decommissioned']),
  logical_environment: z.string(),
  physical_environment: z.string().default(''),
  cluster: z.string().default(''),
  deployment_name: z.string(),
  github_repository: z.string().optional(),
})

function getOwner({world, path}: Call): Answer {
  const [owner = ''] = world.fullName.split('/')
  if (path.username !== owner) throw new Refused(404, 'Not Found')
  const time = world.now().toISOString()
  const unknown = {bio: null, blog: null, company: null, email: null, hireable: null, location: null, name: null}
  const counts = {followers: 0, following: 0, public_gists: 0, public_repos: 1}
  const user = {...userOf(world, owner), ...unknown, ...counts, type: world.state.artifacts.owner}
  return {status: 200, body: {...user, user_view_type: 'public', created_at: time, updated_at: time}}
}

function recordStorage({world, path, body}: Call): Answer {
  const record = storage.parse(body)
  requireArtifact(world, path.org, record.github_repository)
  world.state.artifacts.storage.push(record)
  return {status: 200, body: {total_count: 1}}
}

function recordDeployment({world, path, body}: Call): Answer {
  const record = deployment.parse(body)
  requireArtifact(world, path.org, record.github_repository)
  const {deployments} = world.state.artifacts
  const keys = ['logical_environment', 'physical_environment', 'cluster', 'deployment_name'] as const
  const at = deployments.findIndex(each => keys.every(key => each[key] === record[key]))
  if (at < 0) deployments.push(record)
  else deployments[at] = record
  return {status: 200, body: {total_count: 1}}
}

/** Users have no such records, and nobody attested these artifacts: the repository alone says whose they are. */
function requireArtifact(world: Call['world'], org: string | undefined, repository: string | undefined): void {
  const [owner, name] = world.fullName.split('/')
  if (org !== owner || world.state.artifacts.owner !== 'Organization') throw new Refused(404, 'Not Found')
  if (repository !== name) throw new Refused(404, 'no artifacts found')
}
