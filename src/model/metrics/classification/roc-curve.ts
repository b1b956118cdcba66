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
  const {thresholds, hits, alarms} = countsByThreshold(truth, scores, weights)
  const [allHits, allAlarms] = [hits.at(-1) ?? 0, alarms.at(-1) ?? 0]
  if (allHits === 0 || allAlarms === 0) return null
  return thinned(thresholds.length + 1, index => {
    if (index === 0) return {x: 0, y: 0, threshold: Number.POSITIVE_INFINITY}
    const at = index - 1
    return {x: (alarms[at] ?? 0) / allAlarms, y: (hits[at] ?? 0) / allHits, threshold: thresholds[at] ?? 0}
  })
}
