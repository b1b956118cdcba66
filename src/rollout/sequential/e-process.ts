/**
 * An e-process that is fed look by look, and that a healthy past does not protect: a mixture over alternatives k (how bad
 * the candidate may be) and over the look t at which it may have turned bad. With L the likelihood ratio of one look,
 *
 *     A_k <- (A_k + w_t pi_k) L_k        e = sum of A_k + the weight of the looks that are still to come
 *
 * H0 is whatever makes each L_k an e-value given the past. Every start is then a nonnegative supermartingale that stays at
 * its weight until its look, and weights sum to 1: so e has an expectation of at most 1 at any moment, and by Ville's
 * inequality it ever reaches 1/alpha, over the whole rollout, with probability at most alpha. A release that was healthy
 * for hours lets early starts fade, but a start at the present look is always worth its weight, so the delay after a late
 * change is that of a fresh test at alpha times the weight. Source: mixtures over the change point, Pollak 1987; weighted
 * Shiryaev-Roberts e-detectors, Shin, Ramdas, Rinaldo 2024, section 2, whose unweighted form ("e-SR") would grow without
 * bound while nothing is wrong and does not hold alpha over a rollout.
 */
import {logAdd, logSumExp} from './mixture.ts'

/**
 * Which looks the evidence may begin at. `any`: weights as in `weightAhead`. `first`: only the first, a plain mixture, for
 * evidence of safety, which is about all that was seen and not about the best part of it.
 */
export type Starts = 'any' | 'first'

/** Plain JSON, and computable again from the looks. */
export interface EProcess {
  readonly starts: Starts
  /** Looks that said something. */
  readonly looks: number
  /** Prior shares of the alternatives, pi; they sum to 1. */
  readonly weights: readonly number[]
  /** ln A_k; empty before the first look. */
  readonly started: readonly number[]
}

export function newEProcess(weights: readonly number[], starts: Starts = 'any'): EProcess {
  return {starts, looks: 0, weights, started: []}
}

/**
 * The process after one more look. `logRatios` are ln likelihood ratios of this look, one per alternative; all 0 means that
 * the look said nothing (no requests), and changes nothing.
 */
export function observe(process: EProcess, logRatios: readonly number[]): EProcess {
  return logRatios.every(ratio => ratio === 0) ? process : advance(process, logRatios)
}

/** `observe` for a look that counts even where its ratios are all 0. */
export function advance(process: EProcess, logRatios: readonly number[]): EProcess {
  return {...process, looks: process.looks + 1, started: step(process, logRatios)}
}

/** ln e after all looks so far; 0 before the first. */
export function logEOf({starts, looks, started}: EProcess): number {
  return logSumExp([...started, logUnspent(starts, looks)])
}

/** ln of the weight of the starts that are still to come. */
export function logUnspent(starts: Starts, looks: number): number {
  return Math.log(weightAhead(starts, looks))
}

function step({starts, looks, weights, started}: EProcess, logRatios: readonly number[]): readonly number[] {
  const logBegins = Math.log(weightAhead(starts, looks) - weightAhead(starts, looks + 1))
  return weights.map((weight, k) => {
    const begins = logBegins + Math.log(weight)
    const before = started[k]
    const ratio = logRatios[k] ?? Number.NEGATIVE_INFINITY
    return ratio + (before === undefined ? begins : logAdd(before, begins))
  })
}

/** What the first look gets: most regressions come with the release. Costs ln(1/0.8) = 0.22 in ln e. */
const firstWeight = 0.8
/** Looks after which half of the rest is spent. */
const halfSpent = 100

/**
 * Weight of the starts after the first `looks` looks. What the first leaves decays as 1/(1 + t/100): a start at look 120 of
 * a 20-hour rollout in steps of five minutes is worth 0.0004, 7.8 in ln e, and no horizon has to be known.
 */
function weightAhead(starts: Starts, looks: number): number {
  if (looks === 0) return 1
  return starts === 'first' ? 0 : (1 - firstWeight) / (1 + (looks - 1) / halfSpent)
}
