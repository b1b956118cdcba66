import type {Release} from '../core/release.ts'
import {foldSeries} from '../rollout/counters.ts'
import {gatherMissingEvidence} from '../rollout/gather.ts'
import type {CountedQuery} from '../rollout/growth.ts'
import {planGuards} from '../rollout/guards.ts'
import {planReport} from '../rollout/plan.ts'
import {planRollout} from '../rollout/stages.ts'
import {stateOf} from '../rollout/state.ts'
import type {GuardQuery, Series} from '../telemetry/source.ts'
import {checkGuards} from './check-guards.ts'
import {type OpenEnvironment, openEnvironment} from './environment.ts'
import {withFindings} from './outcome.ts'
import {loadPolicy} from './policy.ts'
import {probeGuards} from './probe-guards.ts'
import {policyMayBeLooser} from './promote-canary.ts'
import {type ReleaseRequest, readRelease, requireImage} from './release.ts'
import type {GateOutcome, Session} from './session.ts'
import {stableTallies} from './stable-tallies.ts'

export interface PlanRolloutRequest extends ReleaseRequest {
  /** Path of the config. */
  readonly config: string
  readonly environment: string
}

/** Between the two looks that tell the traffic, where the config does not state it. */
const observeForMs = 5000

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
  const {current: stable, rollout: before} = stateOf((await open.ports.ledger.read()).events)
  const guards = planGuards(open.environment.rollout)
  const doubts = await probeGuards(guards, open.ports.source, stable)
  const outcome = planReport({
    service: policy.config.service,
    environmentName: request.environment,
    environment: open.environment,
    candidate,
    stable,
    capabilities: open.ports.target.capabilities,
    policyLoosened: inPullRequest ? policy.findings.some(isLoosened) : await policyMayBeLooser(open, candidate),
    traffic: await trafficOf(open, candidate, stable),
    known: await stableTallies(guards, open.ports.source, stable),
    before,
    now: open.ports.clock.now().getTime(),
    missingEvidence: inPullRequest ? null : await gatherMissingEvidence(open.ports.evidence, candidate),
  })
  return withFindings({result: outcome.result, report: outcome.report}, [...policy.findings, ...doubts])
}

function isLoosened({reason}: {readonly reason: string}): boolean {
  return reason !== 'policy/unchanged'
}

type Traffic = {readonly perSecond: number; readonly origin: 'stated' | 'observed'}

/** As the config states it, else as the stable release counts it over a few seconds, else unknown. */
async function trafficOf(open: OpenEnvironment, candidate: Release, stable: Release | null): Promise<Traffic | null> {
  const {environment, ports} = open
  if (environment.traffic !== undefined) return {perSecond: environment.traffic, origin: 'stated'}
  if (stable === null) return null
  const {guards} = planRollout({
    environment,
    candidate,
    stable,
    capabilities: ports.target.capabilities,
    policyLoosened: false,
  })
  const query = guards.map(guard => guard.query).find(countsRequests)
  if (!query) return null
  const look = async () => {
    const reading = await ports.source.read([query], {candidate: stable.version, stable: null})
    const series = reading.guards[query.name]
    return {at: ports.clock.now().getTime(), series: series?.kind === 'counted' ? series.candidate : null}
  }
  const first = await look()
  if (first.series === null) return null
  await ports.clock.sleep(observeForMs)
  const second = await look()
  if (second.series === null || second.at <= first.at) return null
  const fold = foldSeries(first.series, second.series, {query, since: first.at, now: second.at})
  // Between two samples of a server may lie more time than between two looks at it, or none at all.
  const elapsedMs = (sampledAt(second.series) ?? second.at) - (sampledAt(first.series) ?? first.at)
  if (fold.kind !== 'folded' || elapsedMs <= 0) return null
  return {perSecond: fold.tally.n / (elapsedMs / 1000), origin: 'observed'}
}

function sampledAt(series: Series): number | undefined {
  const times = Object.values(series).flatMap(counter => counter.sampledAt ?? [])
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Not sessions, and not alerts. */
function countsRequests(query: GuardQuery): query is CountedQuery {
  return query.kind !== 'alert' && !(query.kind === 'share' && query.session !== undefined)
}
