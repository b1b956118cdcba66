/** How many observations a sequential test needs: for the plan, and for the time that is left. */
import {bets, fanCharge} from './mean.ts'

/**
 * What the mixtures over alternatives and over starts cost beside the likelihood ratio that knows the truth, in ln e, at
 * the median: 1.1 on average over ratios of 1.5 to 10, shares of 0.001 to 0.5 and alphas of 0.05 to 0.0005, within
 * -0.7 to 1.6 (2001 simulated runs each; the extremes are where three bad requests or less decide).
 */
const mixtureCost = 1.1
/** The same at the 90th percentile, where luck has had time to pay a part of it. */
const mixtureCost90 = 0.5
/** The same for means, whose bets do not know the spread. */
const meanMixtureCost = 2
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

/** Observations after which about 90 % of all runs have reached 1/alpha. */
export function samplesFor90Percent(p1: number, p0: number, alpha: number): number {
  const spread = Math.sqrt(p1 * (1 - p1)) * Math.abs(Math.log((p1 * (1 - p0)) / ((1 - p1) * p0)))
  return observationsFor90Percent(divergence(p1, p0), spread, Math.log(1 / alpha) + mixtureCost90)
}

/** Probability that a bad request is the candidate's, at ratio `times` and the candidate's share `weight` of requests. */
export function candidateShareOfBad(times: number, weight: number): number {
  return (weight * times) / (weight * times + 1 - weight)
}

/** Two means to tell apart, of values scaled to [0, 1]. */
export interface MeanContrast {
  /** Distance of the true mean from what the null hypothesis allows, > 0. */
  readonly shift: number
  /** Per candidate value. Against stable: the candidate's, plus factor^2 n/m times the stable one's. */
  readonly variance: number
  /** How far a value can lie beyond the mean on the side that speaks against the shift: 1 - mean for a mean that is too low. */
  readonly reach: number
}

/** Candidate values until about half of all runs have reached 1/alpha. The first look, which only teaches, is not in it. */
export function medianValues(contrast: MeanContrast, alpha: number): number {
  return (Math.log(1 / alpha) + meanMixtureCost) / bestBet(contrast).growth
}

/** Candidate values after which about 90 % of all runs have reached 1/alpha. */
export function valuesFor90Percent(contrast: MeanContrast, alpha: number): number {
  const {growth, bet} = bestBet(contrast)
  return observationsFor90Percent(growth, bet * Math.sqrt(contrast.variance), Math.log(1 / alpha) + meanMixtureCost)
}

/** The bet under which ln e grows fastest, and by how much per value. About shift^2/(2 variance) for small shifts. */
function bestBet({shift, variance, reach}: MeanContrast): {readonly bet: number; readonly growth: number} {
  const candidates = bets(0.005).map(part => {
    const bet = part / reach
    return {bet, growth: bet * shift - fanCharge(bet, reach) * variance}
  })
  return candidates.reduce((best, next) => (next.growth > best.growth ? next : best))
}

/**
 * ln e grows by `drift` per observation, with the standard deviation `spread`; the 10 % quantile of that random walk must
 * reach the threshold.
 */
function observationsFor90Percent(drift: number, spread: number, threshold: number): number {
  const root = (z90 * spread + Math.sqrt((z90 * spread) ** 2 + 4 * drift * threshold)) / (2 * drift)
  return root ** 2
}

function term(p: number, q: number): number {
  return p === 0 ? 0 : p * Math.log(p / q)
}
