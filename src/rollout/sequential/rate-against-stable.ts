/**
 * The candidate's rate against the stable release's. Given that a request was bad, it was the candidate's with
 * probability q(d) = n d / (n d + m), where d is the ratio of the two rates and n, m the OBSERVED requests of candidate
 * and stable: never the configured weight, which routers miss (12 % instead of 10 % gave 56 % false aborts).
 * What makes both releases fail alike cancels out. Source: the binomial conditional test of two Poisson rates
 * (Przyborowski and Wilenski 1940; Lindon and Malek 2022) in mixture form.
 *
 * It holds for rates of any size, not only for rare errors, and for rates that change from look to look or from request
 * to request. With T = (n d0 + m)/(n d + m), the likelihood ratio of d against d0 is a^c T^s with a = T d/d0, and
 * n d0 (a - 1) = m (1 - T). A request that is bad with probability p multiplies by 1 + (a - 1) p <= exp((a - 1) p), or by
 * 1 - (1 - T) p <= exp(-(1 - T) p), so all of one look together have an expectation of at most
 * exp((a - 1) n p_c - (1 - T) m p_s), which is at most 1 while the mean rates keep p_c <= d0 p_s. The same holds for any
 * values in [0, 1] (r^x <= 1 + (r - 1) x), for Poisson counts, and with all signs reversed for the mirror test.
 */
import {type Alternatives, better, logLikelihoodRatio, worse} from './alternatives.ts'
import {logMixture} from './mixture.ts'
import type {Rate} from './rate-against-limit.ts'

/** Counts of both releases while one weight was in force, or in one look. With traffic on one side only it says nothing. */
export interface Stratum {
  readonly candidate: Rate
  readonly stable: Rate
}

/** ln e of one look against H0 "the candidate's rate is at most `times` the stable one's", for each of `worse`. */
export function harmRatiosOfRateAboveStable(look: Stratum, times: number): readonly number[] {
  return ratiosOf(look, times, worse)
}

/** ln e against H0 "the candidate's rate is at least `times` the stable one's", from counts at one weight or several. */
export function rateBelowStable(strata: readonly Stratum[], times: number): number {
  const sums = better.ratios.map(() => 0)
  for (const stratum of strata) {
    for (const [index, ratio] of ratiosOf(stratum, times, better).entries()) sums[index] = (sums[index] ?? 0) + ratio
  }
  return logMixture(better.weights, sums)
}

/** Of all that were bad, a hit is the candidate's; multiplying the ratio of rates multiplies the odds of that. */
function ratiosOf({candidate, stable}: Stratum, times: number, {ratios}: Alternatives): readonly number[] {
  if (candidate.n === 0 || stable.n === 0) return ratios.map(() => 0)
  const allowed = (candidate.n * times) / (candidate.n * times + stable.n)
  return ratios.map(ratio => logLikelihoodRatio(candidate.bad, candidate.bad + stable.bad, ratio, allowed))
}
