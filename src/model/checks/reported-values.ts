/** What is judged where a gate asks for a reported value, and in which form it is answered. */
import type {Margin} from '../../config/model-gate-schema.ts'
import type {Finding} from '../../core/finding.ts'
import type {InferenceOptions} from '../inference/options.ts'
import type {Direction} from '../metric-files/direction.ts'
import type {ReportedValue} from '../metric-files/metrics-file.ts'

export const lossAdvice = {
  why: 'A release that is worse than the one in production takes something away from its users.',
  remedy: 'Train again, or widen the margin with a reason.',
} as const

/** A baseline's value, with what is known of how sure it is. */
export interface BaselineValue {
  readonly value: number
  readonly n?: number
  readonly stderr?: number
  readonly share?: true
  readonly low?: number
  readonly high?: number
}

export interface Values {
  readonly candidate: ReportedValue
  readonly value: number
  readonly baseline: BaselineValue
}

export interface LossLimit {
  readonly margin: Margin
  readonly better: Direction
  /** Two-sided coverage of intervals. */
  readonly coverage: number
}

/** A finding without what all findings of a gate have in common. */
export type ReportedAnswer = Omit<Finding, 'id' | 'subject' | 'limit'>

export type ReportedOptions = Pick<InferenceOptions, 'coverage'>
