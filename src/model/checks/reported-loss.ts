import type {Margin} from '../../config/model-gate-schema.ts'
import {assertNever} from '../../core/assert.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Compared} from '../inference/comparison.ts'
import type {Undefined} from '../inference/estimate.ts'
import {compareWithKnown, type KnownOptions} from '../inference/known-baseline.ts'
import {judgeNonInferiority, settlingPower} from '../inference/non-inferiority.ts'
import type {ReportedValue} from '../metric-files/metrics-file.ts'
import {reportedInterval} from '../metric-files/uncertainty.ts'
import {advice, formatDifference, formatRange, formatValue} from './check.ts'
import {judgeBareNumbers} from './reported-bare-loss.ts'
import {type BaselineValue, type LossLimit, lossAdvice, type ReportedAnswer, type Values} from './reported-values.ts'

/**
 * Candidate against baseline, by their intervals where the candidate's file tells how sure its value is, else by the two
 * numbers alone.
 */
export function judgeReportedLoss(name: string, values: Values, limit: LossLimit): ReportedAnswer {
  const answer = judgeLoss(name, values, limit)
  const {note} = values.candidate
  return note === undefined ? answer : {...answer, what: `${answer.what} ${note}`}
}

function judgeLoss(name: string, values: Values, limit: LossLimit): ReportedAnswer {
  const {candidate, value, baseline} = values
  const {margin, better, coverage} = limit
  if (typeof margin !== 'number' && baseline.value === 0) return noShareOfZero(name)
  const interval = reportedInterval(candidate, value, coverage)
  if (interval === null) return judgeBareNumbers(name, values, limit)
  const estimate = {kind: 'value', value, interval, n: candidate.n ?? 0} as const
  const known = {value: baseline.value, ...boundsOf(baseline, candidate, coverage)}
  const options: KnownOptions = {
    coverage,
    range: candidate.share === true ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    moreIsBetter: better === 'more',
    // Both were measured on the same data, as far as their files say, and nobody kept which rows each got right.
    pairing: 'same-rows',
    retain: retained(margin, limit, baseline.value),
    seed: 0,
    replicates: 0,
  }
  const plain = compareWithKnown(estimate, known, {...options, retain: 1})
  const contrast = compareWithKnown(estimate, known, options)
  if (plain.kind === 'undefined') return notComparable(name, plain)
  if (contrast.kind === 'undefined') return notComparable(name, contrast)
  return judgeIntervals(name, {plain, contrast, rows: candidate.n}, limit)
}

/** Both bounds from the file or the config; none where the baseline is a bare number. */
function boundsOf(baseline: BaselineValue, candidate: ReportedValue, coverage: number): {low?: number; high?: number} {
  const {value, low, high} = baseline
  if (low !== undefined || high !== undefined) {
    return {...(low === undefined ? {} : {low}), ...(high === undefined ? {} : {high})}
  }
  const share = candidate.share === true ? ({share: true} as const) : {}
  const interval = reportedInterval({...share, ...withSpread(baseline, candidate)}, value, coverage)
  return interval === null ? {} : {low: interval.low, high: interval.high}
}

/** Of a baseline with a number of rows alone: each of them is taken to vary as one of the candidate does. */
function withSpread(baseline: BaselineValue, {n, stderr}: ReportedValue): BaselineValue {
  if (baseline.stderr !== undefined || baseline.n === undefined || n === undefined || stderr === undefined)
    return baseline
  return {...baseline, stderr: stderr * Math.sqrt(n / baseline.n)}
}

/** The share of the baseline that must be left; of a negative value, losing is getting away from 0. */
function retained(margin: Margin, {better}: LossLimit, baseline: number): number {
  if (typeof margin === 'number') return 1
  const shrinks = (better === 'more') === baseline > 0
  return shrinks ? 1 - margin.ofBaseline : 1 + margin.ofBaseline
}

function judgeIntervals(
  name: string,
  {plain, contrast, rows}: {plain: Compared; contrast: Compared; rows: number | undefined},
  {margin, better}: LossLimit,
): ReportedAnswer {
  const outcome = judgeNonInferiority(contrast, typeof margin === 'number' ? margin : 0, better === 'more')
  const words = typeof margin === 'number' ? formatValue(margin) : `${formatValue(100 * margin.ofBaseline)}% of it`
  const shown = typeof margin === 'number' ? plain : inShares(contrast)
  const numbers = {value: shown.difference, interval: shown.interval, ...(rows === undefined ? {} : {n: rows})}
  const seen = `${name} differs by ${formatDifference(plain.difference)} from the baseline (${formatRange(plain.interval)})`
  switch (outcome.kind) {
    case 'shown':
      return {
        ...numbers,
        verdict: 'pass',
        reason: 'model/reported-not-worse',
        what: `${seen}: not worse by more than ${words}.`,
      }
    case 'worse':
      return {
        ...numbers,
        verdict: 'fail',
        reason: 'model/reported-worse-than-baseline',
        what: `${seen}: worse than the baseline.`,
        ...advice('fail', lossAdvice),
      }
    case 'open': {
      const needed = rows === undefined ? null : outcome.rowsNeeded
      const settles =
        needed === null
          ? ''
          : ` About ${formatCount(needed)} rows would settle it (power ${settlingPower}, if the difference stays as seen).`
      return {
        ...numbers,
        verdict: 'inconclusive',
        reason: 'model/reported-comparison-inconclusive',
        what: `${seen}: neither shown to be not worse by more than ${words} nor shown to be worse.${settles}`,
        why: lossAdvice.why,
        remedy: 'Give the predictions of both models row by row: paired rows settle it with far fewer.',
        ...(needed === null ? {} : {details: {rowsNeeded: needed}}),
      }
    }
    default:
      return assertNever(outcome)
  }
}

/** The difference from the whole baseline as a share of it, from the contrast that the margin was held against. */
function inShares({difference, interval, baselineValue, retain}: Compared): Pick<Compared, 'difference' | 'interval'> {
  const whole = (retain - 1) * Math.sign(baselineValue)
  const asShare = (value: number) => value / Math.abs(baselineValue) + whole
  return {
    difference: asShare(difference),
    interval: {...interval, low: asShare(interval.low), high: asShare(interval.high)},
  }
}

function notComparable(name: string, {verdict, reason, what}: Undefined): ReportedAnswer {
  const remedy = 'Correct the values of the baseline.'
  return {verdict, reason, what: `${name} cannot be compared: ${what}`, why: lossAdvice.why, remedy}
}

function noShareOfZero(name: string): ReportedAnswer {
  return {
    verdict: 'inconclusive',
    reason: 'model/reported-share-of-zero',
    what: `${name} of the baseline is 0, and a share of 0 is no margin.`,
    why: lossAdvice.why,
    remedy: 'Give the margin in the value’s own unit.',
  }
}
