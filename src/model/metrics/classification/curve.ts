import {rankedBy} from './ranked.ts'

/**
 * What each threshold does, by falling threshold: rows that score at or above it are taken for the class. Columns, one
 * entry for each different score that some weight lies on: a million scores are three arrays.
 */
export interface ThresholdCounts {
  readonly thresholds: Float64Array
  /** Weighted rows of the class at or above the threshold. */
  readonly hits: Float64Array
  /** Weighted other rows at or above it. */
  readonly alarms: Float64Array
}

export function countsByThreshold(
  truth: Uint8Array,
  scores: Float64Array,
  weights: Float64Array | null,
): ThresholdCounts {
  const {order, endsTie, classes} = rankedBy(scores, truth)
  const thresholds = new Float64Array(order.length)
  const hits = new Float64Array(order.length)
  const alarms = new Float64Array(order.length)
  let count = 0
  let hit = 0
  let alarm = 0
  let tied = 0
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0
    const weight = weights === null ? 1 : (weights[row] ?? 0)
    if (classes[place] === 1) hit += weight
    else alarm += weight
    tied += weight
    if (endsTie[place] === 0 || tied === 0) continue
    thresholds[count] = scores[row] ?? 0
    hits[count] = hit
    alarms[count] = alarm
    count++
    tied = 0
  }
  return {
    thresholds: thresholds.subarray(0, count),
    hits: hits.subarray(0, count),
    alarms: alarms.subarray(0, count),
  }
}

/** A point of a curve in the unit square. */
export interface Point {
  readonly x: number
  readonly y: number
}

const largestCurve = 200

/**
 * At most {@link largestCurve} points of a curve, evenly spread along its length (|dx| + |dy|) and with both ends: no
 * point that is left out lies farther along the curve from a kept one than a part in 198 of the length.
 * @param pointAt the points, by their number from 0; asked twice
 */
export function thinned<P extends Point>(count: number, pointAt: (index: number) => P): readonly P[] {
  if (count <= largestCurve) return Array.from({length: count}, (_, index) => pointAt(index))
  let length = 0
  walk(count, pointAt, (_, step) => {
    length += step
  })
  const kept: P[] = []
  let along = 0
  let lastPart = -1
  walk(count, pointAt, (point, step, index) => {
    along += step
    const part = Math.floor(along / (length / (largestCurve - 2)))
    if (part > lastPart || index === count - 1) kept.push(point)
    lastPart = part
  })
  return kept
}

function walk<P extends Point>(
  count: number,
  pointAt: (index: number) => P,
  visit: (point: P, step: number, index: number) => void,
): void {
  let before: P | null = null
  for (let index = 0; index < count; index++) {
    const point = pointAt(index)
    visit(point, before === null ? 0 : Math.abs(point.x - before.x) + Math.abs(point.y - before.y), index)
    before = point
  }
}
