import type {Interval, ReasonCode} from '../../core/finding.ts'

/**
 * What a metric function answers: a number, or why there is none. Never NaN, and never 0 in the place of "undefined":
 * a gate that reads "undefined" as 0 or skips it would pass or fail for the wrong reason.
 */
export type Estimate =
  | {readonly kind: 'value'; readonly value: number; readonly interval: Interval; readonly n: number}
  | Undefined

/** A metric that has no answer. */
export interface Undefined {
  readonly kind: 'undefined'
  /** `inconclusive`: these rows cannot tell, others may. `error`: the question does not fit the data at all. */
  readonly verdict: 'inconclusive' | 'error'
  readonly reason: ReasonCode
  /** One sentence: what the rows lack. */
  readonly what: string
}

/** The rows lack something that the formula needs. */
export function undefinedBecause(reason: ReasonCode, what: string): Undefined {
  return {kind: 'undefined', verdict: 'inconclusive', reason, what}
}

/** The config asks what this data can never answer. */
export function unanswerable(reason: ReasonCode, what: string): Undefined {
  return {kind: 'undefined', verdict: 'error', reason, what}
}
