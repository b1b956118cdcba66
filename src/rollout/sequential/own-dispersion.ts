/**
 * How much of the dispersion is each release's own. When load swings, the share of slow requests of both releases swings
 * with it: the stable release's looks then vary far more than their counts explain (70 times more at 27,000 requests a
 * look and swings of 30 %), but a comparison of the two does not notice. Only what hits one release and not the other does
 * a test harm: clusters of one user, pauses of one process.
 *
 * The relation of both releases is compared between successive looks: of bad requests, by the chi-square of the table
 * candidate and stable by before and now; of means, by the squared change of their ratio over what independent values
 * would make of it (delta method, with the spread within both looks). Swings of both cancel out, and so does a candidate
 * that is steadily worse. A change of the weight, or a candidate that turns bad, raises the value of one pair, which is cut.
 */
import {addPair, noPairs, type PairMoments} from './chi-square-pairs.ts'
import {addMeans, type Mean, type MeanLook, squaresOf} from './mean.ts'
import type {Rate} from './rate-against-limit.ts'
import type {Stratum} from './rate-against-stable.ts'

/** Plain JSON, and computable again from the looks. */
export interface OwnDispersion extends PairMoments {
  /** The look before, if there was one with requests of both. */
  readonly last: MeanLook | null
}

export const noOwnDispersion: OwnDispersion = {...noPairs, last: null}

export function addComparedLook(own: OwnDispersion, {candidate, stable}: Stratum): OwnDispersion {
  return add(own, {candidate: asMean(candidate), stable: asMean(stable)}, chiSquareOfTable)
}

/** The same for bounded values, scaled to [0, 1]. Looks in which the stable mean is hardly known say nothing. */
export function addComparedMeanLook(own: OwnDispersion, look: MeanLook): OwnDispersion {
  return add(own, look, chiSquareOfRatios)
}

type Compare = (before: MeanLook, now: MeanLook) => number | null

function add(own: OwnDispersion, look: MeanLook, compare: Compare): OwnDispersion {
  if (look.candidate.n === 0 || look.stable.n === 0) return own
  const value = own.last === null ? null : compare(own.last, look)
  return {...(value === null ? own : addPair(own, value)), last: look}
}

/** Pearson's chi-square of the table of bad requests; null where one of its margins is empty. */
function chiSquareOfTable(before: MeanLook, now: MeanLook): number | null {
  const [a, b, c, d] = [before.candidate.sum, before.stable.sum, now.candidate.sum, now.stable.sum]
  const margins = (a + c) * (b + d) * (a + b) * (c + d)
  return margins > 0 ? ((a * d - b * c) ** 2 * (a + b + c + d)) / margins : null
}

/** Null where the stable mean of a look is hardly known, or no value varies. */
function chiSquareOfRatios(before: MeanLook, now: MeanLook): number | null {
  const stable = relativeVariance(before.stable, now.stable)
  const candidate = relativeVariance(before.candidate, now.candidate)
  const isKnown = [before, now].every(look => look.stable.sum > 0 && stable / look.stable.n <= mostError)
  if (!isKnown || Number.isNaN(candidate)) return null
  const change = (ratioOf(now) - ratioOf(before)) / ratioOf(both(before, now))
  const variance =
    candidate * (1 / before.candidate.n + 1 / now.candidate.n) + stable * (1 / before.stable.n + 1 / now.stable.n)
  return variance > 0 ? change ** 2 / variance : null
}

/** Squared relative standard error of a stable mean up to which a ratio to it is near enough to linear: ten purchases. */
const mostError = 0.1

function ratioOf({candidate, stable}: MeanLook): number {
  return candidate.sum / candidate.n / (stable.sum / stable.n)
}

/** Of one value: its variance within looks, not between them, over its squared mean. NaN where the mean is 0. */
function relativeVariance(before: Mean, now: Mean): number {
  const within = (mean: Mean) => squaresOf(mean) - mean.sum ** 2 / mean.n
  return ((within(before) + within(now)) * (before.n + now.n)) / (before.sum + now.sum) ** 2
}

function both(before: MeanLook, now: MeanLook): MeanLook {
  return {candidate: addMeans(before.candidate, now.candidate), stable: addMeans(before.stable, now.stable)}
}

function asMean({n, bad}: Rate): Mean {
  return {n, sum: bad, sumOfSquares: bad}
}
