import type {Trace} from '../../../src/backtest/trace.ts'

/** Candidate requests up to a line; infinite where it never came. */
export function requestsUntil({lines}: Trace, line: number | null): number {
  if (line === null) return Number.POSITIVE_INFINITY
  return lines.slice(0, line + 1).reduce((sum, {guards}) => sum + (guards.errors?.candidate.n ?? 0), 0)
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** null for what never came. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
