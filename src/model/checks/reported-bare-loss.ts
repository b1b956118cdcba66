import type {Verdict} from '../../core/verdict.ts'
import {advice, formatDifference, formatValue} from './check.ts'
import type {ReportedAnswer} from './reported-values.ts'
import {type LossLimit, lossAdvice, type Values} from './reported-values.ts'

/**
 * Two numbers of which nobody says how sure they are. What is lost beyond the margin fails. What is lost within it passes
 * while at least half of the margin is left, and warns after that: chance alone moves a value by as much.
 */
export function judgeBareNumbers(name: string, {value, baseline}: Values, {margin, better}: LossLimit): ReportedAnswer {
  const allowed = typeof margin === 'number' ? margin : margin.ofBaseline * Math.abs(baseline.value)
  const difference = value - baseline.value
  const loss = better === 'more' ? -difference : difference
  // 0.92 - 0.91 is a little more than 0.01.
  const rounding = 1e-12 * Math.max(Math.abs(value), Math.abs(baseline.value))
  const verdict: Verdict = loss > allowed + rounding ? 'fail' : loss > allowed / 2 + rounding ? 'warn' : 'pass'
  const seen = `${name} is ${formatValue(value)} and was ${formatValue(baseline.value)} (${formatDifference(difference)}); no interval is known, so that chance is not told from change`
  const end = {
    fail: `: it loses more than ${formatValue(allowed)}.`,
    warn: `: it loses more than half of the ${formatValue(allowed)} that it may lose.`,
    pass: '.',
  }
  return {
    verdict,
    reason:
      verdict === 'fail'
        ? 'model/reported-worse-than-baseline'
        : verdict === 'warn'
          ? 'model/reported-loss-near-margin'
          : 'model/reported-not-worse',
    what: `${seen}${end[verdict]}`,
    // Beside a margin in percent stands a share of the baseline, which is not 0 there.
    value: typeof margin === 'number' ? difference : difference / Math.abs(baseline.value),
    ...advice(verdict, lossAdvice),
  }
}
