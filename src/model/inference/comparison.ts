import type {Interval} from '../../core/finding.ts'
import type {Undefined} from './estimate.ts'

/** Candidate minus `retain` times baseline, on the same rows. */
export type Comparison = Compared | Undefined

export interface Compared {
  readonly kind: 'compared'
  /** candidateValue - retain * baselineValue, in the metric's unit. */
  readonly difference: number
  readonly candidateValue: number
  readonly baselineValue: number
  /** Share of the baseline that was subtracted: 1, or 0.95 where 5 % of it may be lost. */
  readonly retain: number
  /** Of the difference; each bound holds with (1 + confidence) / 2. */
  readonly interval: Interval
  /** Rows of the evaluation set that weigh something, whether or not the metric looks at them. */
  readonly n: number
  /** What may vary on its own: rows, queries, or clusters where some are named. */
  readonly independent: number
  /** Variance of the difference times n: what one row adds. For "how many rows would settle it". */
  readonly variancePerRow: number
  /**
   * One-sided p-value of "the candidate is no worse than the whole baseline" (retain 1, no margin): the smallest level at
   * which the interval's bound shows the candidate to be worse. Small means worse. For {@link holm}.
   */
  readonly pWorse: number
  /** What the interval would be with no variation among `relevant` rows: scale * z² / (relevant + z²). Null where nothing bounds it. */
  readonly unseen: Unseen | null
  /** Standard deviation of a baseline whose rows are not here: more rows of the candidate do not lessen it. */
  readonly known?: {readonly sd: number; readonly pairing: Pairing}
}

/** What rows that show no variation cannot exclude. */
export interface Unseen {
  /** Rows that the metric looks at. */
  readonly relevant: number
  /** By how much the value may change where every one of them changes. */
  readonly scale: number
}

/**
 * How a baseline that is known by its value alone was measured. `same-rows`: on the same rows as the candidate, so that the
 * two move together in a way that nobody recorded: their standard deviations are added, the worst case. `independent`: on
 * other rows: variances are added.
 */
export type Pairing = 'same-rows' | 'independent'
