/**
 * Bad requests, events and values come several at once; what a guard knows of that, from the stable release's looks.
 * Sessions are counted once each, so they need no correction; whole distributions are not corrected.
 */
import {assertNever} from '../../core/assert.ts'
import type {GuardQuery} from '../../telemetry/source.ts'
import type {PlannedGuard} from '../guards.ts'
import type {Past} from '../look/past.ts'
import {
  addEventLook,
  addLook,
  addMeanLook,
  type Correction,
  carryOver,
  correctionOf,
  type DispersionMoments,
  dispersionOf,
  noMoments,
} from '../sequential/dispersion.ts'
import {scaleMean} from '../sequential/mean.ts'
import {type ArmCounts, areCounts, areMeans, type Counts} from '../tally.ts'
import type {GuardLook, Inherited} from './accumulate.ts'

export interface Clusters {
  /** For harm: clusters are assumed until enough was seen to know better. */
  readonly correction: Correction
  /**
   * For safety: the size of the clusters that were really seen. A false abort cannot be taken back, so harm is careful;
   * safety that were as careful would hold every release that never fails.
   */
  readonly seen: number
}

/** What a guard asks, and how many bad requests its config takes one cause to bring; absent: five. */
export type Clustering = Pick<PlannedGuard, 'query' | 'clustersOf'>

export function clustersOf({query, clustersOf: assumed}: Clustering, dispersion: DispersionMoments): Clusters {
  if (!canCluster(query)) return {correction: {factor: 1, alphaFactor: 1}, seen: 1}
  const correction = correctionOf(dispersion, assumed)
  return {correction, seen: Math.min(correction.factor, dispersionOf(dispersion))}
}

/** What is known after one more look; the look itself was judged by what was known before. */
export function learnClusters(known: DispersionMoments, query: GuardQuery, look: GuardLook): DispersionMoments {
  if (areCounts(look)) return query.kind === 'events' ? learnFromEvents(known, look) : learnFromCounts(known, look)
  if (!areMeans(look) || query.kind !== 'mean') return known
  const stable = scaleMean(look.stable, query)
  if (stable === null) return known
  const candidate = look.weightPercent > 0 ? scaleMean(look.candidate, query) : null
  return addMeanLook(known, stable, candidate ?? undefined)
}

/** What a rollout knows before its first look, and from where. */
export interface FirstKnowledge {
  readonly origin: 'rollout-before' | 'past' | 'nothing'
  readonly dispersion: DispersionMoments
}

/**
 * How bad requests cluster is a property of the traffic. So it is known from the rollout before, where that one asked the
 * same, or from the stable release's past: from whichever saw more, and never from the sum of both, which may have seen the
 * same hours. What each release has of its own, only a rollout can have seen.
 */
export function firstKnowledge(
  {name, query}: PlannedGuard,
  before: Inherited | null,
  past: Past | null = null,
): FirstKnowledge {
  const same = before?.plan.guards.find(guard => guard.name === name)
  const asksTheSame = JSON.stringify(same?.query) === JSON.stringify(query)
  const standing = asksTheSame ? before?.guards[name] : undefined
  const inherited = standing ? carryOver(standing.dispersion) : noMoments
  const learned = past?.clusters[name]
  if (learned && learned.pairs > inherited.pairs) return {origin: 'past', dispersion: {...inherited, ...learned}}
  return {origin: inherited.pairs > 0 ? 'rollout-before' : 'nothing', dispersion: inherited}
}

/** Copies of requests fail with their originals: as a comparison of two releases they teach the wrong thing. */
function learnFromCounts(known: DispersionMoments, {candidate, stable, weightPercent}: GuardLook & ArmCounts) {
  return weightPercent > 0 ? addLook(known, stable, candidate) : addLook(known, stable)
}

function learnFromEvents(known: DispersionMoments, {candidate, stable, weightPercent}: GuardLook & ArmCounts) {
  const events = ({n, bad}: Counts) => ({exposure: n, events: bad})
  return weightPercent > 0
    ? addEventLook(known, events(stable), events(candidate))
    : addEventLook(known, events(stable))
}

/** Whether the answers to a question come several at once, and are corrected for it. */
export function canCluster(query: GuardQuery): boolean {
  switch (query.kind) {
    case 'share':
      return query.session === undefined
    case 'quantile':
    case 'events':
    case 'mean':
      return true
    case 'alert':
    case 'distribution':
      return false
    default:
      return assertNever(query)
  }
}
