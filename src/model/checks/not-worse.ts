import type {Margin} from '../../config/model-gate-schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {Finding} from '../../core/finding.ts'
import type {MetricName} from '../../core/metric-catalog.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Compared, Comparison} from '../inference/comparison.ts'
import {judgeNonInferiority, settlingPower} from '../inference/non-inferiority.ts'
import {advice, type Check, formatDifference, formatRange, formatValue} from './check.ts'
import {remedyOfUnanswered} from './unanswered.ts'

/** `may-lose`: not worse by more than the margin. `must-gain`: better by more than the margin. */
export type MarginKind = 'may-lose' | 'must-gain'

export interface ScopedComparison {
  readonly metric: MetricName
  /** What is compared, as the report calls it. */
  readonly subject: string
  /** Candidate minus the baseline less a share of it; null for the first release ever. */
  readonly asked: {readonly comparedWith: (share: number) => Comparison | null}
  readonly moreIsBetter: boolean
  /** Chance of a false alarm, over all comparisons that could stop the release. */
  readonly alpha: number
  /** Whether it is shown to be worse, as one of so many comparisons. */
  readonly isWorse: boolean
  readonly comparisons: number
}

/** One-sided p-value of "no worse than the baseline"; null where there is no comparison. */
export function pWorseOf({comparedWith}: ScopedComparison['asked']): number | null {
  const comparison = comparedWith(0)
  return comparison?.kind === 'compared' ? comparison.pWorse : null
}

export const notWorse: Check<ScopedComparison, {readonly kind: MarginKind; readonly margin: Margin}> = {
  id: 'model/{metric}-may-lose',
  what: 'The candidate’s {metric} is shown not to be worse than the baseline’s by more than the margin.',
  why: 'A release that is worse than the one in production takes something away from its users.',
  remedy: 'Find the rows that only the baseline gets right; train again, or widen the margin with a reason.',
  evaluate: (facts, {kind, margin}) => {
    const {metric, subject, asked} = facts
    const base = {
      id: `model/${metric}-${kind}`,
      subject,
      limit: `${kind.replace('-', ' ')} ${marginText(margin)}`,
    } as const
    const plain = asked.comparedWith(0)
    if (plain === null) {
      return {
        ...base,
        verdict: 'not-applicable',
        reason: 'model/no-baseline-declared',
        what: `${subject} is not compared: the config declares that there is no baseline.`,
      }
    }
    const share = typeof margin === 'number' ? 0 : kind === 'may-lose' ? margin.ofBaseline : -margin.ofBaseline
    const contrast = asked.comparedWith(share)
    if (plain.kind === 'undefined' || contrast === null || contrast.kind === 'undefined') {
      const {verdict, reason, what} = plain.kind === 'undefined' ? plain : notComparable(contrast)
      return {
        ...base,
        verdict,
        reason,
        what: `${subject} cannot be compared: ${what}`,
        why: notWorse.why,
        remedy: remedyOfUnanswered({reason, verdict}),
      }
    }
    if (typeof margin !== 'number' && plain.baselineValue === 0) {
      return {...base, ...shareOfNothing(subject, margin)}
    }
    const distance = typeof margin === 'number' ? margin : 0
    const outcome =
      kind === 'may-lose'
        ? judgeLoss(contrast, distance, facts)
        : judgeGain(contrast, facts.moreIsBetter ? distance : -distance, facts)
    const measured = typeof margin === 'number' ? plain : inShares(contrast, plain, share, facts.moreIsBetter)
    const words = marginText(margin)
    return {...base, ...answer(facts, {kind, words, measured}, plain, outcome)}
  },
}

/** What stands beside the limit, in the limit's unit. */
type Shown = Pick<Compared, 'difference' | 'interval'>

/**
 * A difference as a share of the baseline's value, from the very contrast that the margin was held against: so the bound
 * stands on that side of the margin on which the verdict says that it does.
 */
function inShares(
  {difference, interval}: Compared,
  {baselineValue}: Compared,
  share: number,
  moreIsBetter: boolean,
): Shown {
  const shift = moreIsBetter ? -share : share
  const asShare = (value: number) => value / Math.abs(baselineValue) + shift
  return {
    difference: asShare(difference),
    interval: {...interval, low: asShare(interval.low), high: asShare(interval.high)},
  }
}

function shareOfNothing(subject: string, margin: Margin): Answer {
  return {
    verdict: 'error',
    reason: 'model/baseline-value-zero',
    what: `The baseline’s ${subject} is 0, and ${marginText(margin)} is nothing.`,
    why: notWorse.why,
    remedy: 'Give the margin as a number, in the unit of the metric.',
  }
}

type Answer = Omit<Finding, 'id' | 'subject' | 'limit'>

type Outcome =
  | {readonly kind: 'shown'}
  | {readonly kind: 'worse'}
  /** The gain that was asked for is shown not to be there; worse than the baseline it need not be. */
  | {readonly kind: 'no-gain'}
  | {readonly kind: 'open'; readonly rowsNeeded: number | null}

/** What is shown, is shown; what looks worse by itself must look so as one of many too. */
function judgeLoss(contrast: Compared, margin: number, {moreIsBetter, isWorse}: ScopedComparison): Outcome {
  const outcome = judgeNonInferiority(contrast, margin, moreIsBetter)
  if (outcome.kind === 'shown') return outcome
  if (isWorse) return {kind: 'worse'}
  return outcome.kind === 'worse' ? {kind: 'open', rowsNeeded: null} : outcome
}

/**
 * Against a baseline that already has the gain, "better by more" is "better at all" and "not better by so much" is "worse":
 * one point divides both answers, and every difference but that one is settled by enough rows.
 * @param gain in the metric's unit, with the sign of what is better; 0 where the contrast holds it
 */
function judgeGain(contrast: Compared, gain: number, {moreIsBetter, isWorse}: ScopedComparison): Outcome {
  const {interval, n, variancePerRow, unseen, known} = contrast
  const beyond = {
    difference: contrast.difference - gain,
    interval: {...interval, low: interval.low - gain, high: interval.high - gain},
    ...{n, variancePerRow, unseen},
    ...(known === undefined ? {} : {known}),
  }
  const outcome = judgeNonInferiority(beyond, 0, moreIsBetter)
  if (outcome.kind === 'shown') return outcome
  if (isWorse) return {kind: 'worse'}
  return outcome.kind === 'worse' ? {kind: 'no-gain'} : outcome
}

function answer(
  {metric, subject, comparisons, alpha}: ScopedComparison,
  {kind, words, measured}: {kind: MarginKind; words: string; measured: Shown},
  plain: Compared,
  outcome: Outcome,
): Answer {
  const {difference, interval, n} = plain
  const numbers = {value: measured.difference, interval: measured.interval, n}
  const seen = `${subject} differs by ${formatDifference(difference)} from the baseline ${rowsText(plain)} (${formatRange(interval)})`
  const among = comparisons > 1 ? {details: {comparisons, correction: 'Holm'}} : {}
  const claim = kind === 'may-lose' ? `not worse by more than ${words}` : `better by more than ${words}`
  switch (outcome.kind) {
    case 'shown':
      return {
        ...numbers,
        verdict: 'pass',
        reason: kind === 'may-lose' ? `model/${metric}-not-worse` : `model/${metric}-better`,
        what: `${seen}: ${claim}.`,
        ...among,
      }
    case 'worse':
      return {
        ...numbers,
        verdict: 'fail',
        reason: `model/${metric}-worse-than-baseline`,
        what: `${seen}: worse than the baseline.`,
        ...advice('fail', notWorse),
        ...among,
      }
    case 'no-gain':
      return {
        ...numbers,
        verdict: 'fail',
        reason: `model/${metric}-gain-not-reached`,
        what: `${seen}: shown not to be ${claim}.`,
        why: 'The gate asks for a gain, and these rows show that it is not there.',
        remedy: 'Improve the model, or ask for less with a reason.',
      }
    case 'open': {
      const needed = outcome.rowsNeeded
      const isByValue = plain.known !== undefined
      const evaluate = isByValue ? 'Evaluate' : 'Evaluate both models'
      return {
        ...numbers,
        verdict: 'inconclusive',
        reason: `model/${metric}-comparison-inconclusive`,
        what: `${seen}: neither shown to be ${claim} nor shown ${kind === 'may-lose' ? 'to be worse' : 'not to be'}. ${settles(needed, plain, alpha)}`,
        why: notWorse.why,
        remedy:
          needed === null
            ? isByValue
              ? 'Name the baseline’s predictions on the same rows, or widen the margin with a reason.'
              : 'Evaluate both models on more rows, or widen the margin with a reason.'
            : `${evaluate} on about ${formatCount(needed)} rows.`,
        ...(needed === null ? among : {details: {rowsNeeded: needed, ...among.details}}),
      }
    }
    default:
      return assertNever(outcome)
  }
}

/** A baseline of which only the value is known: nobody could tell which rows it got right. */
function rowsText({n, known}: Compared): string {
  const rows = `${formatCount(n)} rows`
  if (known === undefined) return `on the same ${rows}`
  return known.pairing === 'same-rows' ? `by its value on the same ${rows}` : `by its value alone, on ${rows}`
}

function settles(rowsNeeded: number | null, {pWorse, difference, known}: Compared, alpha: number): string {
  if (rowsNeeded !== null) {
    return `About ${formatCount(rowsNeeded)} rows would settle it (power ${settlingPower}, if the difference stays as seen).`
  }
  if (pWorse <= alpha) return 'By itself it looks worse; as one of several comparisons it may be chance.'
  if (known !== undefined && known.sd > 0) {
    return 'No number of the candidate’s rows would settle it: the baseline’s own interval is too wide.'
  }
  if (difference === 0) return 'No number of rows can show it where the two do not differ: give a margin above 0.'
  return 'No number of rows would settle it: what is seen lies on the margin itself.'
}

function notComparable(contrast: Comparison | null): Extract<Comparison, {kind: 'undefined'}> {
  if (contrast?.kind === 'undefined') return contrast
  return {
    kind: 'undefined',
    verdict: 'error',
    reason: 'model/baseline-unusable',
    what: 'The baseline’s value is not known.',
  }
}

function marginText(margin: Margin): string {
  if (typeof margin === 'number') return formatValue(margin)
  return `${Number((margin.ofBaseline * 100).toPrecision(6))}% of the baseline`
}
