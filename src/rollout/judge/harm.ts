/**
 * Evidence that a candidate breaks what a test allows, run look by look over the whole rollout: a candidate that failed
 * at 5 % is no better at 25 %. Which statistic answers which test; the statistics themselves are in `sequential/`.
 */
import {assertNever} from '../../core/assert.ts'
import {allowedShare, type GuardTest, isComparison} from '../guards.ts'
import {worse} from '../sequential/alternatives.ts'
import {type DispersionMoments, divided} from '../sequential/dispersion.ts'
import {distributionsDiffer} from '../sequential/distribution-band.ts'
import {type EProcess, logEOf, newEProcess, observe} from '../sequential/e-process.ts'
import {type EventLook, harmRatiosOfEventsAboveStable} from '../sequential/events-against-stable.ts'
import {meanWeights} from '../sequential/mean.ts'
import {harmRatiosOfRateAboveStable, type Stratum} from '../sequential/rate-against-stable.ts'
import {
  logEOfShared,
  newSharedFaultProcess,
  observeBoth,
  observeRate,
  type SharedFaultProcess,
} from '../sequential/shared-fault.ts'
import {type ArmCounts, type ArmTallies, areCounts, areMeans, areShapes} from '../tally.ts'
import {meansOf, type WeightTallies} from './accumulate.ts'
import {type Clustering, clustersOf} from './clusters.ts'
import {declusteredMeans, harmRatiosOfMean, limitRatiosOfMean} from './mean-tests.ts'

/** One test, as it runs. */
export type TestStanding =
  /** Against "keeps the limit, or is no worse than the stable release at the same time". */
  | {readonly kind: 'against-limit'; readonly process: SharedFaultProcess}
  | {readonly kind: 'e-process'; readonly process: EProcess}
  /** Answered from sums alone: counting rules, thresholds, distributions. */
  | {readonly kind: 'from-sums'}

/** What was known before the look that is being judged. */
export interface Past {
  readonly dispersion: DispersionMoments
  /** All looks before; null at the first. */
  readonly tallies: ArmTallies | null
}

export function newTestStanding(test: GuardTest): TestStanding {
  if ('method' in test && test.method === 'threshold') return {kind: 'from-sums'}
  switch (test.kind) {
    case 'share-at-most':
    case 'quantile-at-most':
      return {kind: 'against-limit', process: newSharedFaultProcess()}
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable':
      return {kind: 'e-process', process: newEProcess(worse.weights)}
    case 'mean-at-least':
    case 'mean-at-most':
      return {kind: 'against-limit', process: newSharedFaultProcess({weights: meanWeights})}
    case 'mean-may-lose':
    case 'mean-may-grow':
      return {kind: 'e-process', process: newEProcess(meanWeights)}
    case 'events-at-most':
    case 'no-alert':
    case 'distribution-may-shift':
      return {kind: 'from-sums'}
    default:
      return assertNever(test)
  }
}

/** ln e against "the candidate is within what the test allows"; null where the test is answered from sums. */
export function logEOfHarm(standing: TestStanding): number | null {
  switch (standing.kind) {
    case 'against-limit':
      return logEOfShared(standing.process)
    case 'e-process':
      return logEOf(standing.process)
    case 'from-sums':
      return null
    default:
      return assertNever(standing)
  }
}

/** The standing after one more look. */
export function observeTest(
  standing: TestStanding,
  test: GuardTest,
  guard: Clustering,
  look: ArmTallies & {readonly weightPercent: number},
  past: Past,
): TestStanding {
  const {factor} = clustersOf(guard, past.dispersion).correction
  switch (standing.kind) {
    case 'from-sums':
      return standing
    case 'against-limit': {
      const process = observeLimit(standing.process, test, look, factor, past)
      return {kind: 'against-limit', process}
    }
    case 'e-process': {
      // What is mirrored is judged by the candidate's own limits: copies arrive in another way than the originals.
      if (isComparison(test) && look.weightPercent === 0) return standing
      const ratios = harmRatios(test, look, factor, past)
      return ratios === null ? standing : {kind: 'e-process', process: observe(standing.process, ratios)}
    }
    default:
      return assertNever(standing)
  }
}

/** An absolute limit, which does not blame the candidate for a fault of both releases. */
function observeLimit(
  process: SharedFaultProcess,
  test: GuardTest,
  look: ArmTallies & {readonly weightPercent: number},
  factor: number,
  past: Past,
): SharedFaultProcess {
  const canExcuse = isExcused(look)
  const limit = allowedShare(test)
  if (limit !== null && areCounts(look)) {
    const {candidate, stable} = declustered(look, factor)
    return observeRate(process, {candidate, stable: canExcuse ? stable : {n: 0, bad: 0}}, limit)
  }
  const means = areMeans(look) ? declusteredMeans(look, factor) : null
  const ratios = means && limitRatiosOfMean(test, means, meansOf(past.tallies), canExcuse)
  return ratios ? observeBoth(process, ratios.againstLimit, ratios.againstStable, ratios.allowed) : process
}

/** The stable release needs this part of the candidate's requests to tell whether a fault is its fault too. */
const enoughToExcuse = 1 / 20

/**
 * Whether the stable release can speak for the candidate. After all traffic is moved it still answers a probe now and
 * then: two good answers must not excuse what a limit forbids.
 */
function isExcused({candidate, stable, weightPercent}: ArmTallies & {readonly weightPercent: number}): boolean {
  return weightPercent < 100 && stable.n >= enoughToExcuse * candidate.n
}

/** Counts as if each cluster were one request. */
export function declustered({candidate, stable}: ArmCounts, factor: number): Stratum {
  return {candidate: divided(candidate, factor), stable: divided(stable, factor)}
}

/** ln likelihood ratios of one look, one per alternative; null where the tallies are not of the test's kind. */
function harmRatios(test: GuardTest, look: ArmTallies, factor: number, past: Past): readonly number[] | null {
  switch (test.kind) {
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
      return areCounts(look) ? harmRatiosOfRateAboveStable(declustered(look, factor), test.times) : null
    case 'events-at-most-times-stable':
      return areCounts(look) ? harmRatiosOfEventsAboveStable(exposures(look, factor), test.times) : null
    case 'mean-may-lose':
    case 'mean-may-grow':
      return areMeans(look) ? harmRatiosOfMean(test, declusteredMeans(look, factor), meansOf(past.tallies)) : null
    case 'share-at-most':
    case 'quantile-at-most':
    case 'mean-at-least':
    case 'mean-at-most':
    case 'events-at-most':
    case 'no-alert':
    case 'distribution-may-shift':
      return null
    default:
      return assertNever(test)
  }
}

/** Events counted beside requests: the requests are what they could have come from, and do not cluster. */
export function exposures({candidate, stable}: ArmCounts, factor: number): EventLook {
  return {
    candidate: {exposure: candidate.n, events: candidate.bad / factor},
    stable: {exposure: stable.n, events: stable.bad / factor},
  }
}

/**
 * ln(1/p) against "the distributions differ by no more than allowed", from the weight that shows it best; 0 for any other
 * test. Each weight is judged by itself, since the hours of the day weigh differently in sums over weights; the first has
 * half of alpha, the next a sixth, a twelfth ... of it, 1 in all.
 */
export function logEOfShift(test: GuardTest, atWeights: readonly WeightTallies[]): number {
  if (test.kind !== 'distribution-may-shift') return 0
  const shown = atWeights
    .filter(at => at.weightPercent > 0)
    .map((at, index) => {
      if (!areShapes(at)) return 0
      return distributionsDiffer(at, test.distance).logE - Math.log((index + 1) * (index + 2))
    })
  return Math.max(0, ...shown)
}
