/**
 * The mean of many chi-squares with one degree of freedom, one for each pair of successive looks: an estimate of how much
 * more something varies than it would if its parts were independent. Robust against a few outliers, which are cut.
 */

/** Plain JSON. */
export interface PairMoments {
  /** Pairs of successive looks that said something. */
  readonly pairs: number
  /** Sum of their chi-squares, each cut where it is out of proportion to those before it. */
  readonly chiSquare: number
}

export const noPairs: PairMoments = {pairs: 0, chiSquare: 0}

/** A chi-square that is no number, since the values were too small to be squared, says nothing. */
export function addPair(moments: PairMoments, chiSquare: number): PairMoments {
  if (!Number.isFinite(chiSquare)) return moments
  const most = cutAt * estimateOf(moments, {value: 1, pairs: 4})
  return {pairs: moments.pairs + 1, chiSquare: moments.chiSquare + Math.min(chiSquare, most)}
}

/** As if it had been at most `most` pairs. */
export function shortened({pairs, chiSquare}: PairMoments, most: number): PairMoments {
  const share = Math.min(1, most / Math.max(1, pairs))
  return {pairs: pairs * share, chiSquare: chiSquare * share}
}

/** The estimate together with a guess that counts as so many pairs; at least 1. There must be one or the other. */
export function estimateOf({pairs, chiSquare}: PairMoments, guess: {value: number; pairs: number}): number {
  return Math.max(1, (chiSquare + guess.value * guess.pairs) / (pairs + guess.pairs))
}

/** Standard error of the mean of `pairs` chi-squares, relative to it: neighbouring pairs share one of their looks. */
export function standardErrorOf(pairs: number): number {
  return Math.sqrt(3 / pairs)
}

/** Multiple of the estimate at which the chi-square of one pair is cut. One degree of freedom exceeds it in 0.5 %. */
const cutAt = 8
