import type {Interval, ReasonCode} from '../../core/finding.ts'

/**
 * What a metric function answers: a number, or why there is none. Never NaN, and never 0 in the place of "undefined":
 * a gate that reads "undefined" as 0 or skips it would pass or fail for the wrong reason.
 */
export type Estimate =
  | {readonly kind: 'value'; readonly value: number; readonly interval: Interval; readonly n: number}
  | Undefined

/** A metric whose formula has no answer on these rows. */
export interface Undefined {
  readonly kind: 'undefined'
  readonly reason: ReasonCode
  /** One sentence: what the rows lack. */
  readonly what: string
}

export function undefinedBecause(reason: ReasonCode, what: string): Undefined {
  return {kind: 'undefined', reason, what}
}
