/**
 * What a plan takes the stable release to be, before the first look: as it counted itself since its processes began, where
 * it could be asked, else an assumption that the plan states. Only plans rest on it; the tests of a rollout do not.
 */
import type {GuardTest, MeanTest, PlannedGuard} from '../guards.ts'
import {allowedShare, isMeanTest} from '../guards.ts'
import {scale} from '../judge/mean-tests.ts'
import {type DispersionMoments, noMoments} from '../sequential/dispersion.ts'
import {isCounts, isMean, type Tally} from '../tally.ts'

/** One guard's test, and what the plan assumes about the values that it will see. */
export interface Question {
  readonly guard: PlannedGuard
  readonly test: GuardTest
  readonly stable: AssumedStable
  /** What earlier rollouts of this environment know about clusters. */
  readonly dispersion: DispersionMoments
}

export interface AssumedStable {
  /** Share of bad requests, or events per request. */
  readonly rate: number
  /** Mean and variance of the values, as fractions of the distance between their bounds. */
  readonly mean: number
  readonly variance: number
  readonly origin: 'observed' | 'assumed'
}

/** Where neither a limit nor a count tells: one bad request, or one event, in a thousand. */
const assumedRate = 0.001
/** From fewer requests no rate is taken. */
const enough = 1000

/** @param known what each guard counted of the stable release since its processes began */
export function questionsOf(
  guard: PlannedGuard,
  known: Readonly<Record<string, Tally>> = {},
  dispersion: Readonly<Record<string, DispersionMoments>> = {},
): readonly Question[] {
  const tally = known[guard.name]
  const rate = rateOf(guard, tally)
  return guard.tests.map(test => ({
    guard,
    test,
    stable: {...rate, ...(isMeanTest(test) ? meanOf(guard, test, tally) : {mean: 0.5, variance: 0.25})},
    dispersion: dispersion[guard.name] ?? noMoments,
  }))
}

/** Half of what the guard allows, where nothing was counted. */
function rateOf({tests}: PlannedGuard, tally: Tally | undefined): Pick<AssumedStable, 'rate' | 'origin'> {
  if (tally && isCounts(tally) && tally.n >= enough) {
    // Half an event more than was seen: a release that never failed yet may fail once.
    return {rate: Math.min(0.99, (tally.bad + 0.5) / tally.n), origin: 'observed'}
  }
  const limit = tests.map(allowedShare).find(share => share !== null)
  return {rate: limit === undefined || limit === null ? assumedRate : limit / 2, origin: 'assumed'}
}

/**
 * Without squares a test assumes the largest variance that values with this mean can have, so the plan does too (Bhatia and
 * Davis 2000: (high - mean)(mean - low)).
 */
function meanOf(
  {query}: PlannedGuard,
  test: MeanTest,
  tally: Tally | undefined,
): Pick<AssumedStable, 'mean' | 'variance' | 'origin'> {
  if (!tally || !isMean(tally) || tally.n < enough) {
    const mean = assumedMean(test)
    return {mean, variance: mean * (1 - mean), origin: 'assumed'}
  }
  const mean = clamp(scale(tally.sum / tally.n, test))
  const range = test.high - test.low
  const measured = tally.sumOfSquares === null ? null : tally.sumOfSquares / tally.n - (tally.sum / tally.n) ** 2
  const canUse = query.kind === 'mean' && query.squares !== undefined && measured !== null
  const variance = canUse ? Math.min(mean * (1 - mean), Math.max(1e-9, measured / range ** 2)) : mean * (1 - mean)
  return {mean, variance, origin: 'observed'}
}

/** Half as far from the best value as allowed; in the middle of the bounds where nothing says what is good. */
function assumedMean(test: MeanTest): number {
  if (test.kind === 'mean-at-most') return scale(test.limit, test) / 2
  return test.kind === 'mean-at-least' ? (1 + scale(test.limit, test)) / 2 : 0.5
}

function clamp(share: number): number {
  return Math.min(1 - 1e-6, Math.max(1e-6, share))
}
