/**
 * What a rollout learns of the release that serves before its first look: a source that remembers is asked what looks would
 * have read in the last hours, and these count as the looks of a rollout do. Pure.
 */
import type {PastInterval, PastReading} from '../../telemetry/source.ts'
import type {PlannedGuard} from '../guards.ts'
import {noTallies} from '../judge/accumulate.ts'
import {learnClusters} from '../judge/clusters.ts'
import type {PairMoments} from '../sequential/chi-square-pairs.ts'
import {type DispersionMoments, noMoments} from '../sequential/dispersion.ts'
import {foldSeries} from './counters.ts'
import type {KeptSeries} from './kept-series.ts'

/** Plain JSON, as it stands in the ledger. */
export interface Past {
  /** From the first look at the stable release to the last one, in milliseconds. */
  readonly spanMs: number
  /** How bad requests cluster, by guard; a guard that learned nothing is left out. */
  readonly clusters: Readonly<Record<string, PairMoments>>
}

const longestMs = 6 * 3_600_000
const mostSteps = 72

/** More pairs of looks than these no past can give. */
export const mostPastPairs = mostSteps - 1

/**
 * The last six hours in steps of one tick, since looks that are further apart vary more; 72 steps at most.
 * @param now milliseconds since 1970
 */
export function pastInterval(tickMs: number, now: number): PastInterval {
  const steps = Math.min(mostSteps, Math.floor(longestMs / tickMs))
  return {from: now - steps * tickMs, to: now, stepMs: tickMs}
}

/** Null where nothing was learned. Gaps, restarts and late samples count as at the looks of a rollout. */
export function learnPast(guards: readonly PlannedGuard[], readings: readonly PastReading[]): Past | null {
  const clusters: Record<string, PairMoments> = {}
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const guard of guards) {
    const learned = learnGuard(guard, readings)
    const {pairs, chiSquare} = learned.dispersion
    if (pairs === 0) continue
    clusters[guard.name] = {pairs, chiSquare}
    from = Math.min(from, learned.from)
    to = Math.max(to, learned.to)
  }
  return Object.keys(clusters).length === 0 ? null : {spanMs: to - from, clusters}
}

interface Learned {
  readonly dispersion: DispersionMoments
  /** The base line and the last look that counted, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

function learnGuard({name, query}: PlannedGuard, readings: readonly PastReading[]): Learned {
  let dispersion = noMoments
  let known: KeptSeries = {}
  let from: number | null = null
  let to = 0
  for (const {at, reading} of readings) {
    const seen = reading.guards[name]
    if (query.kind === 'alert' || seen?.kind !== 'counted') continue
    const fold = foldSeries(known, seen.candidate, {query, since: from, now: at})
    if (fold.kind !== 'folded') continue
    const counts = from !== null && fold.renewed
    known = from === null || counts ? fold.snapshot : fold.uncounted
    if (counts) {
      const look = {candidate: noTallies(query).candidate, stable: fold.tally}
      const isPartial = fold.missing.length > 0
      dispersion = learnClusters(dispersion, query, {...look, weightPercent: 0, at, since: to, isPartial})
    }
    if (from === null || counts) to = at
    from ??= at
  }
  return {dispersion, from: from ?? to, to}
}
