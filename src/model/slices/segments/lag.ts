import {type Bounded, differenceBounds} from '../../fairness/contrast.ts'
import {type Bounds, boundsAt, boundsNothing, correlation, type GroupMean} from '../../fairness/group-mean.ts'
import type {CrossMoments} from '../../fairness/moments.ts'
import {studentCdf, studentQuantile} from '../../inference/student.ts'

/** A segment beside all rows that are not in it. */
export interface SegmentLoss {
  readonly segment: GroupMean
  readonly rest: GroupMean
  readonly correlation: number
}

export function segmentLoss(
  segment: GroupMean,
  rest: GroupMean,
  cross: CrossMoments | null,
  centre: number,
): SegmentLoss {
  return {segment, rest, correlation: cross ? correlation(segment, rest, cross, centre) : 0}
}

/** Mean loss of the segment less that of all rows, of which it is a part: (1 - share) times its distance to the rest. */
export function lagOf({segment, rest}: SegmentLoss): number {
  return shareOfRest({segment, rest}) * (segment.mean - rest.mean)
}

/** Bounds of the lag, each missed with chance `tail`. */
export function lagBounds(loss: SegmentLoss, tail: number): Bounds {
  return boundsAtQuantile(loss, studentQuantile(1 - tail, freedomOf(loss)))
}

/**
 * One-sided p-value of "the segment lags by no more than `margin`": the chance at which the lower bound just reaches the
 * margin. 1 where the segment does not lag by more as it stands; then nothing is to be shown.
 */
export function pOfLag(loss: SegmentLoss, margin: number): number {
  if (!(lagOf(loss) > margin) || boundsNothing(loss.segment) || boundsNothing(loss.rest)) return 1
  let low = 0
  let high = 40
  for (let step = 0; step < 44; step++) {
    const middle = (low + high) / 2
    if (boundsAtQuantile(loss, middle).low > margin) low = middle
    else high = middle
  }
  return studentCdf(-low, freedomOf(loss))
}

function boundsAtQuantile(loss: SegmentLoss, quantile: number): Bounds {
  const {segment, rest} = loss
  const bounds = differenceBounds(bounded(segment, quantile), bounded(rest, quantile), loss.correlation)
  const scale = shareOfRest(loss)
  return {low: scale * bounds.low, high: scale * bounds.high}
}

/**
 * Far out in the tail, where one of many segments has to be shown, a correction for skewness goes further than its
 * series is known to hold. Without it the lower bound of a loss with a long tail is too low rather than too high.
 */
function bounded(group: GroupMean, quantile: number): Bounded {
  return {mean: group.mean, isBoundless: boundsNothing(group), ...boundsAt({...group, skewness: 0}, quantile)}
}

function freedomOf({segment, rest}: SegmentLoss): number {
  return Math.min(segment.freedom, rest.freedom)
}

function shareOfRest({segment, rest}: Pick<SegmentLoss, 'segment' | 'rest'>): number {
  return rest.weight / (segment.weight + rest.weight)
}
