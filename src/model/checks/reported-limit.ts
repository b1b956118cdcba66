import {formatCount} from '../../core/quantity.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {ReportedValue} from '../metric-files/metrics-file.ts'
import {reportedInterval} from '../metric-files/uncertainty.ts'
import {advice, formatRange, formatValue} from './check.ts'
import type {ReportedAnswer, ReportedOptions} from './reported-values.ts'

const reportedLimit = {
  why: 'Beyond the limit the model does more harm than good, whatever it is compared with.',
  remedy: 'Train again on better data, or move the limit with a reason.',
} as const

/**
 * The value is held against the limit. Where the file tells how sure it is, an interval that reaches across the limit is
 * a warning, as for metrics of rows; where it does not, the finding says so and the value alone decides.
 */
export function judgeReportedLimit(
  name: string,
  reported: ReportedValue,
  value: number,
  {kind, limit}: {kind: 'at-least' | 'at-most'; limit: number},
  {coverage}: ReportedOptions,
): ReportedAnswer {
  const interval = reportedInterval(reported, value, coverage)
  const holds = kind === 'at-least' ? value >= limit : value <= limit
  const crossed = interval !== null && (kind === 'at-least' ? interval.low < limit : interval.high > limit)
  const verdict: Verdict = !holds ? 'fail' : crossed ? 'warn' : 'pass'
  const broken = kind === 'at-least' ? 'below' : 'above'
  const samples = reported.n === undefined ? '' : ` of ${formatCount(reported.n)} samples`
  const sure = interval === null ? ', with no interval known' : ` (${formatRange(interval)})`
  const seen = `${name} is ${formatValue(value)}${samples}${sure}`
  const note = reported.note === undefined ? '' : ` ${reported.note}`
  return {
    verdict,
    reason: !holds
      ? `model/reported-${broken}-limit`
      : crossed
        ? 'model/reported-near-limit'
        : 'model/reported-within-limit',
    what: !holds
      ? `${seen}: ${broken} the limit of ${limit}.${note}`
      : crossed
        ? `${seen}: it keeps the limit of ${limit}, but not by more than chance could explain.${note}`
        : `${seen}.${note}`,
    value,
    ...(interval === null ? {} : {interval}),
    ...(reported.n === undefined ? {} : {n: reported.n}),
    ...(verdict === 'warn'
      ? {why: reportedLimit.why, remedy: 'Evaluate on more rows to be sure.'}
      : advice(verdict, reportedLimit)),
  }
}
