/**
 * Deployments: what people see on the repository's page about an environment. A picture of the ledger, never read back as
 * state. One deployment per rollout; a status only when the phase changes, because GitHub limits their number.
 * https://docs.github.com/rest/deployments
 */
import * as z from 'zod'
import {parseJson} from '../core/json.ts'
import type {Release} from '../core/release.ts'
import type {GitHub} from './client.ts'
import {ifPermitted, mayHaveActed, type Published} from './failures.ts'
import {cutText, descriptionLimit} from './limits.ts'

export interface RolloutDeployment {
  /** Id of the rollout. */
  readonly rollout: string
  readonly service: string
  readonly environment: string
  /** The commit that is deployed. */
  readonly sha: string
  readonly release: Release
  /** Whether GitHub shows it as production. */
  readonly production: boolean
}

export interface DeploymentPhase {
  /** `queued` while an approval is awaited, `in_progress` while traffic moves, then `success`, `failure` or `error`. */
  readonly state: 'queued' | 'pending' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'
  /** One sentence; cut at 140 characters. */
  readonly description: string
  /** The run's page. */
  readonly logUrl?: string
  /** Where the service answers. */
  readonly environmentUrl?: string
}

const ourPayload = z.object({
  slipway: z.object({rollout: z.string(), service: z.string(), version: z.string(), model: z.string()}),
})
const deployment = z.object({id: z.int(), payload: z.unknown()})
const status = z.object({state: z.string(), description: z.string().nullable()})

type Known = z.output<typeof deployment>

const permission = 'deployments: write'
/** Older deployments that are looked at when one succeeds: more than can be active at once. */
const maxRetired = 10

/**
 * Shows the phase of a rollout: creates its deployment on the first call, adds a status when state or description differ
 * from the newest one. On `success` the older deployments of the same service and environment become inactive: GitHub
 * does that by itself only for environments that are not production.
 */
export function publishDeployment(
  github: GitHub,
  rollout: RolloutDeployment,
  phase: DeploymentPhase,
): Promise<Published> {
  return ifPermitted(async () => {
    const known = await listOurs(github, rollout)
    const {id} = known.find(each => payloadOf(each)?.rollout === rollout.rollout) ?? (await create(github, rollout))
    await setPhase(github, id, phase)
    if (phase.state === 'success') {
      const older = known.filter(each => each.id < id).slice(0, maxRetired)
      await retire(github, older, `Replaced by ${rollout.release.version}`)
    }
    return {kind: 'published', url: null} as const
  })
}

/**
 * Shows that a release serves again: its newest deployment is the active one, and what served instead is inactive. A
 * release that GitHub has no deployment of gets none: nobody knows its commit here.
 */
export function publishRestored(
  github: GitHub,
  {release, ...where}: Pick<RolloutDeployment, 'service' | 'environment' | 'release'>,
  logUrl: string,
): Promise<Published> {
  return ifPermitted(async () => {
    const known = await listOurs(github, where)
    const restored = known.find(each => {
      const payload = payloadOf(each)
      return payload?.version === release.version && payload.model === release.model
    })
    const others = known.filter(each => each !== restored).slice(0, maxRetired)
    for (const {id} of others) {
      const newest = await readNewest(github, id)
      if (newest?.state !== 'success') continue
      await setPhase(github, id, {state: 'inactive', description: `Rolled back to ${release.version}`, logUrl})
    }
    if (restored) {
      const description = `${release.version} has all traffic again`
      await setPhase(github, restored.id, {state: 'success', description, logUrl})
    }
    return {kind: 'published', url: null} as const
  })
}

/** Ours in this environment, newest first. */
async function listOurs(
  github: GitHub,
  {service, environment}: Pick<RolloutDeployment, 'service' | 'environment'>,
): Promise<readonly Known[]> {
  const answer = await github.request(
    'GET /repos/{owner}/{repo}/deployments',
    {environment, per_page: 100},
    {permission, answer: z.array(deployment)},
  )
  return answer.filter(each => payloadOf(each)?.service === service).sort((a, b) => b.id - a.id)
}

/** What we wrote into it; null for a deployment of somebody else. GitHub gives the payload back as an object or as text. */
function payloadOf({payload}: Known) {
  const parsed = ourPayload.safeParse(typeof payload === 'string' ? parseJson(payload) : payload)
  return parsed.success ? parsed.data.slipway : null
}

async function create(github: GitHub, rollout: RolloutDeployment): Promise<Known> {
  try {
    return await createOnce(github, rollout)
  } catch (error) {
    if (!mayHaveActed(error)) throw error
    const known = await listOurs(github, rollout)
    return known.find(each => payloadOf(each)?.rollout === rollout.rollout) ?? createOnce(github, rollout)
  }
}

function createOnce(github: GitHub, {rollout, service, environment, sha, release, production}: RolloutDeployment) {
  return github.request(
    'POST /repos/{owner}/{repo}/deployments',
    {
      ref: sha,
      environment,
      description: cutText(`${service} ${release.version}`, descriptionLimit),
      payload: {slipway: {rollout, service, ...release}},
      production_environment: production,
      // Our gates have judged; the default asks for every status of the commit, our own waiting one among them.
      required_contexts: [],
      // The default may merge the default branch into the ref, and deploy what nobody has judged.
      auto_merge: false,
    },
    {permission, answer: deployment},
  )
}

async function setPhase(github: GitHub, id: number, phase: DeploymentPhase): Promise<void> {
  const description = cutText(phase.description, descriptionLimit)
  const newest = await readNewest(github, id)
  if (newest?.state === phase.state && newest.description === description) return
  await github.request(
    'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    {
      deployment_id: id,
      state: phase.state,
      description,
      ...(phase.logUrl === undefined ? {} : {log_url: phase.logUrl}),
      ...(phase.environmentUrl === undefined ? {} : {environment_url: phase.environmentUrl}),
      auto_inactive: false,
    },
    // A status that is written twice says the same twice.
    {permission, answer: status, repeatable: true},
  )
}

async function readNewest(github: GitHub, id: number) {
  const [newest] = await github.request(
    'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    {deployment_id: id, per_page: 1},
    {permission, answer: z.array(status)},
  )
  return newest ?? null
}

/** Marks what was replaced. Stops at the first that is inactive already: what is older was marked with it. */
async function retire(github: GitHub, older: readonly Known[], description: string): Promise<void> {
  for (const {id} of older) {
    const newest = await readNewest(github, id)
    if (newest?.state === 'inactive') return
    if (newest?.state === 'failure' || newest?.state === 'error') continue
    await setPhase(github, id, {state: 'inactive', description})
  }
}
