import type {MetricName} from '../../config/schema.ts'
import type {Finding} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Estimate} from '../inference/estimate.ts'
import {advice, type Check, formatCount, formatRange, formatValue} from './check.ts'

interface MetricFacts {
  readonly metric: MetricName
  readonly estimate: Estimate
}

/**
 * The value itself is held against the limit. Where the interval reaches across it, the limit holds on these rows but
 * other rows of the same kind may say otherwise: a warning.
 */
export const metricAtLeast: Check<MetricFacts, number> = {
  id: 'model/{metric}-at-least',
  what: 'The candidate’s {metric} is at least the limit.',
  why: 'Below the floor the model does more harm than good, whatever it is compared with.',
  remedy: 'Train again on better data, or lower the floor with a reason.',
  evaluate: (facts, limit) => evaluate(metricAtLeast, facts, 'at-least', limit),
}

export const metricAtMost: Check<MetricFacts, number> = {
  id: 'model/{metric}-at-most',
  what: 'The candidate’s {metric} is at most the limit.',
  why: 'Above the ceiling the model does more harm than good, whatever it is compared with.',
  remedy: 'Train again on better data, or raise the ceiling with a reason.',
  evaluate: (facts, limit) => evaluate(metricAtMost, facts, 'at-most', limit),
}

function evaluate(
  check: Check<MetricFacts, number>,
  {metric, estimate}: MetricFacts,
  side: 'at-least' | 'at-most',
  limit: number,
): Finding {
  const base = {id: `model/${metric}-${side}`, subject: metric, limit: `${side.replace('-', ' ')} ${limit}`} as const
  if (estimate.kind === 'undefined') {
    const {verdict, reason, what} = estimate
    const remedy = 'Evaluate on rows that the metric can speak of, or gate on another metric.'
    return {...base, verdict, reason, what: `${metric} has no value: ${what}`, why: check.why, remedy}
  }
  const {value, interval, n} = estimate
  const holds = side === 'at-least' ? value >= limit : value <= limit
  const crossed = side === 'at-least' ? interval.low < limit : interval.high > limit
  const verdict: Verdict = !holds ? 'fail' : crossed ? 'warn' : 'pass'
  const broken = side === 'at-least' ? 'below' : 'above'
  const seen = `${metric} is ${formatValue(value)} on ${formatCount(n)} rows (${formatRange(interval)})`
  return {
    ...base,
    verdict,
    reason: !holds
      ? `model/${metric}-${broken}-limit`
      : crossed
        ? `model/${metric}-near-limit`
        : `model/${metric}-within-limit`,
    what: !holds
      ? `${seen}, ${broken} the limit of ${limit}.`
      : crossed
        ? `${seen}: it keeps the limit of ${limit}, but not by more than chance could explain.`
        : `${seen}.`,
    value,
    interval,
    n,
    ...(verdict === 'warn' ? {why: check.why, remedy: 'Evaluate on more rows to be sure.'} : advice(verdict, check)),
  }
}
