/**
 * One rate against a fixed limit: the mixture form of the sequential probability ratio test for Bernoulli counts.
 * Source: Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021 (time-uniform confidence sequences), here with a grid
 * instead of a Beta prior so that no special function is needed. A likelihood ratio for p1 > p0 has, per request, an
 * expectation that is linear in p and equals 1 at p0; so the test holds for all p <= p0, also when p changes over time.
 */
import {better, logLikelihoodRatio, worse} from './alternatives.ts'
import {logMixture} from './mixture.ts'

/** `bad` of `n` requests, 0 <= bad <= n. Fractions are allowed: counts that were divided by their dispersion. */
export interface Rate {
  readonly n: number
  readonly bad: number
}

/** ln e of one look's requests against H0 "the rate is at most `limit`", for each of `worse`. `limit` is in (0, 1). */
export function harmRatiosOfRateAboveLimit({n, bad}: Rate, limit: number): readonly number[] {
  return worse.ratios.map(ratio => logLikelihoodRatio(bad, n, ratio, limit))
}

/** ln e against H0 "the rate is at most `limit`". Large: the rate is above. `limit` is a fraction in (0, 1). */
export function rateAboveLimit(rate: Rate, limit: number): number {
  return logMixture(worse.weights, harmRatiosOfRateAboveLimit(rate, limit))
}

/** ln e against H0 "the rate is at least `bound`", the mirror test. Large: the rate is below. `bound` in (0, 1). */
export function rateBelowBound({n, bad}: Rate, bound: number): number {
  const ratios = better.ratios.map(ratio => logLikelihoodRatio(bad, n, ratio, bound))
  return logMixture(better.weights, ratios)
}
