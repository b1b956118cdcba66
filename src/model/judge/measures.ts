import type {ModelGate} from '../../config/model-gate-schema.ts'
import type {PredictionsConfig} from '../../config/validation-schema.ts'
import type {Measured, Measures} from '../../core/measures.ts'
import type {ModelFacts} from '../gather.ts'
import type {Judgement} from '../judge.ts'
import {findReported} from '../metric-files/metrics-file.ts'
import {readingOf} from './reading.ts'

/** What evidence keeps of the measured metrics: values and intervals of all rows, and which rows they were. */
export function measuresOf(
  {predictions}: ModelFacts,
  {evaluation, asked}: Pick<Judgement, 'evaluation' | 'asked'>,
  config: PredictionsConfig | undefined,
): {readonly measures?: Measures} {
  if (evaluation === null || config === undefined || predictions?.candidate.kind !== 'gathered') return {}
  const values = [...asked].flatMap(([name, {estimate}]): [string, Measured][] => {
    if (estimate.kind === 'undefined') return []
    const {value, interval, n} = estimate
    // JSON has no infinity; an open end is as good as none.
    const bounds = Number.isFinite(interval.low) && Number.isFinite(interval.high)
    const {low, high, confidence} = interval
    return [[name, {value, n, ...(bounds ? {low, high, confidence} : {})}]]
  })
  if (values.length === 0) return {}
  return {
    measures: {
      evaluation: evaluation.digest,
      predictions: predictions.candidate.value.digest,
      rows: evaluation.rows,
      reading: readingOf(config, evaluation),
      values: Object.fromEntries(values),
    },
  }
}

/** What evidence keeps of a file of metrics: the values that gates ask for, as the file says them. */
export function reportedOf(
  {metrics}: ModelFacts,
  gates: readonly ModelGate[],
): {readonly reported?: Readonly<Record<string, Measured>>} {
  if (metrics?.candidate.kind !== 'gathered') return {}
  const file = metrics.candidate.value
  const values = gates.flatMap((gate): [string, Measured][] => {
    const found = 'reported' in gate ? findReported(file, gate.reported) : undefined
    if (!('reported' in gate) || found === undefined || typeof found.value !== 'number') return []
    const {value, n, stderr} = found
    return [[gate.reported, {value, ...(n === undefined ? {} : {n}), ...(stderr === undefined ? {} : {stderr})}]]
  })
  return values.length === 0 ? {} : {reported: Object.fromEntries(values)}
}
