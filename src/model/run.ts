import type {ModelGate} from '../config/model-gate-schema.ts'
import type {Config} from '../config/schema.ts'
import type {Day} from '../core/day.ts'
import {conclude} from '../core/finding.ts'
import type {Measured, Measures} from '../core/measures.ts'
import type {GateResult} from '../core/result.ts'
import {mostKeptTensors, type TensorShape} from '../core/tensor-shape.ts'
import type {Report} from '../report/report.ts'
import type {Log} from '../runtime/log.ts'
import {describeModel} from './describe.ts'
import type {ModelFile} from './digest.ts'
import {type GatherPorts, gatherFacts, type ModelFacts} from './gather.ts'
import {measuresOf, reportedOf} from './judge/measures.ts'
import {judgeModel} from './judge.ts'

export interface ValidateModelInputs extends GatherPorts {
  /** Name of the service. */
  readonly service: string
  readonly model: Config['model']
  readonly validation: Config['validation']
  /** The gates in force: those of the config, or its defaults. */
  readonly gates: readonly ModelGate[]
  readonly today: Day
  readonly log?: Log
}

export interface ValidatedModel {
  readonly result: GateResult
  readonly report: Report
  /** The files that were judged; absent where they could not be read. */
  readonly files?: readonly ModelFile[]
  /** What was measured on rows, for the comparison with the next release; absent where nothing was. */
  readonly measures?: Measures
  /** Values of the file of metrics that gates asked for. */
  readonly reported?: Readonly<Record<string, Measured>>
  /** Its tensors, without their numbers, for what changes in the next release. */
  readonly tensors?: readonly TensorShape[]
}

/**
 * Is this model good, fair and safe enough, and not worse than the one in production? Reads the model's files, the
 * predictions and whatever else the gates ask for, judges, and answers; it never publishes and never loads a model. What
 * is wrong with data or files is a finding, not an exception.
 */
export async function validateModel(inputs: ValidateModelInputs): Promise<ValidatedModel> {
  const {service, model, validation, gates, today, log} = inputs
  log?.info(`Reading the model ${model.files}`)
  const policy = {gates, validation, model, today}
  const facts = await gatherFacts(inputs, policy)
  const judgement = judgeModel(facts, policy)
  const {findings} = judgement
  const {verdict, reason} = conclude(findings, 'model')
  const report = describeModel({facts, judgement, policy}, verdict, reason)
  const result: GateResult = {
    gate: 'model',
    service,
    verdict,
    reason,
    summary: report.summary,
    findings,
    subject: facts.files.kind === 'gathered' ? {model: facts.files.value.digest} : {},
  }
  return {
    result,
    report,
    ...measuresOf(facts, judgement, validation.predictions),
    ...reportedOf(facts, gates),
    ...keptTensors(facts),
    ...filesOf(facts),
  }
}

function keptTensors({safety}: ModelFacts): {readonly tensors?: readonly TensorShape[]} {
  const tensors = safety?.scan.files.flatMap(file => file.tensors) ?? []
  if (tensors.length === 0 || tensors.length > mostKeptTensors) return {}
  return {tensors: tensors.map(({name, dtype, shape}) => ({name, dtype, shape}))}
}

function filesOf({files}: ModelFacts): {readonly files?: readonly ModelFile[]} {
  return files.kind === 'gathered' ? {files: files.value.files} : {}
}
