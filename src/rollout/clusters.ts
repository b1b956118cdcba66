/**
 * Bad requests, events and values come several at once; what a guard knows of that, from the stable release's looks.
 * Sessions are counted once each, so they need no correction; whole distributions are not corrected.
 */
import {assertNever} from '../core/assert.ts'
import type {GuardQuery} from '../telemetry/source.ts'
import type {GuardLook} from './accumulate.ts'
import {
  addEventLook,
  addLook,
  addMeanLook,
  type Correction,
  correctionOf,
  type DispersionMoments,
  dispersionOf,
} from './sequential/dispersion.ts'
import {scaleMean} from './sequential/mean.ts'
import {type ArmCounts, areCounts, areMeans, type Counts} from './tally.ts'

export interface Clusters {
  /** For harm: clusters are assumed until enough was seen to know better. */
  readonly correction: Correction
  /**
   * For safety: the size of the clusters that were really seen. A false abort cannot be taken back, so harm is careful;
   * safety that were as careful would hold every release that never fails.
   */
  readonly seen: number
}

export function clustersOf(query: GuardQuery, dispersion: DispersionMoments): Clusters {
  if (!canCluster(query)) return {correction: {factor: 1, alphaFactor: 1}, seen: 1}
  const correction = correctionOf(dispersion)
  return {correction, seen: Math.min(correction.factor, dispersionOf(dispersion))}
}

/** What is known after one more look; the look itself was judged by what was known before. */
export function learnClusters(known: DispersionMoments, query: GuardQuery, look: GuardLook): DispersionMoments {
  if (areCounts(look)) return query.kind === 'events' ? learnFromEvents(known, look) : learnFromCounts(known, look)
  if (!areMeans(look) || query.kind !== 'mean') return known
  const scaled = scaleMean(look.stable, query)
  return scaled === null ? known : addMeanLook(known, scaled)
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

function canCluster(query: GuardQuery): boolean {
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
