import {studentCdf} from './student.ts'
import type {Bounds} from './studentized.ts'

/** How far one value's bounds lie from it at a given quantile: `below` and `above`, both >= 0. */
export type Reach = (quantile: number) => {readonly below: number; readonly above: number}

/**
 * Bounds of `candidate - retain * baseline` recovered from the bounds of each and the correlation of the two estimates: MOVER of
 * Zou and Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27 (2008); for two paired
 * proportions with Wilson's bounds it is Newcombe's method 10 (Statistics in Medicine 17 (1998)). Each model's own interval
 * knows which way it is skewed; a normal interval of the difference does not.
 */
export function moverHalves(candidate: Reach, baseline: Reach, retain: number, correlation: number, quantile: number) {
  const ours = candidate(quantile)
  const theirs = baseline(quantile)
  const joined = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b))
  return {below: joined(ours.below, retain * theirs.above), above: joined(ours.above, retain * theirs.below)}
}

/**
 * The bounds at one quantile, and the levels at which zero is excluded, found by bisection on the quantile: a p-value and an
 * interval never contradict each other.
 * @param freedom of Student's t, from which quantiles and levels are taken
 */
export function boundsOf(difference: number, reach: Reach, quantile: number, freedom: number): Bounds {
  const {below, above} = reach(quantile)
  const crossing = quantileOf(Math.abs(difference), q => (difference < 0 ? reach(q).above : reach(q).below))
  const standing = difference < 0 ? -crossing : crossing
  return {
    low: difference - below,
    high: difference + above,
    pBelow: studentCdf(standing, freedom),
    pAbove: studentCdf(-standing, freedom),
  }
}

/** Where a rising function of the quantile reaches the distance; 40 stands for "never". */
function quantileOf(distance: number, rise: (quantile: number) => number): number {
  let low = 0
  let high = 40
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (rise(middle) < distance) low = middle
    else high = middle
  }
  return low
}
