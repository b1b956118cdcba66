/**
 * Errors come in clusters: one bad session brings five of them, one deployment of a client a hundred; and so do purchases.
 * Tests that count each as a piece of evidence then abort healthy releases (5 errors a session: 65 % and more, not 1 %).
 * So counts and sums are divided by their dispersion, the size of a typical cluster, before a test sees them.
 *
 * The dispersion is estimated from the STABLE release's past looks, never from the look or the release that is judged, so
 * what is judged cannot excuse itself and the factor is known before the counts that it divides. Each pair of successive
 * looks gives Pearson's chi-square of "both have the same rate", which is the dispersion on average (McCullagh and Nelder
 * 1989, section 4.5) and, unlike the spread around an overall mean, is not moved by rates that drift over the day; an
 * outage moves only the pairs at its edges, and those are capped.
 *
 * Division by a factor of at least 1 keeps an e-value valid whatever the truth (Jensen: E[e^(1/f)] <= 1), so a factor that
 * is too large costs power only. One that is too small errs the other way, hence what `correctionOf` adds to the estimate.
 */
import {addPair, estimateOf, noPairs, type PairMoments, shortened, standardErrorOf} from './chi-square-pairs.ts'
import type {EventCount} from './events-against-stable.ts'
import {type Mean, squaresOf} from './mean.ts'
import {addComparedLook, addComparedMeanLook, noOwnDispersion, type OwnDispersion} from './own-dispersion.ts'
import type {Rate} from './rate-against-limit.ts'

/**
 * Plain JSON, and computable again from the looks. A pair says something where its values are not all the same: for a rate,
 * where it has bad requests.
 */
export interface DispersionMoments extends PairMoments {
  /** The look before, if there was one. */
  readonly last: Mean | null
  /** The part that the releases do not share; absent where only the stable release was looked at. */
  readonly own?: OwnDispersion
}

export const noMoments: DispersionMoments = {...noPairs, last: null}

/** What the test of a look has to be corrected by: counts divided by `factor`, alpha multiplied by `alphaFactor`. */
export interface Correction {
  /** At least 1. */
  readonly factor: number
  /** 1, or 0.5 where the correction itself is uncertain. */
  readonly alphaFactor: number
}

/**
 * The moments after one more look at the stable release, and at the candidate where both are looked at. Correct a look by
 * the moments BEFORE it is added.
 */
export function addLook(moments: DispersionMoments, stable: Rate, candidate?: Rate): DispersionMoments {
  const next = withLook(moments, {n: stable.n, sum: stable.bad, sumOfSquares: stable.bad})
  if (candidate === undefined) return next
  return {...next, own: addComparedLook(moments.own ?? noOwnDispersion, {candidate, stable})}
}

/** The same for events: counts without a most, whose variance is their mean, as that of a share of ever smaller parts is. */
export function addEventLook(
  moments: DispersionMoments,
  stable: EventCount,
  candidate?: EventCount,
): DispersionMoments {
  const parts = ({exposure, events}: EventCount) => ({n: exposure * 1e6, bad: events})
  return addLook(moments, parts(stable), candidate && parts(candidate))
}

/**
 * The same for bounded values, scaled to [0, 1]. Without squares their spread is taken to be that of zeros and ones, as it
 * is by the tests: the factor then says how much more than that their sums vary.
 */
export function addMeanLook(moments: DispersionMoments, stable: Mean, candidate?: Mean): DispersionMoments {
  const next = withLook(moments, stable)
  if (candidate === undefined) return next
  return {...next, own: addComparedMeanLook(moments.own ?? noOwnDispersion, {candidate, stable})}
}

/**
 * What a rollout knows from those before it in the same environment: as much as `most` pairs, so that it can still learn
 * otherwise. With it there is no time of caution at the beginning.
 */
export function carryOver(moments: DispersionMoments, most = 100): DispersionMoments {
  const {own} = moments
  return {
    ...shortened(moments, most),
    last: null,
    ...(own === undefined ? {} : {own: {...shortened(own, most), last: null}}),
  }
}

/** The estimate: mean size of a cluster, at least 1. 1 while nothing was seen. */
export function dispersionOf({pairs, chiSquare}: DispersionMoments): number {
  return pairs === 0 ? 1 : Math.max(1, chiSquare / pairs)
}

/**
 * The correction for the next look. Until 16 pairs were seen, clusters of `assumed` are taken for granted beside what was
 * seen; whoever states that nothing clusters (1) is believed until it is seen otherwise. After that, an estimate that is within its own noise of 1 is no reason to correct; any other is raised by half its standard
 * error, and alpha is halved. Where the releases' own dispersion is clearly smaller, that is the one to correct by.
 * Measured over 240 looks, alpha = 1 %: docs/rollout.md, "The statistics".
 */
export function correctionOf(moments: DispersionMoments, assumed = assumedDispersion): Correction {
  const {pairs} = moments
  const guesses = Math.max(0, assumedPairs - pairs / 2)
  const estimate = estimateOf(moments, {value: assumed, pairs: guesses})
  const noise = standardErrorOf(pairs + guesses)
  if ((guesses === 0 || assumed === 1) && estimate < 1 + 1.5 * noise) return {factor: 1, alphaFactor: 1}
  const factor = Math.max(1, estimate * (1 + noise / 2))
  return ownCorrection(moments.own ?? noOwnDispersion, factor) ?? {factor, alphaFactor: estimate > 1.5 ? 0.5 : 1}
}

/** The counts as a test may see them. */
export function divided({n, bad}: Rate, factor: number): Rate {
  return {n: n / factor, bad: bad / factor}
}

/** Cluster size that is assumed while too little was seen, and how many pairs of looks that assumption is worth. */
const assumedDispersion = 5
const assumedPairs = 8

/** The same for people: clusters of that size are assumed beside what was seen, until so many pairs of looks. */
export const assumedClusters = {size: assumedDispersion, untilPairs: 2 * assumedPairs}

/** Pairs of looks at both releases before their own dispersion is believed. */
const ownPairs = 12

/**
 * Null unless the releases' own dispersion is smaller than `factor` by three standard errors. A factor that is too small
 * costs false aborts, so it is raised by a whole one.
 */
function ownCorrection(own: OwnDispersion, factor: number): Correction | null {
  if (own.pairs < ownPairs) return null
  const estimate = estimateOf(own, {value: 1, pairs: 0})
  const noise = standardErrorOf(own.pairs)
  if (estimate * (1 + 3 * noise) >= factor) return null
  return {factor: estimate < 1 + noise ? 1 : estimate * (1 + noise), alphaFactor: 0.5}
}

function withLook(moments: DispersionMoments, look: Mean): DispersionMoments {
  if (look.n === 0) return moments
  const value = moments.last === null ? null : chiSquareOf(moments.last, look)
  return {...moments, ...(value === null ? {} : addPair(moments, value)), last: look}
}

/**
 * Chi-square of "the same mean in both looks", which for a rate is Pearson's of the two-by-two table. Its mean is 1 for
 * independent values. Null where all values are the same, which says nothing.
 */
function chiSquareOf(before: Mean, now: Mean): number | null {
  const n = before.n + now.n
  const mean = (before.sum + now.sum) / n
  const variance = (squaresOf(before) + squaresOf(now)) / n - mean * mean
  // Beneath the second bound squares of such numbers are no numbers any more.
  if (!(variance > Math.max(1e-12 * mean, 1e-100))) return null
  const difference = now.sum / now.n - before.sum / before.n
  return difference ** 2 / (variance * (1 / before.n + 1 / now.n))
}
