/** Facts for a decision. Whatever does not answer becomes a fact too: silence holds a rollout, it does not end a run. */
import {isFailure, messageOf} from '../../core/failure.ts'
import type {Release} from '../../core/release.ts'
import {evidenceNeeded, missingEvidence} from '../../evidence/evidence.ts'
import type {EvidenceStore} from '../../evidence/store.ts'
import type {Reading, Source} from '../../telemetry/source.ts'
import type {Target} from '../../traffic/target.ts'
import type {Facts} from '../decide.ts'
import type {Inherited} from '../judge/accumulate.ts'
import {guardsAsked} from '../judge/asked.ts'
import {canCluster, firstKnowledge} from '../judge/clusters.ts'
import {learnPast, mostPastPairs, type Past, pastInterval} from '../look/past.ts'
import type {RolloutPorts} from '../ports.ts'
import type {RolloutPlan} from '../stages.ts'
import type {RolloutState} from '../state.ts'

export async function gatherTarget(target: Target): Promise<Facts['target']> {
  try {
    return {kind: 'read', state: await target.read()}
  } catch (error) {
    if (!isFailure(error)) throw error
    return {kind: 'unreadable', detail: messageOf(error)}
  }
}

export async function gatherReading(source: Source, rollout: RolloutState): Promise<Reading> {
  const {candidate, stable} = rollout
  const queries = guardsAsked(rollout).map(guard => guard.query)
  try {
    return await source.read(queries, {candidate: candidate.version, stable: stable?.version ?? null})
  } catch (error) {
    if (!isFailure(error)) throw error
    const failed = {kind: 'query-failed' as const, detail: messageOf(error)}
    return {guards: Object.fromEntries(queries.map(query => [query.name, failed]))}
  }
}

/** A start against a release that serves, and what is known from the rollout before it. */
export interface PastQuestion {
  readonly plan: Pick<RolloutPlan, 'guards' | 'tickMs'>
  readonly stable: Release | null
  readonly before: Inherited | null
}

/**
 * What a source that remembers teaches about the stable release, for guards that do not know as much from the rollout
 * before. Null where it remembers nothing or does not answer: a rollout then begins with less knowledge, and begins.
 */
export async function gatherPast(
  {source, clock, log}: Pick<RolloutPorts, 'source' | 'clock' | 'log'>,
  {plan, stable, before}: PastQuestion,
): Promise<Past | null> {
  const guards = plan.guards.filter(
    guard => canCluster(guard.query) && firstKnowledge(guard, before).dispersion.pairs < mostPastPairs,
  )
  if (source.past === undefined || stable === null || guards.length === 0) return null
  const queries = guards.map(guard => guard.query)
  try {
    const interval = pastInterval(plan.tickMs, clock.now().getTime())
    return learnPast(guards, await source.past(queries, stable.version, interval))
  } catch (error) {
    if (!isFailure(error)) throw error
    log.info(`How errors of ${stable.version} cluster is learned during the rollout: ${messageOf(error)}`)
    return null
  }
}

/** What stands between `release` and promotion, one sentence each. Evidence that cannot be read stands there as well. */
export async function gatherMissingEvidence(store: EvidenceStore, release: Release): Promise<readonly string[]> {
  try {
    const found = await Promise.all(evidenceNeeded(release).map(({kind, digest}) => store.find(kind, digest)))
    return missingEvidence(release, found.flat()).map(missing => missing.detail)
  } catch (error) {
    if (!isFailure(error)) throw error
    return [`Evidence cannot be read: ${messageOf(error)}`]
  }
}
