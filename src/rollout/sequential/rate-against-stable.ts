/**
 * The candidate's rate against the stable release's. Given that a request was bad, it was the candidate's with
 * probability q(d) = n d / (n d + m), where d is the ratio of the two rates and n, m the OBSERVED requests of candidate
 * and stable: never the configured weight, which routers miss (12 % instead of 10 % gave 56 % false aborts).
 * What makes both releases fail alike cancels out. Source: the binomial conditional test of two Poisson rates
 * (Przyborowski and Wilenski 1940) in mixture form; for `times` = 1 the true split is hypergeometric, which the binomial
 * dominates in convex order (Hoeffding 1963), so the test also holds for rates that are not small.
 */
import {logMeanExp, logSpaced} from './mixture.ts'
import type {Rate} from './rate-against-limit.ts'

/** Counts of both releases while one weight was in force. Strata with traffic on one side only say nothing. */
export interface Stratum {
  readonly candidate: Rate
  readonly stable: Rate
}

/** ln e against H0 "the candidate's rate is at most `times` the stable one's". `times` >= 1. */
export function rateAboveStable(strata: readonly Stratum[], times: number): number {
  return mixture(strata, times, logSpaced(1.1 * times, 50 * times))
}

/** ln e against H0 "the candidate's rate is at least `times` the stable one's", the mirror test. */
export function rateBelowStable(strata: readonly Stratum[], times: number): number {
  return mixture(strata, times, logSpaced(times / 5, times / 1.1))
}

/**
 * The log-likelihood ratio of d against d0 in one stratum is c ln(q(d)/q(d0)) + s ln((1-q(d))/(1-q(d0))), which
 * shortens to c ln(d/d0) + (c + s) ln((n d0 + m)/(n d + m)) with c, s the bad requests of candidate and stable.
 */
function mixture(strata: readonly Stratum[], d0: number, alternatives: readonly number[]): number {
  const telling = strata.filter(({candidate, stable}) => candidate.n > 0 && stable.n > 0)
  return logMeanExp(
    alternatives.map(d =>
      telling.reduce((sum, {candidate, stable}) => {
        const bad = candidate.bad + stable.bad
        const tilt = Math.log((candidate.n * d0 + stable.n) / (candidate.n * d + stable.n))
        return sum + candidate.bad * Math.log(d / d0) + bad * tilt
      }, 0),
    ),
  )
}
