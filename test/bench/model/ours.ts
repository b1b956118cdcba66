/** The tasks of `peers.py` with Slipway, in a process of its own so that its memory can be told. Prints JSON. */
import type {FairnessGate} from '../../../src/config/model-gate-schema.ts'
import type {PredictionsConfig} from '../../../src/config/validation-schema.ts'
import {validation} from '../../../src/config/validation-schema.ts'
import {type MetricName, metricEntry} from '../../../src/core/metric-catalog.ts'
import {judgeFairness} from '../../../src/model/checks/fairness.ts'
import {buildEvaluation, type Evaluation} from '../../../src/model/evaluation/evaluation.ts'
import type {BinaryOutcomes, Outcomes} from '../../../src/model/evaluation/outcomes.ts'
import {columnRequests} from '../../../src/model/evaluation/requests.ts'
import {estimateOf} from '../../../src/model/inference/estimate-of.ts'
import {compareByResampling} from '../../../src/model/inference/resampled-inference.ts'
import {computeValue} from '../../../src/model/inference/value-of.ts'
import {statisticOf} from '../../../src/model/metrics/registry.ts'
import type {Statistic} from '../../../src/model/metrics/statistic.ts'
import {readTable} from '../../../src/model/readers/table.ts'
import {systemFiles} from '../../../src/runtime/files.ts'

const folder = process.argv[2] ?? '.'
const tasks: Record<string, number> = {}

const metrics: readonly MetricName[] = [
  'accuracy',
  'balanced-accuracy',
  'precision',
  'recall',
  'specificity',
  'f1',
  'f-beta',
  'jaccard',
  'mcc',
  'cohen-kappa',
  'roc-auc',
  'average-precision',
  'log-loss',
  'brier',
  'ece',
]
const gates = [fairnessGate('demographic-parity-difference'), fairnessGate('equalized-odds-difference')]
const inference = {coverage: 0.9, seed: 1, replicates: 1000, range: [0, 1] as const}

await main()

async function main(): Promise<void> {
  const config = predictionsOf('candidate.csv', 'baseline.csv')
  const requests = columnRequests(config, [])
  await timed('read CSV', 3, () => readTable(systemFiles, `${folder}/candidate.csv`, requests.candidate))
  const candidate = await timed('read Parquet', 3, () =>
    readTable(systemFiles, `${folder}/candidate.parquet`, requests.candidate),
  )
  const baseline = await readTable(systemFiles, `${folder}/baseline.parquet`, requests.baseline)
  const {evaluation} = await timed('check and join both files', 1, () =>
    buildEvaluation(candidate.table, baseline.table, config),
  )
  if (evaluation?.candidate.task !== 'binary' || evaluation.baseline?.task !== 'binary') {
    throw new Error('The rows cannot be judged.')
  }
  const pair = [evaluation.candidate, evaluation.baseline] as const
  // New scores each time: an order that was found before is remembered.
  const values = await timed('15 binary metrics', 3, () => allMetrics(renewed(pair[0])))
  const gaps = await timed('fairness by two columns', 3, () => gates.map(gate => fairnessOf(gate, evaluation)))
  await timed('the same metrics with intervals', 1, () => allIntervals(renewed(pair[0]), evaluation))
  await timed('1,000 paired bootstraps of AUC', 1, () => compared('roc-auc', pair, evaluation))
  await timed('1,000 paired bootstraps of F1', 1, () => compared('f1', pair, evaluation))
  const peakMegabytes = process.resourceUsage().maxRSS / 1024
  process.stdout.write(JSON.stringify({seconds: tasks, values: [...values, ...gaps], peakMegabytes}))
}

async function timed<T>(name: string, runs: number, task: () => T | Promise<T>): Promise<T> {
  let best = Number.POSITIVE_INFINITY
  for (let run = 1; ; run++) {
    const began = performance.now()
    const answer = await task()
    best = Math.min(best, (performance.now() - began) / 1000)
    tasks[name] = best
    if (run === runs) return answer
  }
}

function allMetrics(outcomes: Outcomes): number[] {
  return metrics.map(metric => computeValue(asked(metric, outcomes), null) ?? Number.NaN)
}

function allIntervals(outcomes: Outcomes, {sample}: Evaluation): void {
  for (const metric of metrics) {
    if (metric === 'average-precision' || metric === 'ece') continue
    estimateOf(asked(metric, outcomes), sample, {...inference, range: metricEntry(metric).range})
  }
}

function compared(metric: MetricName, [ours, theirs]: readonly [Outcomes, Outcomes], {sample}: Evaluation): void {
  const options = {...inference, retain: 1, moreIsBetter: true}
  const comparison = compareByResampling(asked(metric, ours), asked(metric, theirs), sample, options)
  if (comparison.kind === 'undefined') throw new Error(comparison.what)
}

function asked(metric: MetricName, outcomes: Outcomes): Statistic {
  const question = metric === 'f-beta' ? {metric, beta: 2} : {metric}
  const statistic = statisticOf(outcomes, question, {valuesOf: () => new Float64Array()})
  if (statistic.kind === 'undefined') throw new Error(statistic.what)
  return statistic
}

function renewed(outcomes: BinaryOutcomes): BinaryOutcomes {
  return {...outcomes, scores: outcomes.scores?.slice() ?? null}
}

function fairnessOf(gate: FairnessGate, evaluation: Evaluation): number {
  const {value, what} = judgeFairness(gate, evaluation, inference)
  if (typeof value !== 'number') throw new Error(what)
  return value
}

/** The config as a user would write it, with its defaults. */
function predictionsOf(candidate: string, baseline: string): PredictionsConfig {
  const columns = {prediction: 'prediction', score: 'score', groups: ['region', 'age']}
  const {predictions} = validation.parse({predictions: {candidate, baseline, positive: 1, columns}})
  if (predictions === undefined) throw new Error('The config has no predictions.')
  return predictions
}

function fairnessGate(fairness: FairnessGate['fairness']): FairnessGate {
  const {gates: parsed} = validation.parse({gates: [{fairness, by: ['region', 'age'], 'at-most': 0.1}]})
  const gate = parsed?.[0]
  if (gate === undefined || !('fairness' in gate)) throw new Error('The config has no fairness gate.')
  return gate
}
