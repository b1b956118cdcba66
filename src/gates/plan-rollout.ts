import type {Release} from '../core/release.ts'
import {type PlannedGuard, planGuards} from '../rollout/guards.ts'
import {planReport} from '../rollout/plan.ts'
import {gatherMissingEvidence, gatherPast} from '../rollout/run/gather.ts'
import {readState} from '../rollout/run/logbook.ts'
import {checkGuards} from './check-guards.ts'
import {type OpenEnvironment, openEnvironment} from './environment.ts'
import {observeTraffic} from './observed-traffic.ts'
import {withFindings} from './outcome.ts'
import {loadPolicy} from './policy.ts'
import {probeGuards} from './probe-guards.ts'
import {policyMayBeLooser} from './promote-canary.ts'
import {type ReleaseRequest, readRelease, requireImage} from './release.ts'
import {doubtAboutServing} from './serving-doubt.ts'
import type {GateOutcome, Session} from './session.ts'
import {readStable} from './stable-reading.ts'
import {stableTallies} from './stable-tallies.ts'
import {unreadGuards} from './unread-guards.ts'

export interface PlanRolloutRequest extends ReleaseRequest {
  /** Path of the config. */
  readonly config: string
  readonly environment: string
  /** The release in production, for an environment that was served before it had a ledger. */
  readonly stable?: Release | undefined
}

/** What will happen, how long will it take, what can it detect, who must approve? Changes nothing. */
export async function planRolloutGate(session: Session, request: PlanRolloutRequest): Promise<GateOutcome> {
  const policy = await loadPolicy(session, request.config)
  const open = openEnvironment(session, policy.config, request.environment)
  checkGuards(request.environment, open.environment, session.runtime)
  const inPullRequest = session.github?.context.pullRequest
  // A pull request has no release yet: its number stands for the version, and evidence comes with the release.
  const version = request.version ?? (inPullRequest ? `pr-${inPullRequest.number}` : undefined)
  const candidate = await readRelease(session, policy.config, {...request, version})
  // A pull request is planned before its image is built.
  if (!inPullRequest) requireImage(candidate, policy.config)
  const state = await readState(open.ports)
  const {rollout: before} = state
  const stable = state.current ?? request.stable ?? null
  const serving = await doubtAboutServing(open.ports.target, {state, named: request.stable ?? null, candidate})
  const guards = planGuards(open.environment.rollout)
  const reading = await readStable(guards, open.ports.source, stable)
  const doubts = [...probeGuards(guards, reading, stable), ...unreadGuards(guards, reading, stable)]
  const outcome = planReport({
    service: policy.config.service,
    environmentName: request.environment,
    environment: open.environment,
    candidate,
    stable,
    ...(serving === null ? {} : {serving}),
    capabilities: open.ports.target.capabilities,
    policyLoosened: inPullRequest ? policy.findings.some(isLoosened) : await policyMayBeLooser(open, candidate),
    traffic: await trafficOf(open, guards, stable),
    known: stableTallies(guards, reading),
    before,
    past: await gatherPast(open.ports, {plan: {guards, tickMs: open.environment.rollout.tick}, stable, before}),
    now: open.ports.clock.now().getTime(),
    missingEvidence: inPullRequest ? null : await gatherMissingEvidence(open.ports.evidence, candidate),
  })
  return withFindings({result: outcome.result, report: outcome.report}, [...policy.findings, ...doubts])
}

function isLoosened({reason}: {readonly reason: string}): boolean {
  return reason !== 'policy/unchanged'
}

type Traffic = {readonly perSecond: number; readonly origin: 'stated' | 'observed'}

/** As the config states it, else as the stable release counts it, else unknown. */
async function trafficOf(
  {environment, ports}: OpenEnvironment,
  guards: readonly PlannedGuard[],
  stable: Release | null,
): Promise<Traffic | null> {
  if (environment.traffic !== undefined) return {perSecond: environment.traffic, origin: 'stated'}
  const perSecond = stable && (await observeTraffic(guards, stable, ports))
  return perSecond === null ? null : {perSecond, origin: 'observed'}
}
