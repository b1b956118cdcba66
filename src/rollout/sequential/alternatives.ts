/**
 * What "worse" and "better" may mean: odds ratios against the null hypothesis, each with its share of the mixture. One
 * grid serves every rate, whatever its limit: odds of a share have room above any limit, also above 95 %.
 */
import {logSpaced, normalised} from './mixture.ts'

/** A fixed number of alternatives, and what part of the evidence each carries. Weights sum to 1. */
export interface Alternatives {
  readonly ratios: readonly number[]
  readonly weights: readonly number[]
}

/** 20 values: with more, neighbours are nearly the same hypothesis and the mixture does not change visibly. */
const gridSize = 20

/**
 * From 1.3 to 60 times the odds. The share of a ratio follows how precisely the ratio is known by the time of a decision:
 * after ln(1/alpha)/KL requests its logarithm has a standard error in proportion to sqrt(KL/ratio), with the divergence
 * KL = r ln r - r + 1 of two Poisson rates. A prior in proportion to the precision costs every regression the same share
 * of the requests that it needs; the square root of that is a compromise with the flat prior, which is better above 4.
 * Measured (3000 runs each, alpha = 1 %): the median is 1.25, 1.23, 1.18, 1.25 times ln(1/alpha)/KL at 1.5, 2, 4, 10 times.
 */
export const worse: Alternatives = {
  ratios: logSpaced(1.3, 60, gridSize),
  weights: normalised(logSpaced(1.3, 60, gridSize).map(r => (r / (r * Math.log(r) - r + 1)) ** 0.25)),
}

/**
 * From 1/1.15 down to 1/10 of the odds, all alike: most candidates are as good as stable, which is a half of twice the
 * stable rate, and one that never fails needs hardly more requests than with smaller alternatives.
 */
export const better: Alternatives = {
  ratios: logSpaced(1 / 1.15, 1 / 10, gridSize),
  weights: normalised(logSpaced(1 / 1.15, 1 / 10, gridSize).map(() => 1)),
}

/**
 * ln of the likelihood ratio of `hits` among `trials`, each a hit with probability `share` under the null hypothesis and
 * with `ratio` times those odds under the alternative: ratio^hits / (1 + (ratio - 1) share)^trials.
 * Since r^x <= 1 + (r - 1) x for x in [0, 1], it is also an e-value where each trial is any value in [0, 1], `hits` being
 * their sum (Hoeffding 1963): for r > 1 while their mean is at most `share`, for r < 1 while it is at least that.
 */
export function logLikelihoodRatio(hits: number, trials: number, ratio: number, share: number): number {
  return hits * Math.log(ratio) - trials * Math.log1p((ratio - 1) * share)
}
