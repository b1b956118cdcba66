/** The parts of a finding as text, the same in every rendering. Plain: renderers escape. */
import type {Finding} from '../core/finding.ts'
import {formatShare} from '../core/quantity.ts'
import {type Verdict, verdicts} from '../core/verdict.ts'
import {formatBeside, formatNumber} from './number.ts'

/** Worst first, as a person needs them; the order within a verdict stays. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict))
}

/** Empty when nothing was measured. A difference carries its sign: beside "may lose 0.01" a gain must not read as a loss. */
export function valueText({value, limit}: Finding): string {
  if (value === undefined) return ''
  if (typeof value !== 'number') return value
  const isDifference = /^(may lose|must gain) /.test(limit ?? '')
  return `${isDifference && value > 0 ? '+' : ''}${formatBeside(value, limit)}`
}

/** `0.78 to 0.84`; one-sided: `at least 0.78`. Empty when there is none. */
export function boundsText({interval, limit}: Finding): string {
  if (!interval) return ''
  const inPercent = limit?.includes('%') ?? false
  const format = (bound: number) => (inPercent && Number.isFinite(bound) ? formatShare(bound) : formatNumber(bound))
  return range(interval.low, interval.high, format)
}

/** `95%, Wilson` */
export function methodText({interval}: Finding): string {
  return interval ? `${formatShare(interval.confidence)}, ${interval.method}` : ''
}

function range(low: number, high: number, format: (bound: number) => string): string {
  if (!Number.isFinite(low)) return `at most ${format(high)}`
  return Number.isFinite(high) ? `${format(low)} to ${format(high)}` : `at least ${format(low)}`
}

/** What, why and what to do, as sentences. What passes needs no reason and no remedy. */
export function explanation({verdict, what, why, remedy}: Finding): {text: string; remedy: string} {
  if (isSettled(verdict)) return {text: what, remedy: ''}
  return {text: [what, why].filter(part => part !== undefined).join(' '), remedy: remedy ?? ''}
}

/** Whether nobody needs to do anything about it. */
export function isSettled(verdict: Verdict): boolean {
  return verdict === 'pass' || verdict === 'not-applicable'
}
