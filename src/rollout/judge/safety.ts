/**
 * Evidence that a candidate stays below `margin` times what a test allows, at one weight: the mirror of `harm.ts`. Whether
 * it sits at its limit exactly cannot be told, so safety is asked with room. Most tests need the sums alone; those of a
 * mean run look by look, because what a look is worth depends on the spread that was seen before it.
 */
import {assertNever} from '../../core/assert.ts'
import {type GuardTest, isMeanTest} from '../guards.ts'
import {distributionsAgree} from '../sequential/distribution-band.ts'
import {type EProcess, logEOf, newEProcess, observe} from '../sequential/e-process.ts'
import {eventsBelowStable} from '../sequential/events-against-stable.ts'
import {type MeanLook, meanWeights} from '../sequential/mean.ts'
import {rateBelowBound} from '../sequential/rate-against-limit.ts'
import {rateBelowStable} from '../sequential/rate-against-stable.ts'
import {type ArmCounts, type ArmTallies, areCounts, areMeans, areShapes} from '../tally.ts'
import type {GuardLook, GuardStanding} from './accumulate.ts'
import {declustered, exposures} from './harm.ts'
import {declusteredMeans, safetyRatiosOfMean} from './mean-tests.ts'
import {unacceptable} from './worse.ts'

/**
 * ln e against "the candidate is at `margin` times what is allowed, or worse"; 0 where the tallies say nothing about it.
 * @param running the test of a mean, as it runs at this weight
 * @param factor by which the counts are divided, since bad requests cluster
 */
export function logEOfSafety(
  test: GuardTest,
  here: ArmTallies,
  running: EProcess | null,
  {margin, factor}: {readonly margin: number; readonly factor: number},
): number {
  switch (test.kind) {
    case 'share-at-most':
      return areCounts(here) ? belowBound(here, unacceptable(test.limit, margin), factor) : 0
    case 'quantile-at-most':
      return areCounts(here) ? belowBound(here, unacceptable(1 - test.quantile, margin), factor) : 0
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
      return areCounts(here) ? rateBelowStable([declustered(suspected(here), factor)], margin * test.times) : 0
    case 'events-at-most-times-stable':
      return areCounts(here) ? eventsBelowStable(exposures(here, factor), margin * test.times) : 0
    case 'mean-at-least':
    case 'mean-at-most':
    case 'mean-may-lose':
    case 'mean-may-grow':
      return running === null ? 0 : logEOf(running)
    case 'distribution-may-shift':
      return areShapes(here) ? distributionsAgree(here, unacceptable(test.distance, margin)).logE : 0
    case 'events-at-most':
    case 'no-alert':
      return 0
    default:
      return assertNever(test)
  }
}

/** The test of a mean after one more look at this weight; null for a test that needs the sums alone. */
export function observeSafety(
  running: EProcess | null,
  test: GuardTest,
  look: ArmTallies & Pick<GuardLook, 'isPartial'>,
  past: MeanLook,
  {margin, factor}: {readonly margin: number; readonly factor: number},
): EProcess | null {
  if (!isMeanTest(test)) return null
  const before = running ?? newEProcess(meanWeights, 'first')
  if (look.isPartial || !areMeans(look)) return before
  const ratios = safetyRatiosOfMean(test, declusteredMeans(look, factor), past, margin)
  return ratios === null ? before : observe(before, ratios)
}

/** The test of a mean at `weightPercent`; null where no look was made at it yet. */
export function runningSafety(standing: GuardStanding, index: number, weightPercent: number): EProcess | null {
  const isHere = standing.atWeights.at(-1)?.weightPercent === weightPercent
  return isHere ? (standing.safety[index] ?? null) : null
}

function belowBound(here: ArmCounts, bound: number, factor: number): number {
  return rateBelowBound(declustered(suspected(here), factor).candidate, bound)
}

/** The candidate's requests that may have been bad count as bad here; the stable release's do not excuse it. */
function suspected({candidate, stable}: ArmCounts): ArmCounts {
  return {candidate: {...candidate, bad: candidate.suspect}, stable}
}
