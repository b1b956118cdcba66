import type {Config, FairnessGate, MetricGate, MetricName} from '../config/schema.ts'
import {invariant} from '../core/assert.ts'
import type {Finding} from '../core/finding.ts'
import {demographicParityHolds} from './checks/demographic-parity.ts'
import {judgeModelFiles} from './checks/files-safe.ts'
import {metricAtLeast, metricAtMost} from './checks/metric-limit.ts'
import {notWorse} from './checks/not-worse.ts'
import {
  baselineIsCandidate,
  dataFinding,
  firstRelease,
  groupColumnMissing,
  groupMissing,
  noPredictions,
  noQualityGate,
  unreadable,
  unreadableFiles,
} from './checks/predictions-usable.ts'
import {buildEvaluation, type Evaluation} from './evaluation/evaluation.ts'
import {demographicParity} from './fairness/demographic-parity.ts'
import type {ModelFacts, PredictionFacts, PredictionsConfig} from './gather.ts'
import type {BootstrapOptions} from './inference/bootstrap.ts'
import {type Estimate, type Undefined, unanswerable} from './inference/estimate.ts'
import {type Comparison, compare} from './metrics/compare.ts'
import {allMetrics, isBinary, measure} from './metrics/measure.ts'

/** The gates that are in force: those of the config, or its defaults. */
export type QualityGate = MetricGate | FairnessGate

export interface Policy {
  readonly gates: readonly QualityGate[]
  readonly validation: Config['validation']
}

export interface Judgement {
  readonly findings: readonly Finding[]
  /** What the metric gates looked at; null where the rows could not be judged. */
  readonly evaluation: Evaluation | null
  readonly metrics: ReadonlyMap<MetricName, MetricAnswers>
}

export interface MetricAnswers {
  readonly estimate: Estimate
  /** Null where the config declares that there is no baseline. */
  readonly comparison: Comparison | null
}

/** B: more would steady the third digit of a bound; fewer would move the second. */
export const bootstrapReplicates = 1000

/**
 * Facts and policy to findings: the files first, then the data, then one finding for each limit of each gate.
 * Pure: the same facts, policy and seed give the same findings.
 */
export function judgeModel(facts: ModelFacts, policy: Policy): Judgement {
  const files =
    facts.files.kind === 'missing'
      ? [unreadableFiles(facts.files.failure)]
      : judgeModelFiles(facts.files.value, facts.contents)
  const quality = judgeQuality(facts.predictions, policy)
  return {...quality, findings: [...files, ...quality.findings]}
}

/** How every interval of a report is computed. */
export function bootstrapOptions({confidence, seed}: Config['validation']): BootstrapOptions {
  // The config speaks of one side; an interval has two.
  return {coverage: 2 * confidence - 1, seed, replicates: bootstrapReplicates}
}

function judgeQuality(facts: PredictionFacts | null, {gates, validation}: Policy): Judgement {
  const {predictions} = validation
  if (gates.length === 0) return {findings: [noQualityGate], evaluation: null, metrics: new Map()}
  if (facts === null || predictions === undefined)
    return {findings: [noPredictions], evaluation: null, metrics: new Map()}

  const {candidate, baseline} = facts
  const missing = [
    ...(candidate.kind === 'missing' ? [unreadable('candidate', predictions.candidate, candidate.failure)] : []),
    ...(baseline?.kind === 'missing' ? [unreadable('baseline', predictions.baseline, baseline.failure)] : []),
  ]
  if (candidate.kind === 'missing') return {findings: missing, evaluation: null, metrics: new Map()}
  const theirs = baseline?.kind === 'gathered' ? baseline.value : null
  const same = theirs !== null && theirs.digest === candidate.value.digest
  const {evaluation, problems} = buildEvaluation(
    candidate.value.table,
    same ? null : (theirs?.table ?? null),
    predictions,
  )
  const data = [
    ...missing,
    ...(same ? [baselineIsCandidate(candidate.value.digest)] : []),
    ...(baseline === null && gates.some(asksForBaseline) ? [firstRelease] : []),
    ...problems.map(dataFinding),
    ...(evaluation ? missingGroups(gates, evaluation) : []),
  ]
  if (evaluation === null) return {findings: data, evaluation: null, metrics: new Map()}
  const metrics = measureAll(evaluation, baseline !== null, bootstrapOptions(validation))
  const answers = gates.flatMap(gate => judgeGate(gate, evaluation, metrics, {validation, predictions}))
  return {findings: [...data, ...answers.map(finding => softened(finding, validation))], evaluation, metrics}
}

function judgeGate(
  gate: QualityGate,
  evaluation: Evaluation,
  metrics: Judgement['metrics'],
  {validation, predictions}: {validation: Config['validation']; predictions: PredictionsConfig},
): Finding[] {
  if ('fairness' in gate) return [judgeFairness(gate, evaluation, validation, predictions)]
  const answers = metrics.get(gate.metric)
  invariant(answers, `every metric is measured, ${gate.metric} too`)
  return judgeMetric(gate, answers)
}

function judgeMetric(gate: MetricGate, {estimate, comparison}: MetricAnswers): Finding[] {
  const {metric} = gate
  const atLeast = gate['at-least']
  const atMost = gate['at-most']
  const mayLose = gate['may-lose']
  return [
    ...(atLeast === undefined ? [] : [metricAtLeast.evaluate({metric, estimate}, atLeast)]),
    ...(atMost === undefined ? [] : [metricAtMost.evaluate({metric, estimate}, atMost)]),
    ...(mayLose === undefined ? [] : [notWorse.evaluate({metric, comparison}, mayLose)]),
  ]
}

/** All metrics once: gates ask for some, the report shows them all. */
function measureAll(
  evaluation: Evaluation,
  baselineExpected: boolean,
  options: BootstrapOptions,
): ReadonlyMap<MetricName, MetricAnswers> {
  return new Map(
    allMetrics.map(metric => {
      const estimate = unfit(metric, evaluation) ?? measure(metric, evaluation.positive, evaluation.candidate, options)
      return [metric, {estimate, comparison: baselineExpected ? comparisonOf(metric, evaluation, options) : null}]
    }),
  )
}

function comparisonOf(metric: MetricName, evaluation: Evaluation, options: BootstrapOptions): Comparison {
  const {positive, candidate, baseline} = evaluation
  if (baseline === null) {
    return unanswerable('model/baseline-unusable', 'the baseline’s predictions cannot be used, see the finding above.')
  }
  return unfit(metric, evaluation) ?? compare(metric, {positive, candidate, baseline}, options)
}

function unfit(metric: MetricName, {classes}: Evaluation): Undefined | null {
  if (classes.length <= 2 || !isBinary(metric)) return null
  return unanswerable(
    'model/more-than-two-classes',
    `The labels have ${classes.length} classes; ${metric} is asked of two.`,
  )
}

function judgeFairness(
  gate: FairnessGate,
  {groups, candidate}: Evaluation,
  validation: Config['validation'],
  {columns}: PredictionsConfig,
): Finding {
  const {by} = gate
  const column = groups.get(by)
  if (!column) return groupColumnMissing(by, columns.groups)
  const {coverage} = bootstrapOptions(validation)
  const minGroup = gate['min-group']
  const parity = demographicParity(column, candidate.predictedPositive, {minGroup, coverage})
  return demographicParityHolds.evaluate({by, parity}, {atMost: gate['at-most'], minGroup})
}

/** Only of columns that a gate asks about, and never softened: no more rows would settle it. */
function missingGroups(gates: readonly QualityGate[], {groups}: Evaluation): Finding[] {
  const asked = new Set(gates.flatMap(gate => ('fairness' in gate ? [gate.by] : [])))
  return [...asked].flatMap(by => {
    const {empty = 0} = groups.get(by) ?? {}
    return empty > 0 ? [groupMissing(by, empty)] : []
  })
}

function asksForBaseline(gate: QualityGate): boolean {
  return 'metric' in gate && gate['may-lose'] !== undefined
}

/** Only what statistics could not tell is softened. Missing data and files that nobody could read stay what they are. */
function softened(finding: Finding, validation: Config['validation']): Finding {
  if (finding.verdict !== 'inconclusive' || validation['when-inconclusive'] === 'block') return finding
  const what = `${finding.what} The config lets this pass with a warning (when-inconclusive).`
  return {...finding, verdict: 'warn', what, details: {...finding.details, softenedFrom: 'inconclusive'}}
}
