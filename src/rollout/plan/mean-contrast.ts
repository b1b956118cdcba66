/** Two means to tell apart, as the tests of a mean see them: for plans. Fractions of the distance between the bounds. */
import {assertNever} from '../../core/assert.ts'
import type {MeanTest} from '../guards.ts'
import {scale} from '../judge/mean-tests.ts'
import {worse} from '../judge/worse.ts'
import type {MeanContrast} from '../sequential/sample-size.ts'
import type {AssumedStable} from './assumed.ts'

/** A candidate `ratio` times as bad as the limit allows. */
export function meanAgainstLimit(stable: AssumedStable, test: MeanTest, ratio: number): MeanContrast {
  const allowed = badness(test)
  const bad = worse(allowed, ratio)
  // As much of the largest variance that values with this mean can have as the stable release has of its own.
  const variance = (stable.variance / (stable.mean * (1 - stable.mean))) * bad * (1 - bad)
  return {shift: bad - allowed, variance, reach: bad}
}

/** How bad the allowed mean is, as a fraction of the distance between the bounds. */
export function badness(test: MeanTest): number {
  switch (test.kind) {
    case 'mean-at-most':
      return scale(test.limit, test)
    case 'mean-at-least':
      return 1 - scale(test.limit, test)
    case 'mean-may-lose':
    case 'mean-may-grow':
      return test.fraction
    default:
      return assertNever(test)
  }
}

/** The loss or growth of a candidate that changes `ratio` times as much as allowed. */
export function changed(test: Extract<MeanTest, {fraction: number}>, ratio: number): number {
  return test.kind === 'mean-may-lose' ? worse(test.fraction, ratio) : ratio * test.fraction
}

/** A candidate whose mean changed by `actual`, against the null hypothesis that it changed by `allowed`, at `weight` in (0, 1). */
export function meanAgainstStable(
  test: Extract<MeanTest, {fraction: number}>,
  actual: number,
  allowed: number,
  stable: AssumedStable,
  weight: number,
): MeanContrast {
  const sign = test.kind === 'mean-may-lose' ? -1 : 1
  const factor = 1 + sign * allowed
  // A part of a mean is a part of its distance to 0, not to the lower bound.
  const fromZero = stable.mean + test.low / (test.high - test.low)
  const candidateMean = stable.mean + sign * actual * fromZero
  return {
    shift: Math.abs(allowed - actual) * fromZero,
    variance: stable.variance * (1 + (factor ** 2 * weight) / (1 - weight)),
    reach: Math.max(1e-6, sign < 0 ? 1 - candidateMean : Math.min(1, candidateMean)),
  }
}
