import {rankedBy} from './ranked.ts'

/** What a threshold does: rows that score at or above it are taken for the class. */
export interface ThresholdCounts {
  readonly threshold: number
  /** Weighted rows of the class at or above it, and other rows at or above it. */
  readonly hits: number
  readonly alarms: number
}

/** By falling threshold, one entry for each different score; scores that no weight lies on are left out. */
export function countsByThreshold(
  truth: Uint8Array,
  scores: Float64Array,
  weights: Float64Array | null,
): readonly ThresholdCounts[] {
  const {order, endsTie, classes} = rankedBy(scores, truth)
  const counts: ThresholdCounts[] = []
  let hits = 0
  let alarms = 0
  let tied = 0
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    if (classes[place] === 1) hits += weight
    else alarms += weight
    tied += weight
    if (endsTie[place] === 0 || tied === 0) continue
    counts.push({threshold: scores[row] ?? 0, hits, alarms})
    tied = 0
  }
  return counts
}

/** A point of a curve in the unit square. */
export interface Point {
  readonly x: number
  readonly y: number
}

export const largestCurve = 200

/**
 * At most {@link largestCurve} points of a curve, evenly spread along its length (|dx| + |dy|) and with both ends: no
 * point that is left out lies farther along the curve from a kept one than a part in 198 of the length.
 */
export function thinned<P extends Point>(points: readonly P[]): readonly P[] {
  if (points.length <= largestCurve) return points
  const along = new Float64Array(points.length)
  points.forEach((point, index) => {
    const before = points[index - 1]
    if (before === undefined) return
    along[index] = (along[index - 1] ?? 0) + Math.abs(point.x - before.x) + Math.abs(point.y - before.y)
  })
  const step = (along.at(-1) ?? 0) / (largestCurve - 2)
  let lastPart = -1
  return points.filter((_, index) => {
    const part = Math.floor((along[index] ?? 0) / step)
    const isFirstOfPart = part > lastPart
    lastPart = part
    return isFirstOfPart || index === points.length - 1
  })
}
