/** How intervals and comparisons of a gate are computed; all of it stands in the report. */
export interface InferenceOptions {
  /** Two-sided coverage of an interval, in (0, 1): 0.9 where each bound holds with 95 %. */
  readonly coverage: number
  readonly seed: number
  /** B: number of resamples. */
  readonly replicates: number
  /** Smallest and largest possible value of the metric: no interval reaches beyond. */
  readonly range: readonly [low: number, high: number]
}

/**
 * Candidate minus `retain` times baseline on the same rows. `retain` is 1 for a margin in the metric's unit; a margin of
 * 5 % of the baseline's value is the question whether candidate - 0.95 baseline is above 0 (Fieller's way: the baseline's
 * own uncertainty counts). Where less is better it is 1.05, and the question whether the difference is below 0.
 */
export interface ComparisonOptions extends InferenceOptions {
  readonly retain: number
  /** Which way is worse, for `pWorse`. */
  readonly moreIsBetter: boolean
}
