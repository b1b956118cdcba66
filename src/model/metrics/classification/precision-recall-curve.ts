import {countsByThreshold, type Point, thinned} from './curve.ts'

export interface PrecisionRecallPoint extends Point {
  /** Recall. */
  readonly x: number
  /** Precision. */
  readonly y: number
  readonly threshold: number
}

/**
 * Precision by rising recall, from the highest score down, for a chart: at most 200 points. scikit-learn
 * `precision_recall_curve` without the point (recall 0, precision 1) that it adds and no threshold reaches; it ends where
 * the recall becomes 1. Null where no row of the class has weight.
 */
export function precisionRecallCurve(
  truth: Uint8Array,
  scores: Float64Array,
  weights: Float64Array | null,
): readonly PrecisionRecallPoint[] | null {
  const counts = countsByThreshold(truth, scores, weights)
  const all = counts.at(-1)
  if (all === undefined || all.hits === 0) return null
  const points: PrecisionRecallPoint[] = []
  for (const {threshold, hits, alarms} of counts) {
    points.push({x: hits / all.hits, y: hits / (hits + alarms), threshold})
    if (hits === all.hits) break
  }
  return thinned(points)
}
