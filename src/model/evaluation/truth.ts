import type {ReasonCode} from '../../core/finding.ts'
import type {PredictionsConfig} from '../gather.ts'
import type {Positive} from '../metrics/answers.ts'
import {type DataProblem, listed} from './problem.ts'
import type {Side} from './side.ts'

export interface Truth {
  readonly classes: readonly string[]
  readonly positive: Positive | null
  readonly problems: readonly DataProblem[]
}

/** The true classes, and which rows are positive; null where that cannot be said. */
export function readTruth({label, prediction}: Side, config: PredictionsConfig): Truth {
  const counts = new Array<number>(label.names.length).fill(0)
  for (const code of label.codes) counts[code] = (counts[code] ?? 0) + 1
  const classes = label.names
    .map((name, code) => ({name, count: counts[code] ?? 0}))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map(({name}) => name)

  const error = (severity: 'error' | 'inconclusive', reason: ReasonCode, what: string, remedy: string) =>
    ({severity, side: 'both', reason, what, remedy}) satisfies DataProblem
  const positiveCode = label.names.indexOf(config.positive)
  if (positiveCode === -1) {
    const what = `No row has the positive class "${config.positive}"; the labels are ${listed(classes)}.`
    const remedy = 'Write validation.predictions.positive exactly as the label column does, or add positive rows.'
    return {classes, positive: null, problems: [error('error', 'model/positive-class-absent', what, remedy)]}
  }
  if (classes.length > 2 && prediction === null) {
    const what = `The label column has ${classes.length} classes; one score and a threshold can tell two.`
    const remedy = 'Add a prediction column.'
    return {classes, positive: null, problems: [error('error', 'model/more-than-two-classes', what, remedy)]}
  }
  const positive = Uint8Array.from(label.codes, code => (code === positiveCode ? 1 : 0))
  if (classes.length === 1) {
    const what = 'All rows belong to one class: nothing shows whether the model can tell two apart.'
    const remedy = 'Evaluate on rows of both classes.'
    return {classes, positive, problems: [error('inconclusive', 'model/one-class-only', what, remedy)]}
  }
  return {classes, positive, problems: []}
}
