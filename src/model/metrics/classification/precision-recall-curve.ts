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
  const {thresholds, hits, alarms} = countsByThreshold(truth, scores, weights)
  const all = hits.at(-1) ?? 0
  if (all === 0) return null
  return thinned(hits.indexOf(all) + 1, at => {
    const [hit, alarm] = [hits[at] ?? 0, alarms[at] ?? 0]
    return {x: hit / all, y: hit / (hit + alarm), threshold: thresholds[at] ?? 0}
  })
}
