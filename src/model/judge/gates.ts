import type {DriftGate, ModelGate, ReportedGate} from '../../config/model-gate-schema.ts'
import type {Config} from '../../config/schema.ts'
import {invariant} from '../../core/assert.ts'
import type {Finding} from '../../core/finding.ts'
import {judgeCard, unreadableCard} from '../checks/card.ts'
import {judgeCommand} from '../checks/command.ts'
import {judgeContract} from '../checks/contract.ts'
import {judgeData} from '../checks/data.ts'
import {judgeDriftTable, sameDrift, unreadableDrift} from '../checks/drift.ts'
import {judgeFairness} from '../checks/fairness.ts'
import {judgeReported} from '../checks/reported.ts'
import {unreadableReported} from '../checks/reported-file.ts'
import {judgeWeakSegments} from '../checks/weak-segments.ts'
import {type DriftTable, driftTable} from '../drift/drift-table.ts'
import type {DriftFacts} from '../drift/gather.ts'
import type {Evaluation} from '../evaluation/evaluation.ts'
import type {MetricsFacts, ModelFacts} from '../gather.ts'
import type {AskOptions} from './ask.ts'
import {bearingOf, withBearing} from './bearing.ts'

type Validation = Config['validation']

/** A gate on the rows of the predictions that is not one of a metric. Nothing for a gate of another kind. */
export function judgeRowGate(
  gate: ModelGate,
  evaluation: Evaluation,
  {validation, options}: {readonly validation: Validation; readonly options: AskOptions},
): Finding[] {
  const bearing = bearingOf(gate, validation)
  if ('fairness' in gate) return withBearing([judgeFairness(gate, evaluation, {...options, range: anyNumber})], bearing)
  if ('weak-segments' in gate) {
    return withBearing([judgeWeakSegments(gate, evaluation, {...options, range: anyNumber})], bearing)
  }
  return []
}

/** The measures know their own ranges. */
const anyNumber = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

/** A gate that needs no predictions. Nothing for a gate on rows. */
export function judgeOtherGate(
  gate: ModelGate,
  facts: ModelFacts,
  {validation, drift}: {readonly validation: Validation; readonly drift: DriftTables},
): Finding[] {
  return withBearing(answersOf(gate, facts, {validation, drift}), bearingOf(gate, validation))
}

/** What each drift gate measured, column by column; nothing for one of which a side could not be read. */
export type DriftTables = ReadonlyMap<DriftGate, DriftTable>

function answersOf(
  gate: ModelGate,
  {gates, metrics}: ModelFacts,
  {validation, drift}: {readonly validation: Validation; readonly drift: DriftTables},
): readonly Finding[] {
  if ('reported' in gate) return judgeReportedGate(gate, metrics, validation)
  if ('drift' in gate) return judgeDriftGate(gate, given(gates.drift.get(gate)), drift.get(gate))
  if ('contract' in gate) return judgeContract(gate, given(gates.contract.get(gate)))
  if ('data' in gate) return judgeData(gate, given(gates.data.get(gate)))
  if ('command' in gate) return judgeCommand(gate, given(gates.command.get(gate)))
  return []
}

function judgeReportedGate(
  gate: ReportedGate,
  metrics: MetricsFacts | null,
  {confidence, metrics: config}: Validation,
): readonly Finding[] {
  invariant(metrics !== null && config !== undefined, 'the config refuses a reported gate without a file of metrics')
  const {candidate, baseline} = metrics
  if (candidate.kind === 'missing') return [unreadableReported(gate, 'candidate', config.candidate, candidate.failure)]
  // A floor needs no baseline: that it cannot be read is told where it is asked for.
  const asksForBaseline = gate['may-lose'] !== undefined
  const theirs = baseline.kind === 'gathered' ? baseline.value : ({kind: 'undeclared'} as const)
  const {'may-lose': _, ...floors} = gate
  const judged = baseline.kind === 'missing' && asksForBaseline ? floors : gate
  const path = typeof config.baseline === 'string' ? config.baseline : 'the baseline'
  return [
    ...judgeReported(judged, candidate.value, theirs, {coverage: 2 * confidence - 1}),
    ...(baseline.kind === 'missing' && asksForBaseline
      ? [unreadableReported(gate, 'baseline', path, baseline.failure)]
      : []),
  ]
}

function judgeDriftGate(
  gate: DriftGate,
  {judged, reference}: DriftFacts,
  table: DriftTable | undefined,
): readonly Finding[] {
  const unread = [
    ...(judged.file.kind === 'missing' ? [unreadableDrift(gate, 'judged', judged.path, judged.file.failure)] : []),
    ...(reference.file.kind === 'missing'
      ? [unreadableDrift(gate, 'reference', reference.path, reference.file.failure)]
      : []),
  ]
  const same = judged.file.kind === 'gathered' && reference.file.kind === 'gathered'
  if (same && judged.file.value.digest === reference.file.value.digest) return [sameDrift(gate)]
  return table === undefined ? unread : judgeDriftTable(gate, table)
}

/** Measures every drift gate once, for the findings and for the report. */
export function driftTables({gates}: ModelFacts, {seed, predictions}: Validation): DriftTables {
  const options = {seed, minRows: predictions?.['min-rows'] ?? 30, columns: predictions?.columns ?? null}
  const tables = new Map<DriftGate, DriftTable>()
  for (const [gate, {judged, reference}] of gates.drift) {
    if (judged.file.kind === 'missing' || reference.file.kind === 'missing') continue
    tables.set(gate, driftTable(gate, judged.file.value.table, reference.file.value.table, options))
  }
  return tables
}

/** Whether the card says what it must; nothing where the config asks for no card. */
export function judgeCardOf({card}: ModelFacts, model: Config['model']): Finding[] {
  if (model.card === undefined || card === null) return []
  return card.kind === 'missing' ? [unreadableCard(model.card, card.failure)] : judgeCard(model.card, card.value)
}

function given<T>(fact: T | undefined): T {
  invariant(fact !== undefined, 'what a gate asks for is gathered before it is judged')
  return fact
}
