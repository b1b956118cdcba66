import {countsByThreshold, type Point, thinned} from './curve.ts'

export interface RocPoint extends Point {
  /** False positive rate: share of the other rows at or above the threshold. */
  readonly x: number
  /** True positive rate, recall. */
  readonly y: number
  /** Infinite at the first point, where nothing is taken for the class. */
  readonly threshold: number
}

/**
 * The ROC curve from (0, 0) to (1, 1) by falling threshold, for a chart: at most 200 points. scikit-learn `roc_curve`.
 * Null where rows of only one class have weight.
 */
export function rocCurve(
  truth: Uint8Array,
  scores: Float64Array,
  weights: Float64Array | null,
): readonly RocPoint[] | null {
  const counts = countsByThreshold(truth, scores, weights)
  const all = counts.at(-1)
  if (all === undefined || all.hits === 0 || all.alarms === 0) return null
  const points = counts.map(({threshold, hits, alarms}) => ({x: alarms / all.alarms, y: hits / all.hits, threshold}))
  return thinned([{x: 0, y: 0, threshold: Number.POSITIVE_INFINITY}, ...points])
}
