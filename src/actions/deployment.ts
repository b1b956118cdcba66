import {assertNever} from '../core/assert.ts'
import type {Release} from '../core/release.ts'
import {mayProceed} from '../core/verdict.ts'
import type {Session} from '../gates/session.ts'
import {recordDeployment} from '../github/artifact-metadata.ts'
import {type DeploymentPhase, publishDeployment, publishRestored} from '../github/deployments.ts'
import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'
import type {RolloutState} from '../rollout/state.ts'
import {attempt} from './publish-to-github.ts'

/** Shows a rollout as a deployment on GitHub. A status is written only when the phase or the weight changes. */
export function deploymentPublisher(session: Session, environment: string) {
  let shown = ''
  return async ({result, state}: RolloutOutcomeReport): Promise<void> => {
    const {rollout} = state
    if (!session.github || !rollout || result.verdict === 'not-applicable') return
    const {client, context} = session.github
    const phase = {...phaseOf(rollout), logUrl: context.runUrl}
    const now = `${phase.state} ${phase.description}`
    if (now === shown) return
    shown = now
    await attempt('deployment', () =>
      publishDeployment(
        client,
        {
          rollout: rollout.id,
          service: result.service,
          environment,
          sha: context.headSha,
          release: rollout.candidate,
          production: environment === 'production',
        },
        phase,
      ),
    )
    if (phase.state === 'success') await recordServing(session, environment, result.service, rollout.candidate)
  }
}

/** Shows which release serves after a rollback, also where it ended no rollout. */
export async function publishRollback(session: Session, environment: string, {result}: RolloutOutcomeReport) {
  const {version, model, image} = result.subject
  if (!session.github || !mayProceed(result.verdict) || version === undefined || model === undefined) return
  const {client, context} = session.github
  const where = {service: result.service, environment, release: {version, model}}
  await attempt('deployment', () => publishRestored(client, where, context.runUrl))
  await recordServing(session, environment, result.service, {version, model, ...(image === undefined ? {} : {image})})
}

/**
 * Tells GitHub which image serves, so that alerts of what is deployed come first. One record for each service and
 * environment: the next release takes its place. A release without an image has none.
 */
async function recordServing(session: Session, environment: string, service: string, release: Release): Promise<void> {
  const {version, image: digest} = release
  if (!session.github || digest === undefined) return
  const {client} = session.github
  await attempt(
    'deployment record',
    () => recordDeployment(client, {image: service, digest, version, status: 'deployed', environment, service}),
    {asked: false},
  )
}

function phaseOf({
  phase,
  candidate,
  weightPercent,
  plan,
}: RolloutState): Pick<DeploymentPhase, 'state' | 'description'> {
  const {version} = candidate
  switch (phase.kind) {
    case 'awaiting-approval':
      return {state: 'queued', description: `${version} waits for approval by ${plan.approvals.join(', ')}`}
    case 'deploying':
      return {state: 'in_progress', description: `${version} is being deployed`}
    case 'running':
      return {state: 'in_progress', description: `${version} has ${weightPercent}%`}
    case 'baking':
      return {state: 'in_progress', description: `${version} has all traffic, the old release is kept beside it`}
    case 'holding':
    case 'paused':
      return {state: 'in_progress', description: `${version} has ${weightPercent}%, ${phase.kind}: ${phase.why}`}
    case 'promoting':
      return {state: 'in_progress', description: `${version} is being promoted`}
    case 'aborting':
      return {state: 'in_progress', description: `${version} is being aborted: ${phase.why}`}
    case 'failed-to-act':
      return {state: 'error', description: `The target does not follow: ${phase.why}`}
    case 'ended':
      return phase.outcome === 'promoted'
        ? {state: 'success', description: `${version} has all traffic`}
        : {state: 'failure', description: `${version} was ${phase.outcome}: ${phase.why}`}
    default:
      return assertNever(phase)
  }
}
