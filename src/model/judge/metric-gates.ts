import type {MetricGate} from '../../config/model-gate-schema.ts'
import type {ValidationConfig} from '../../config/validation-schema.ts'
import type {Finding} from '../../core/finding.ts'
import {type MetricName, metricEntry} from '../../core/metric-catalog.ts'
import {questionName} from '../../core/metric-question.ts'
import type {Counted} from '../checks/check.ts'
import {metricAtLeast, metricAtMost} from '../checks/metric-limit.ts'
import {type MarginKind, notWorse, pWorseOf, type ScopedComparison} from '../checks/not-worse.ts'
import {judgeSlices} from '../checks/slice.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import {holm} from '../inference/multiplicity.ts'
import {cutEvaluation} from '../slices/cut-evaluation.ts'
import type {Slice} from '../slices/slice.ts'
import {slicesOf} from '../slices/slices-of.ts'
import {type Asked, type AskOptions, ask} from './ask.ts'
import type {Baseline} from './baseline.ts'
import {bearingOf, withBearing} from './bearing.ts'
import {questionOfGate} from './questions.ts'

export interface MetricGateContext {
  readonly evaluation: Evaluation
  readonly baseline: Baseline
  readonly options: AskOptions
  readonly validation: Pick<ValidationConfig, 'when-inconclusive' | 'confidence' | 'slices'>
  /** What was asked of all rows already, by the name of the question. */
  readonly asked: ReadonlyMap<string, Asked>
}

/** One gate on one part of the rows, asked and not yet judged. */
interface Case {
  readonly gate: MetricGate
  /** How the report calls it. */
  readonly subject: string
  readonly asked: Asked
}

/**
 * One finding for each limit of each gate, on all rows or on each slice. All comparisons that could stop a release are
 * corrected together for how many they are.
 */
export function judgeMetricGates(
  gates: readonly MetricGate[],
  context: MetricGateContext,
): ReadonlyMap<MetricGate, readonly Finding[]> {
  const scopes = gates.map(gate => ({gate, ...scopesOf(gate, context)}))
  const alpha = 1 - context.validation.confidence
  const worse = correctedTogether(
    scopes.flatMap(({cases}) => cases),
    alpha,
  )
  return new Map(
    scopes.map(({gate, cases, problems}) => {
      const findings = [...problems, ...cases.flatMap(each => judgeCase(each, worse, alpha))]
      return [gate, withBearing(findings, bearingOf(gate, context.validation))]
    }),
  )
}

/** The parts of the rows that a gate is asked of, and what keeps it from being asked of others. */
function scopesOf(
  gate: MetricGate,
  context: MetricGateContext,
): {cases: readonly Case[]; problems: readonly Finding[]} {
  const question = questionOfGate(gate)
  const name = gate.name ?? questionName(question)
  const inEach = gate['in-each']
  if (inEach === undefined) {
    const asked = context.asked.get(questionName(question)) ?? askOf(gate, context.evaluation, context)
    return {cases: [{gate, subject: name, asked}], problems: []}
  }
  const slices = slicesOf(inEach, context.evaluation, context.validation.slices)
  const {usable, findings} = judgeSlices(slices, gate['min-rows'], name)
  const cases = usable.map(slice => {
    const asked = askOf(gate, cutEvaluation(context.evaluation, slice.rows), context, slice)
    return {gate, subject: `${name} in ${slice.name}`, asked}
  })
  return {cases, problems: findings}
}

/** A baseline of which only values of all rows are known has nothing to say of a slice. */
function askOf(gate: MetricGate, evaluation: Evaluation, {baseline, options}: MetricGateContext, slice?: Slice): Asked {
  const ofRows: Baseline =
    slice && baseline.kind === 'known' ? {...baseline, source: `${baseline.source}, by slice,`, values: {}} : baseline
  return ask(questionOfGate(gate), evaluation, ofRows, options)
}

/** What `n` counts: the catalogue says which metrics have one value for each query or problem. */
function countedBy(metric: MetricName): Counted {
  if (metric === 'pass-at-k') return 'problems'
  return metricEntry(metric).tasks.includes('ranking') ? 'queries' : 'rows'
}

const margins = ['may-lose', 'must-gain'] as const satisfies readonly MarginKind[]

/** Which blocking comparisons show the candidate to be worse, when each is one of many. */
function correctedTogether(cases: readonly Case[], alpha: number): ReadonlyMap<Case, boolean> {
  const blocking = cases.flatMap(each => {
    const {gate, asked} = each
    if (gate['when-failed'] !== 'block' || margins.every(kind => gate[kind] === undefined)) return []
    const p = pWorseOf(asked)
    return p === null ? [] : [{each, p}]
  })
  const adjusted = holm(
    blocking.map(({p}) => p),
    alpha,
  )
  return new Map(blocking.map(({each}, index) => [each, adjusted[index]?.isRejected ?? false]))
}

function judgeCase(each: Case, worse: ReadonlyMap<Case, boolean>, alpha: number): Finding[] {
  const {gate, subject, asked} = each
  const {metric} = gate
  const limits = {metric, subject, estimate: asked.estimate, counted: countedBy(metric)}
  const atLeast = gate['at-least']
  const atMost = gate['at-most']
  const judgeBy = gate['judge-by']
  const shown: ScopedComparison = {
    metric,
    subject,
    asked,
    moreIsBetter: metricEntry(metric).better === 'more',
    alpha,
    // A gate that only warns is no part of the correction, and gets none.
    isWorse: worse.get(each) ?? (pWorseOf(asked) ?? 1) <= alpha,
    comparisons: worse.size,
  }
  return [
    ...(atLeast === undefined ? [] : [metricAtLeast.evaluate(limits, {limit: atLeast, judgeBy})]),
    ...(atMost === undefined ? [] : [metricAtMost.evaluate(limits, {limit: atMost, judgeBy})]),
    ...margins.flatMap(kind => {
      const margin = gate[kind]
      return margin === undefined ? [] : [notWorse.evaluate(shown, {kind, margin})]
    }),
  ]
}
