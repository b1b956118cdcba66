import type {WeakSegmentsGate} from '../../config/model-gate-schema.ts'
import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import type {InferenceOptions} from '../inference/options.ts'
import {type Segment, searchWeakSegments} from '../slices/segments/weak-segments.ts'
import {formatRange, formatValue} from './check.ts'

const why = 'A mean over all rows hides whom the model serves badly.'
const remedy =
  'Look at these rows: is there too little data of their kind, a feature that fails them, or another process behind them?'

/**
 * Fails where a part of the data is shown to lag by more than the limit, corrected for all parts that were looked at. A part
 * that lags by more as it stands, but could do so by chance, is a warning. Where no part has the support, nobody looked.
 */
export function judgeWeakSegments(gate: WeakSegmentsGate, evaluation: Evaluation, options: InferenceOptions): Finding {
  return judgeSearch(gate, searchWeakSegments(gate, evaluation, options), options)
}

/** The finding of a search that was already made; the report shows the same search as a table. */
export function judgeSearch(
  gate: WeakSegmentsGate,
  searched: ReturnType<typeof searchWeakSegments>,
  options: Pick<InferenceOptions, 'coverage'>,
): Finding {
  const metric = gate['weak-segments']
  const margin = gate['may-lag']
  const base = {
    id: 'model/weak-segments',
    subject: gate.name ?? `weak segments by ${metric}`,
    limit: `may lag ${margin}`,
  } as const
  if (searched.kind === 'undefined') {
    const {verdict, reason, what} = searched
    const advice =
      verdict === 'error'
        ? 'Correct the gate: its metric, or the columns that it names under among.'
        : 'Name columns with enough rows of each value under among.'
    return {...base, verdict, reason, what, why, remedy: advice}
  }
  const {segments, lookedAt, minRows} = searched
  const shown = segments.filter(({isShown}) => isShown)
  const details = {
    lookedAt,
    shown: shown.length,
    minRows,
    segments: segments.slice(0, 10).map(segment => described(metric, segment)),
  }
  const worst = shown[0] ?? segments[0]
  const looked = `${formatCount(lookedAt)} ${lookedAt === 1 ? 'part' : 'parts'} of at least ${minRows} rows looked at`
  if (!worst) {
    const what = `${looked}: none lags behind the ${metric} of all rows, ${formatValue(searched.overall)}, by more than ${margin}.`
    return {...base, verdict: 'pass', reason: 'model/no-weak-segment', what, n: searched.n, details}
  }
  const found = {
    ...base,
    value: worst.lag,
    interval: intervalOf(worst, options),
    n: worst.n,
    details,
    why,
  }
  const seen = `${described(metric, worst)}; ${formatValue(searched.overall)} of all rows`
  if (shown.length > 0) {
    const others = shown.length - 1
    const further =
      others === 0 ? '' : ` ${formatCount(others)} more ${others === 1 ? 'part is' : 'parts are'} shown to lag.`
    const what = `${seen}. Shown to lag by more than ${margin}, corrected for ${looked}.${further}`
    return {...found, verdict: 'fail', reason: 'model/weak-segment', what, remedy}
  }
  const what = `${seen}. By chance the worst of ${lookedAt} parts may look like this: ${looked}, and none is shown to lag by more than ${margin}.`
  return {
    ...found,
    verdict: 'warn',
    reason: 'model/weak-segment-not-shown',
    what,
    remedy: 'Evaluate on more of these rows to be sure.',
  }
}

function intervalOf(
  {low, high}: Segment,
  {coverage}: Pick<InferenceOptions, 'coverage'>,
): NonNullable<Finding['interval']> {
  return {low, high, confidence: coverage, method: 'MOVER against all other rows, Bonferroni over all segments'}
}

/** `sex = f and age > 60: accuracy 0.71 on 412 rows, lags by 0.14 (0.05 to 0.22; p 0.0012)`; corrected for all parts. */
function described(metric: string, {conditions, value, n, lag, low, high, p}: Segment): string {
  return `${conditions.join(' and ')}: ${metric} ${formatValue(value)} on ${formatCount(n)} rows, lags by ${formatValue(lag)} (${formatRange({low, high})}; p ${p < 0.0001 ? 'below 0.0001' : formatValue(p)})`
}
