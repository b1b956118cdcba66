import {assertNever} from '../../core/assert.ts'
import type {Finding} from '../../core/finding.ts'
import type {MetricName} from '../../core/metric-catalog.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Estimate} from '../inference/estimate.ts'
import {advice, type Check, type Counted, formatRange, formatValue} from './check.ts'
import {remedyOfUnanswered} from './unanswered.ts'

interface MetricFacts {
  readonly metric: MetricName
  /** What is asked, as the report calls it: `f1 macro in sex: f`. */
  readonly subject: string
  readonly estimate: Estimate
  /** What is counted: rows, or queries of a ranking. */
  readonly counted: Counted
}

interface MetricLimit {
  readonly limit: number
  /** `bound`: the limit must be shown to hold, not only hold on these rows. */
  readonly judgeBy: 'value' | 'bound'
}

/**
 * The value itself is held against the limit. Where the interval reaches across it, the limit holds on these rows but
 * other rows of the same kind may say otherwise: a warning. Judged by the bound it is three-way: shown to hold, shown not
 * to hold, or neither.
 */
export const metricAtLeast: Check<MetricFacts, MetricLimit> = {
  id: 'model/{metric}-at-least',
  what: 'The candidate’s {metric} is at least the limit.',
  why: 'Below the floor the model does more harm than good, whatever it is compared with.',
  remedy: 'Train again on better data, or lower the floor with a reason.',
  evaluate: (facts, limit) => evaluate(metricAtLeast, facts, 'at-least', limit),
}

export const metricAtMost: Check<MetricFacts, MetricLimit> = {
  id: 'model/{metric}-at-most',
  what: 'The candidate’s {metric} is at most the limit.',
  why: 'Above the ceiling the model does more harm than good, whatever it is compared with.',
  remedy: 'Train again on better data, or raise the ceiling with a reason.',
  evaluate: (facts, limit) => evaluate(metricAtMost, facts, 'at-most', limit),
}

const why = 'A gate that is not evaluated protects nobody.'

/** `near`: it holds, and chance could explain that. `open`: neither holding nor not holding is shown. */
type Standing = 'within' | 'near' | 'open' | 'broken'

function evaluate(
  check: Check<MetricFacts, MetricLimit>,
  {metric, subject, estimate, counted}: MetricFacts,
  side: 'at-least' | 'at-most',
  {limit, judgeBy}: MetricLimit,
): Finding {
  const words = `${side.replace('-', ' ')} ${limit}${judgeBy === 'bound' ? ', shown' : ''}`
  const base = {id: `model/${metric}-${side}`, subject, limit: words} as const
  if (estimate.kind === 'undefined') {
    const {verdict, reason, what} = estimate
    return {
      ...base,
      verdict,
      reason,
      what: `${subject} has no value: ${what}`,
      why,
      remedy: remedyOfUnanswered(estimate),
    }
  }
  const {value, interval, n} = estimate
  const standing = standingOf(side === 'at-least', value, interval, {limit, judgeBy})
  const broken = side === 'at-least' ? 'below' : 'above'
  const seen = `${subject} is ${formatValue(value)} on ${formatCount(n)} ${counted} (${formatRange(interval)})`
  const numbers = {value, interval, n}
  switch (standing) {
    case 'within':
      return {...base, ...numbers, verdict: 'pass', reason: `model/${metric}-within-limit`, what: `${seen}.`}
    case 'near':
      return {
        ...base,
        ...numbers,
        verdict: 'warn',
        reason: `model/${metric}-near-limit`,
        what: `${seen}: it keeps the limit of ${limit}, but not by more than chance could explain.`,
        why: check.why,
        remedy: `Evaluate on more ${counted} to be sure.`,
      }
    case 'open':
      return {
        ...base,
        ...numbers,
        verdict: 'inconclusive',
        reason: `model/${metric}-limit-not-shown`,
        what: `${seen}: the limit of ${limit} lies within what chance could explain.`,
        why: check.why,
        remedy: `Evaluate on more ${counted}, or judge by the value.`,
      }
    case 'broken':
      return {
        ...base,
        ...numbers,
        verdict: 'fail' satisfies Verdict,
        reason: `model/${metric}-${broken}-limit`,
        what: `${seen}, ${broken} the limit of ${limit}.`,
        ...advice('fail', check),
      }
    default:
      return assertNever(standing)
  }
}

function standingOf(
  isFloor: boolean,
  value: number,
  {low, high}: {readonly low: number; readonly high: number},
  {limit, judgeBy}: MetricLimit,
): Standing {
  const holds = isFloor ? value >= limit : value <= limit
  const isShown = isFloor ? low >= limit : high <= limit
  const isRefuted = isFloor ? high < limit : low > limit
  if (judgeBy === 'bound') return isShown ? 'within' : isRefuted ? 'broken' : 'open'
  return isShown && holds ? 'within' : holds ? 'near' : 'broken'
}
