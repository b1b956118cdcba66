/**
 * The tests of a mean, look by look: for harm over the whole rollout, and for safety at one weight. "Twice as bad" is said
 * of the distance to the best possible value: of a score of at least 0.8 in [0, 1], 0.6 is twice as bad.
 */
import {assertNever} from '../../core/assert.ts'
import type {GuardTest, MeanTest} from '../guards.ts'
import {type Bounds, dividedMean, type Mean, type MeanLook, scaleMean} from '../sequential/mean.ts'
import {ratiosOfMeanAbove, ratiosOfMeanBelow} from '../sequential/mean-against-limit.ts'
import {ratiosOfMeanAboveStable, ratiosOfMeanBelowStable} from '../sequential/mean-against-stable.ts'
import {unacceptable} from './worse.ts'

/** ln e of one look against "the mean is within what the test allows"; null where the sums contradict the bounds. */
export function harmRatiosOfMean(test: MeanTest, look: MeanLook, past: MeanLook): readonly number[] | null {
  const scaled = scaleBoth(look, past, test)
  if (scaled === null) return null
  switch (test.kind) {
    case 'mean-at-most':
      return ratiosOfMeanAbove(scaled.look.candidate, scale(test.limit, test), taught(scaled.past))
    case 'mean-at-least':
      return ratiosOfMeanBelow(scaled.look.candidate, scale(test.limit, test), taught(scaled.past))
    case 'mean-may-lose':
      return ratiosOfMeanBelowStable(scaled.look, {factor: 1 - test.fraction, bounds: test}, scaled.past)
    case 'mean-may-grow':
      return ratiosOfMeanAboveStable(scaled.look, {factor: 1 + test.fraction, bounds: test}, scaled.past)
    default:
      return assertNever(test)
  }
}

/** ln e of one look against each half of "within its limit, or no worse than the stable release at the same time". */
export interface LimitRatios {
  readonly againstLimit: readonly number[]
  readonly againstStable: readonly number[]
  /** How bad the candidate's values of this look may be in all, as a count of the worst ones. */
  readonly allowed: number
}

/**
 * For a mean with an absolute limit; null for the others, where nothing was asked, and where the sums contradict the bounds.
 * @param canExcuse whether the stable release answers enough to tell whether a fault is its fault too
 */
export function limitRatiosOfMean(
  test: GuardTest,
  look: MeanLook,
  past: MeanLook,
  canExcuse: boolean,
): LimitRatios | null {
  if ((test.kind !== 'mean-at-least' && test.kind !== 'mean-at-most') || look.candidate.n === 0) return null
  const againstLimit = harmRatiosOfMean(test, look, past)
  const scaled = scaleBoth(look, past, test)
  if (againstLimit === null || scaled === null) return null
  const relation = {factor: 1, bounds: test}
  const limit = scale(test.limit, test)
  const isMost = test.kind === 'mean-at-most'
  const compare = isMost ? ratiosOfMeanAboveStable : ratiosOfMeanBelowStable
  return {
    againstLimit,
    againstStable: canExcuse ? compare(scaled.look, relation, scaled.past) : againstLimit,
    allowed: look.candidate.n * (isMost ? limit : 1 - limit),
  }
}

/** ln e of one look against "the mean is `margin` times as bad as allowed, or worse". */
export function safetyRatiosOfMean(
  test: MeanTest,
  look: MeanLook,
  past: MeanLook,
  margin: number,
): readonly number[] | null {
  const scaled = scaleBoth(look, past, test)
  if (scaled === null) return null
  switch (test.kind) {
    case 'mean-at-most':
      return ratiosOfMeanBelow(
        scaled.look.candidate,
        unacceptable(scale(test.limit, test), margin),
        taught(scaled.past),
      )
    case 'mean-at-least': {
      const worst = 1 - unacceptable(1 - scale(test.limit, test), margin)
      return ratiosOfMeanAbove(scaled.look.candidate, worst, taught(scaled.past))
    }
    case 'mean-may-lose': {
      const relation = {factor: 1 - unacceptable(test.fraction, margin), bounds: test}
      return ratiosOfMeanAboveStable(scaled.look, relation, scaled.past)
    }
    case 'mean-may-grow': {
      const relation = {factor: 1 + margin * test.fraction, bounds: test}
      return ratiosOfMeanBelowStable(scaled.look, relation, scaled.past)
    }
    default:
      return assertNever(test)
  }
}

/** Values as if each cluster were one. */
export function declusteredMeans({candidate, stable}: MeanLook, factor: number): MeanLook {
  return {candidate: dividedMean(candidate, factor), stable: dividedMean(stable, factor)}
}

/** A value between the bounds as a fraction of their distance. */
export function scale(value: number, {low, high}: Bounds): number {
  return (value - low) / (high - low)
}

function scaleBoth(look: MeanLook, past: MeanLook, bounds: Bounds): {look: MeanLook; past: MeanLook} | null {
  const [now, before] = [scaleArms(look, bounds), scaleArms(past, bounds)]
  return now === null || before === null ? null : {look: now, past: before}
}

function scaleArms({candidate, stable}: MeanLook, bounds: Bounds): MeanLook | null {
  const [ours, theirs] = [scaleMean(candidate, bounds), scaleMean(stable, bounds)]
  return ours === null || theirs === null ? null : {candidate: ours, stable: theirs}
}

/** How values are spread is learned from the candidate's past, and before it has one from the stable release's. */
function taught({candidate, stable}: MeanLook): Mean {
  return candidate.n > 0 ? candidate : stable
}
