/**
 * Records of an organisation’s artifacts: where an image is kept, and where it runs. GitHub puts the alerts of what is
 * deployed first. https://docs.github.com/rest/orgs/artifact-metadata
 */
import * as z from 'zod'
import type {Digest} from '../core/digest.ts'
import {UserError} from '../core/failure.ts'
import type {GitHub} from './client.ts'
import {ifPermitted, type Published} from './failures.ts'
import {cutText} from './limits.ts'

export interface StorageRecord {
  /** Name of the image without tag and digest: `registry.example.com/ml/credit`. */
  readonly image: string
  readonly digest: Digest
  readonly version?: string
}

export interface DeploymentRecord {
  readonly image: string
  readonly digest: Digest
  readonly version: string
  readonly status: 'deployed' | 'decommissioned'
  /** `production`, `staging`. */
  readonly environment: string
  /** What stays the same from release to release: the service. With the environment it names one record. */
  readonly service: string
  /** Where the environment runs, when somebody says it. */
  readonly cluster?: string
}

const permission = 'artifact-metadata: write'
const answer = z.object({total_count: z.int()})

/** Says where an image is kept. The registry must answer to https: GitHub keeps no other address. */
export async function recordStorage(github: GitHub, {image, digest, version}: StorageRecord): Promise<Published> {
  const {registry, repository} = partsOf(image)
  if (/^(localhost|127\.|\[::1\])/.test(registry)) {
    return {kind: 'not-available', why: `${registry} is a registry of this machine, which nobody else can ask.`}
  }
  return recorded(github, async () => {
    await github.request(
      'POST /orgs/{org}/artifacts/metadata/storage-record',
      {
        org: github.repository.owner,
        name: nameOf(image),
        digest,
        registry_url: `https://${registry}/`,
        repository: cutText(repository, 128),
        status: 'active',
        ...(version === undefined ? {} : {version: cutText(version, 100)}),
        // Without a provenance attestation nothing else tells GitHub whose image this is.
        github_repository: github.repository.name,
        return_records: false,
      },
      {permission, answer, repeatable: true},
    )
  })
}

/** Says that an image runs in an environment, or no longer does. The record of a service and environment is replaced. */
export function recordDeployment(github: GitHub, record: DeploymentRecord): Promise<Published> {
  const {image, digest, version, status, environment, service, cluster} = record
  return recorded(github, async () => {
    await github.request(
      'POST /orgs/{org}/artifacts/metadata/deployment-record',
      {
        org: github.repository.owner,
        name: nameOf(image),
        digest,
        version: cutText(version, 100),
        status,
        logical_environment: cutText(environment, 128),
        deployment_name: cutText(service, 256),
        ...(cluster === undefined ? {} : {cluster: cutText(cluster, 128)}),
        github_repository: github.repository.name,
        return_records: false,
      },
      {permission, answer, repeatable: true},
    )
  })
}

/** The first part of a name is a registry when it looks like a host (distribution/reference); else it is Docker Hub. */
function partsOf(image: string): {registry: string; repository: string} {
  const slash = image.indexOf('/')
  const first = image.slice(0, Math.max(0, slash))
  if (/[.:]/.test(first) || first === 'localhost') return {registry: first, repository: image.slice(slash + 1)}
  return {registry: 'docker.io', repository: slash < 0 ? `library/${image}` : image}
}

function nameOf(image: string): string {
  return cutText(image, 256)
}

/** GitHub answers 404 for owners that are no organisation, for tokens without the permission, and for what it does not know. */
function recorded(github: GitHub, record: () => Promise<void>): Promise<Published> {
  return ifPermitted(async () => {
    try {
      await record()
      return {kind: 'published', url: null} as const
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'github/not-found') throw error
      if ((await ownerKind(github)) === 'User') return {kind: 'not-available', why: onlyOrganisations} as const
      return {kind: 'not-permitted', permission, detail: error.message} as const
    }
  })
}

const onlyOrganisations =
  'GitHub keeps records of artifacts for organisations only, and this repository belongs to a user.'

async function ownerKind(github: GitHub): Promise<string> {
  const owner = await github.find(
    'GET /users/{username}',
    {username: github.repository.owner},
    {permission, answer: z.object({type: z.string()})},
  )
  return owner?.type ?? 'unknown'
}
