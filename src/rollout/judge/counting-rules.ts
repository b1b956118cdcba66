/**
 * Tests that are answered by counting, without statistics: zero tolerance for events, and plain thresholds where the
 * config asks for them. A threshold has no error rate: the plan says how often it would stop a healthy release.
 */
import {assertNever} from '../../core/assert.ts'
import {allowedShare, type GuardTest} from '../guards.ts'
import {kolmogorovDistance} from '../sequential/distribution-band.ts'
import {
  type ArmTallies,
  areCounts,
  areMeans,
  areShapes,
  type Counts,
  isCounts,
  isMean,
  type MeanTally,
  type Tally,
} from '../tally.ts'

/** Fewer requests than this say nothing to a threshold. */
export const thresholdRequests = 100

/** Whether the rule says that the candidate is harmful; null where the test is one of statistics. */
export function breaksRule(test: GuardTest, total: ArmTallies, here: ArmTallies): boolean | null {
  if ('method' in test && test.method === 'threshold') return isBeyond(test, here, 'bad') === true
  return test.kind === 'events-at-most' ? isCounts(total.candidate) && total.candidate.bad > test.limit : null
}

/** Whether the rule says that the candidate is safe at this weight; null where the test is one of statistics. */
export function keepsRule(test: GuardTest, total: ArmTallies, here: ArmTallies): boolean | null {
  if ('method' in test && test.method === 'threshold') return isBeyond(test, here, 'suspect') === false
  return test.kind === 'events-at-most' ? here.candidate.n > 0 && breaksRule(test, total, here) === false : null
}

/** Whether what was counted is beyond the limit; null where too little was counted to say so. */
function isBeyond(test: GuardTest, here: ArmTallies, column: 'bad' | 'suspect'): boolean | null {
  const {candidate, stable} = here
  if (candidate.n < thresholdRequests) return null
  const canCompare = stable.n >= thresholdRequests
  switch (test.kind) {
    case 'share-at-most':
      return isCounts(candidate) ? candidate[column] > test.limit * candidate.n : null
    case 'quantile-at-most':
      return isCounts(candidate) ? candidate[column] > (1 - test.quantile) * candidate.n : null
    case 'share-at-most-times-stable':
    case 'slow-at-most-times-stable':
    case 'events-at-most-times-stable':
      return areCounts(here) && canCompare
        ? here.candidate[column] / here.candidate.n > test.times * badShare(here.stable)
        : null
    case 'mean-at-least':
      return areMeans(here) ? meanOf(here.candidate) < test.limit : null
    case 'mean-at-most':
      return areMeans(here) ? meanOf(here.candidate) > test.limit : null
    case 'mean-may-lose':
      return areMeans(here) && canCompare ? meanOf(here.candidate) < (1 - test.fraction) * meanOf(here.stable) : null
    case 'mean-may-grow':
      return areMeans(here) && canCompare ? meanOf(here.candidate) > (1 + test.fraction) * meanOf(here.stable) : null
    case 'distribution-may-shift':
      return areShapes(here) && canCompare ? kolmogorovDistance(here) > test.distance : null
    case 'events-at-most':
    case 'no-alert':
      return null
    default:
      return assertNever(test)
  }
}

/** Whether what one release counted stands beyond an absolute limit; false for a test that has none. */
export function isBeyondLimit(test: GuardTest, tally: Tally): boolean {
  const limit = allowedShare(test)
  if (limit !== null) return isCounts(tally) && tally.bad > limit * tally.n
  if (!isMean(tally) || tally.n === 0) return false
  if (test.kind === 'mean-at-least') return meanOf(tally) < test.limit
  return test.kind === 'mean-at-most' && meanOf(tally) > test.limit
}

function badShare({n, bad}: Counts): number {
  return bad / n
}

/** The mean of the values of `tally`; NaN without requests. */
export function meanOf({n, sum}: MeanTally): number {
  return sum / n
}
