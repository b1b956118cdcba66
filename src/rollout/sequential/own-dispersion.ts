/**
 * How much of the dispersion is each release's own. When load swings, the share of slow requests of both releases swings
 * with it: the stable release's looks then vary far more than their counts explain (70 times more at 27,000 requests a
 * look and swings of 30 %), but a comparison of the two does not notice. Only what hits one release and not the other does
 * a test harm: clusters of one user, pauses of one process.
 *
 * The candidate's part of all bad requests is compared between successive looks, by the chi-square of the table candidate
 * and stable by before and now. Swings of both cancel out, and so does a candidate that is steadily worse. A change of the
 * weight, or a candidate that turns bad, raises the value of one pair, which is cut.
 */
import {addPair, noPairs, type PairMoments} from './chi-square-pairs.ts'
import type {Stratum} from './rate-against-stable.ts'

/** Plain JSON, and computable again from the looks. */
export interface OwnDispersion extends PairMoments {
  /** Bad requests of the look before, if there was one with requests of both. */
  readonly last: {readonly candidate: number; readonly stable: number} | null
}

export const noOwnDispersion: OwnDispersion = {...noPairs, last: null}

export function addComparedLook(own: OwnDispersion, {candidate, stable}: Stratum): OwnDispersion {
  if (candidate.n === 0 || stable.n === 0) return own
  const last = {candidate: candidate.bad, stable: stable.bad}
  const value = own.last === null ? null : chiSquareOf(own.last, last)
  return {...(value === null ? own : addPair(own, value)), last}
}

type Bad = NonNullable<OwnDispersion['last']>

/** Null where a margin of the table is empty. */
function chiSquareOf(before: Bad, now: Bad): number | null {
  const candidate = before.candidate + now.candidate
  const stable = before.stable + now.stable
  const [first, second] = [before.candidate + before.stable, now.candidate + now.stable]
  const margins = candidate * stable * first * second
  if (!(margins > 0)) return null
  return ((before.candidate * now.stable - before.stable * now.candidate) ** 2 * (first + second)) / margins
}
