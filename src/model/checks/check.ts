import type {Finding, ReasonCode} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'

/**
 * A question with a limit, and its explanation in one place; the documentation is made from it. `{metric}` in a text
 * stands for the metric. A check is added by one file here and one line in `judge.ts`.
 */
export interface Check<Facts, Limits> {
  readonly id: ReasonCode
  /** What holds when it passes. */
  readonly what: string
  /** Why it matters. */
  readonly why: string
  /** What to do when it does not hold. */
  readonly remedy: string
  readonly evaluate: (facts: Facts, limits: Limits) => Finding
}

/** What a metric averages over. */
export type Counted = 'rows' | 'queries' | 'problems'

/** For a finding that needs no advice: only what does not simply hold carries why and remedy. */
export function advice(verdict: Verdict, {why, remedy}: {why: string; remedy: string}): Partial<Finding> {
  return verdict === 'pass' || verdict === 'not-applicable' ? {} : {why, remedy}
}

/** Below it a number is what rounding left of zero. */
const nothing = 1e-12

/**
 * A metric's value as a person reads it: four decimals are finer than any evaluation set can tell. In a unit so large that
 * these would all be zeros (an error in tonnes of what weighs grams), three digits.
 */
export function formatValue(value: number): string {
  const rounded = Number(value.toFixed(4))
  return String(rounded === 0 && Math.abs(value) > nothing ? Number(value.toPrecision(3)) : rounded)
}

/** A difference with its sign: `+0.012`, `-0.03`. */
export function formatDifference(value: number): string {
  return value > 0 ? `+${formatValue(value)}` : formatValue(value)
}

/** `0.88 to 0.93`; an open end in words: nothing that anybody computes is infinite. */
export function formatRange({low, high}: {low: number; high: number}): string {
  if (low === Number.NEGATIVE_INFINITY)
    return high === Number.POSITIVE_INFINITY ? 'any value' : `up to ${formatValue(high)}`
  return high === Number.POSITIVE_INFINITY
    ? `${formatValue(low)} or more`
    : `${formatValue(low)} to ${formatValue(high)}`
}
