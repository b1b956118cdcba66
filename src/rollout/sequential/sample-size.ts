/** How many observations a sequential test needs: for the plan, and for the time that is left. */

/** What a mixture costs over the likelihood ratio that knows the truth, in ln e. From simulation, for 24 alternatives. */
export const mixtureCost = 1.5
/** Standard normal quantile of 90 %. */
const z90 = 1.2816

/** Kullback-Leibler divergence of Bernoulli(p1) from Bernoulli(p0), in nats per observation. */
export function divergence(p1: number, p0: number): number {
  return term(p1, p0) + term(1 - p1, 1 - p0)
}

/** Observations until about half of all runs have reached 1/alpha, when the rate is p1 and the null says p0. */
export function medianSamples(p1: number, p0: number, alpha: number): number {
  return (Math.log(1 / alpha) + mixtureCost) / divergence(p1, p0)
}

/**
 * Observations after which about 90 % of all runs have reached 1/alpha. ln e grows by `divergence` per observation with
 * the variance of the log-likelihood ratio; the 10 % quantile of that random walk must reach the threshold.
 */
export function samplesFor90Percent(p1: number, p0: number, alpha: number): number {
  const drift = divergence(p1, p0)
  const threshold = Math.log(1 / alpha) + mixtureCost
  const spread = Math.sqrt(p1 * (1 - p1)) * Math.abs(Math.log((p1 * (1 - p0)) / ((1 - p1) * p0)))
  const root = (z90 * spread + Math.sqrt((z90 * spread) ** 2 + 4 * drift * threshold)) / (2 * drift)
  return root ** 2
}

/** Probability that a bad request is the candidate's, at ratio `times` and the candidate's share `weight` of requests. */
export function candidateShareOfBad(times: number, weight: number): number {
  return (weight * times) / (weight * times + 1 - weight)
}

function term(p: number, q: number): number {
  return p === 0 ? 0 : p * Math.log(p / q)
}
