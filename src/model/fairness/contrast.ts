import type {Bounds} from './group-mean.ts'

/** A mean and its bounds. */
export interface Bounded extends Bounds {
  readonly mean: number
  /** Nothing is known of it: its bounds are those of its range. */
  readonly isBoundless: boolean
}

/**
 * Bounds of the difference of two means from the bounds of each (MOVER): Zou and Donner, "Construction of confidence
 * limits about effect measures", Statistics in Medicine 27 (2008). With Wilson's bounds this is Newcombe's hybrid score.
 * @param correlation of the two estimates
 */
export function differenceBounds(one: Bounded, other: Bounded, correlation: number): Bounds {
  if (one.isBoundless || other.isBoundless) return {low: one.low - other.high, high: one.high - other.low}
  const difference = one.mean - other.mean
  return {
    low: difference - distance(one.mean - one.low, other.high - other.mean, correlation),
    high: difference + distance(one.high - one.mean, other.mean - other.low, correlation),
  }
}

/**
 * Bounds of the ratio of two means that are not negative: where the bounds of `one - R other` reach 0 (Donner and Zou,
 * "Closed-form confidence intervals for functions of the normal mean and standard deviation", Statistical Methods in
 * Medical Research 21 (2012), MOVER-R). Found by bisection, since both sides fall as R rises. The upper bound is infinite
 * where the divisor may be 0.
 */
export function ratioBounds(one: Bounded, other: Bounded, correlation: number): Bounds {
  if (one.isBoundless || other.isBoundless) return {low: 0, high: Number.POSITIVE_INFINITY}
  const below = (ratio: number) =>
    one.mean - ratio * other.mean - distance(one.mean - one.low, ratio * (other.high - other.mean), correlation)
  const above = (ratio: number) =>
    one.mean - ratio * other.mean + distance(one.high - one.mean, ratio * (other.mean - other.low), correlation)
  return {low: rootOf(below), high: rootOf(above)}
}

function distance(one: number, other: number, correlation: number): number {
  return Math.sqrt(Math.max(0, one * one + other * other - 2 * correlation * one * other))
}

/** Where a function of R >= 0 that starts above 0 and falls reaches 0. Infinity where it never does. */
function rootOf(falling: (ratio: number) => number): number {
  if (!(falling(0) > 0)) return 0
  let high = 1
  while (falling(high) > 0) {
    high *= 2
    if (high > 1e12) return Number.POSITIVE_INFINITY
  }
  let low = 0
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (falling(middle) > 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
