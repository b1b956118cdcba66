import type {Margin} from '../../config/validation-schema.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {Direction} from '../metric-files/direction.ts'
import type {ReportedValue} from '../metric-files/metrics-file.ts'
import {advice, formatDifference, formatValue} from './check.ts'
import type {ReportedAnswer} from './reported.ts'

const reportedLoss = {
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

interface Values {
  readonly candidate: ReportedValue
  readonly value: number
  readonly baseline: BaselineValue
}

interface LossLimit {
  readonly margin: Margin
  readonly better: Direction
  readonly coverage: number
}

/** Candidate against baseline. */
export function judgeReportedLoss(
  name: string,
  {value, baseline}: Values,
  {margin, better}: LossLimit,
): ReportedAnswer {
  const allowed = typeof margin === 'number' ? margin : margin.ofBaseline * Math.abs(baseline.value)
  const loss = better === 'more' ? baseline.value - value : value - baseline.value
  return judgeBareNumbers(name, value - baseline.value, loss, allowed)
}

/**
 * Two numbers of which nobody says how sure they are. What is lost beyond the margin fails. What is lost within it passes
 * while at least half of the margin is left, and warns after that: chance alone moves a value by as much.
 */
function judgeBareNumbers(name: string, difference: number, loss: number, allowed: number): ReportedAnswer {
  const verdict: Verdict = loss > allowed ? 'fail' : loss > 0 && loss > allowed / 2 ? 'warn' : 'pass'
  const seen = `${name} differs by ${formatDifference(difference)} from the baseline; no interval is known, so chance is not told from change`
  return {
    verdict,
    reason:
      verdict === 'fail'
        ? 'model/reported-worse-than-baseline'
        : verdict === 'warn'
          ? 'model/reported-loss-near-margin'
          : 'model/reported-not-worse',
    what: verdict === 'fail' ? `${seen}. It loses more than ${formatValue(allowed)}.` : `${seen}.`,
    value: difference,
    ...advice(verdict, reportedLoss),
  }
}
