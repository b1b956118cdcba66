/**
 * A metric as a function of how much each row counts. The same description gives the value with sample weights, the
 * value on a slice, every resample of a bootstrap, and the paired comparison with another model on the same rows. Work
 * that does not depend on the weights (sorting, counting ties) is done once, when the statistic is made.
 */
import type {Undefined} from '../inference/estimate.ts'

export type Statistic = MeanStatistic | TableStatistic | AucStatistic | WeightedStatistic

/**
 * Weighted mean of one value per unit: accuracy, log loss, absolute error, NDCG of a query.
 * Recall and precision of one class are means too: over the rows that count.
 */
export interface MeanStatistic {
  readonly kind: 'mean'
  /** One value for each unit; not NaN where the unit counts. */
  readonly values: Float64Array
  /** 1 where the unit counts; null where all do. Precision: the rows that are predicted positive. */
  readonly among: Uint8Array | null
  /** The unit of each row, for metrics of queries or problems; null where each row is a unit. */
  readonly unitOf: Int32Array | null
  /** Every value is 0 or 1: a proportion, with the exact methods that proportions have. */
  readonly isShare: boolean
  /** A function of the mean, increasing: square root for RMSE. Null for the mean itself. */
  readonly link: 'square-root' | null
}

/** A function of the weighted counts of cells; every row lies in exactly one: precision, F1, MCC, kappa. */
export interface TableStatistic {
  readonly kind: 'table'
  /** Cell of each row, 0 .. cellCount - 1. */
  readonly cells: Int32Array | Uint8Array
  readonly cellCount: number
  /** @param counts weighted number of rows in each cell; null where the metric has no value */
  readonly of: (counts: Float64Array) => number | null
  /** What it means when `of` has no answer on the rows themselves. */
  readonly undefinedAs: Undefined
}

/** Area under the ROC curve: with DeLong's variance, where the rows weigh alike and are independent. */
export interface AucStatistic {
  readonly kind: 'auc'
  readonly positive: Uint8Array
  readonly scores: Float64Array
}

/** Anything else, as a function of the weight of each row. */
export interface WeightedStatistic {
  readonly kind: 'weighted'
  /** @param weights one for each row, >= 0; null where all are 1. Null where the metric has no value. */
  readonly of: (weights: Float64Array | null) => number | null
  /**
   * The same where each weight is a small whole number: how often a resample drew the row. An eighth of the memory, which is
   * what a bootstrap of a million rows waits for. Left out where `of` is fast enough.
   */
  readonly ofCounts?: (counts: Uint8Array) => number | null
  readonly undefinedAs: Undefined
}
