import type {MetricGate, ModelGate} from '../config/model-gate-schema.ts'
import type {Config} from '../config/schema.ts'
import type {PredictionsConfig} from '../config/validation-schema.ts'
import {assertNever} from '../core/assert.ts'
import type {Day} from '../core/day.ts'
import type {Finding} from '../core/finding.ts'
import type {Verdict} from '../core/verdict.ts'
import {
  baselineIsCandidate,
  dataFinding,
  firstRelease,
  noPredictions,
  noQualityGate,
  unreadable,
  unreadableFiles,
} from './checks/predictions-usable.ts'
import {buildEvaluation, type Evaluation} from './evaluation/evaluation.ts'
import type {ModelFacts, PredictionFacts} from './gather.ts'
import {type Asked, type AskOptions, ask, takesLong} from './judge/ask.ts'
import {type Baseline, baselineOf, unfitBaseline} from './judge/baseline.ts'
import {type DriftTables, driftTables, judgeCardOf, judgeOtherGate, judgeRowGate} from './judge/gates.ts'
import {judgeMetricGates} from './judge/metric-gates.ts'
import {questionsOf} from './judge/questions.ts'
import {readingOf} from './judge/reading.ts'
import {judgeSafety} from './safety/findings.ts'
import type {ScanJudgement} from './safety/judge.ts'

export interface Policy {
  /** The gates that are in force: those of the config, or its defaults. */
  readonly gates: readonly ModelGate[]
  readonly validation: Config['validation']
  readonly model: Config['model']
  /** What a team takes responsibility for holds to a day. */
  readonly today: Day
}

export interface Judgement {
  readonly findings: readonly Finding[]
  /** The verdict of each file of the model by itself, by its path; empty where they could not be read. */
  readonly files: ReadonlyMap<string, Verdict>
  /** What the gates on rows looked at; null where there are no rows, or they could not be judged. */
  readonly evaluation: Evaluation | null
  readonly baseline: Baseline
  /** Everything that was measured on all rows, by the name of the question. */
  readonly asked: ReadonlyMap<string, Asked>
  /** Usual metrics that no gate asks for, and whose intervals would take long on so many rows. */
  readonly leftOut: readonly string[]
  readonly drift: DriftTables
}

/**
 * Facts and policy to findings: the files first, then the data, then one finding for each limit of each gate in the
 * order of the config. Pure: the same facts, policy and seed give the same findings.
 */
export function judgeModel(facts: ModelFacts, policy: Policy): Judgement {
  const drift = driftTables(facts, policy.validation)
  const quality = judgeQuality(facts, policy, drift)
  const files = judgeFiles(facts, policy)
  return {...quality, drift, files: files.verdicts, findings: [...files.findings, ...quality.findings]}
}

function judgeFiles({files, safety}: ModelFacts, {model, today}: Policy): ScanJudgement {
  if (safety !== null) return judgeSafety(safety, model, today)
  return {findings: files.kind === 'missing' ? [unreadableFiles(files.failure)] : [], verdicts: new Map()}
}

/** How every interval of a report is computed. */
export function askOptions({confidence, seed, resamples}: Config['validation']): AskOptions {
  // The config speaks of one side; an interval has two.
  return {coverage: 2 * confidence - 1, seed, replicates: resamples}
}

/** A judgement of the rows, and of what the gates read beside them. */
type Quality = Omit<Judgement, 'drift' | 'files'>

function judgeQuality(facts: ModelFacts, policy: Policy, drift: DriftTables): Quality {
  const {gates, validation, model} = policy
  const others = gates
    .flatMap(gate => judgeOtherGate(gate, facts, {validation, drift}))
    .concat(judgeCardOf(facts, model))
  const nothing = {evaluation: null, baseline: {kind: 'none'}, asked: new Map<string, Asked>(), leftOut: []} as const
  if (gates.length === 0) return {...nothing, findings: [noQualityGate, ...others]}
  if (!gates.some(asksOfRows)) {
    // Predictions that nobody asks about are read all the same: a file that is named and broken is not passed over.
    const data = facts.predictions && validation.predictions ? dataOf(facts, facts.predictions, policy) : null
    return {...nothing, ...(data ? withoutFindings(data) : {}), findings: [...(data?.findings ?? []), ...others]}
  }
  if (facts.predictions === null || validation.predictions === undefined) {
    return {...nothing, findings: [noPredictions, ...others]}
  }
  const data = dataOf(facts, facts.predictions, policy)
  const {evaluation, baseline} = data
  if (evaluation === null) return {...withoutFindings(data), findings: [...data.findings, ...others]}
  const metricGates = gates.filter((gate): gate is MetricGate => 'metric' in gate)
  const options = askOptions(validation)
  const judged = judgeMetricGates(metricGates, {evaluation, baseline, options, validation, asked: data.asked})
  const answers = gates.flatMap(gate =>
    'metric' in gate ? (judged.get(gate) ?? []) : judgeRowGate(gate, evaluation, {validation, options}),
  )
  return {...withoutFindings(data), findings: [...data.findings, ...answers, ...others]}
}

function withoutFindings({findings: _, ...rest}: Quality): Omit<Quality, 'findings'> {
  return rest
}

/** The rows, checked and joined, what is wrong with them, and every usual metric of them. */
function dataOf(facts: ModelFacts, predictions: PredictionFacts, policy: Policy): Quality {
  const {gates, validation} = policy
  const config = validation.predictions
  const {candidate} = predictions
  const missing = missingFiles(predictions, config)
  const unjudged = {
    evaluation: null,
    baseline: {kind: 'unusable'},
    asked: new Map<string, Asked>(),
    leftOut: [],
  } as const
  if (candidate.kind === 'missing' || config === undefined) return {...unjudged, findings: missing}

  const theirs = predictions.baseline.kind === 'file' ? predictions.baseline.file : null
  const table = theirs?.kind === 'gathered' ? theirs.value : null
  const same = table !== null && table.digest === candidate.value.digest
  const {evaluation, problems} = buildEvaluation(candidate.value.table, same ? null : (table?.table ?? null), config)
  const reading = evaluation && readingOf(config, evaluation)
  const unfit = unfitBaseline(predictions.baseline, facts.files, reading)
  const findings = [
    ...missing,
    ...(same ? [baselineIsCandidate(candidate.value.digest)] : []),
    ...unfit,
    ...(predictions.baseline.kind === 'none' && gates.some(asksForBaseline) ? [firstRelease] : []),
    ...problems.map(dataFinding),
  ]
  if (evaluation === null) return {...unjudged, findings}
  const baseline = unfit.length > 0 ? ({kind: 'unusable'} as const) : baselineOf(predictions.baseline, evaluation)
  const options = askOptions(validation)
  const questions = questionsOf(gates, evaluation.candidate)
  const leftOut = questions.filter(each => !each.isAsked && takesLong(each.question, evaluation, options))
  const asked = new Map(
    questions
      .filter(each => !leftOut.includes(each))
      .map(({name, question}) => [name, ask(question, evaluation, baseline, options)]),
  )
  return {findings, evaluation, baseline, asked, leftOut: leftOut.map(({name}) => name)}
}

function missingFiles({candidate, baseline}: PredictionFacts, config: PredictionsConfig | undefined): Finding[] {
  const ours = candidate.kind === 'missing' ? [unreadable('candidate', config?.candidate ?? '', candidate.failure)] : []
  switch (baseline.kind) {
    case 'none':
    case 'known':
      return ours
    case 'missing':
      return [...ours, unreadable('baseline', 'production', baseline.failure)]
    case 'file':
      return baseline.file.kind === 'missing'
        ? [...ours, unreadable('baseline', baseline.path, baseline.file.failure)]
        : ours
    default:
      return assertNever(baseline)
  }
}

/** Whether a gate is about the rows of the predictions. */
function asksOfRows(gate: ModelGate): boolean {
  return 'metric' in gate || 'fairness' in gate || 'weak-segments' in gate
}

function asksForBaseline(gate: ModelGate): boolean {
  return 'metric' in gate && (gate['may-lose'] !== undefined || gate['must-gain'] !== undefined)
}
