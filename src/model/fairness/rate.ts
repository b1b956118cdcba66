/**
 * What fairness compares between groups: the weighted mean of one value over the rows that count. The true positive rate
 * is the mean of "predicted positive" over the rows of the positive class. A group without such a row has no rate; it is
 * not 0, as in fairlearn, where a group without positives looks as if the model never finds them.
 */
export interface Rate {
  readonly name: RateName
  readonly values: Float64Array | Uint8Array
  /** 1 where the row counts; null where all do. */
  readonly among: Uint8Array | null
  /** Every value is 0 or 1. */
  readonly isShare: boolean
  /** Smallest and largest possible mean. */
  readonly range: readonly [low: number, high: number]
}

export type RateName =
  | 'selection rate'
  | 'true positive rate'
  | 'false positive rate'
  | 'precision'
  | 'accuracy'
  | 'mean score above the observed rate'
  | 'mean prediction'
  | 'log loss'
  | 'error rate'
  | 'mean absolute error'
  | 'share of wrong labels'
  | 'loss'
