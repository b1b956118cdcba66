/**
 * One rate against a fixed limit: the mixture form of the sequential probability ratio test for Bernoulli counts.
 * Source: Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021 (time-uniform confidence sequences), here with a grid
 * instead of a Beta prior so that no special function is needed. A likelihood ratio for p1 > p0 has, per request, an
 * expectation that is linear in p and equals 1 at p0; so the test holds for all p <= p0, also when p changes over time.
 */
import {logMeanExp, logSpaced} from './mixture.ts'

/** `bad` of `n` requests, 0 <= bad <= n. */
export interface Rate {
  readonly n: number
  readonly bad: number
}

/** ln e against H0 "the rate is at most `limit`". Large: the rate is above. `limit` is a fraction in (0, 1). */
export function rateAboveLimit(rate: Rate, limit: number): number {
  const high = Math.min(30 * limit, Math.max(0.9, (1 + limit) / 2))
  const low = Math.min(1.1 * limit, (limit + high) / 2)
  return mixture(rate, limit, logSpaced(low, high))
}

/** ln e against H0 "the rate is at least `bound`", the mirror test. Large: the rate is below. `bound` in (0, 1). */
export function rateBelowBound(rate: Rate, bound: number): number {
  return mixture(rate, bound, logSpaced(bound / 30, bound / 1.1))
}

function mixture({n, bad}: Rate, p0: number, alternatives: readonly number[]): number {
  if (n === 0) return 0
  const good = n - bad
  return logMeanExp(alternatives.map(p => bad * Math.log(p / p0) + good * (Math.log1p(-p) - Math.log1p(-p0))))
}
