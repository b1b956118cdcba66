import type {Config} from '../config/schema.ts'
import {conclude} from '../core/finding.ts'
import type {GateResult} from '../core/result.ts'
import type {Report} from '../report/report.ts'
import type {Files} from '../runtime/files.ts'
import type {Log} from '../runtime/log.ts'
import {describeModel} from './describe.ts'
import {gatherFacts} from './gather.ts'
import {judgeModel, type QualityGate} from './judge.ts'

export interface ValidateModelInputs {
  /** Name of the service. */
  readonly service: string
  readonly model: Config['model']
  readonly validation: Config['validation']
  /** The gates in force: those of the config, or its defaults. */
  readonly gates: readonly QualityGate[]
  readonly files: Files
  readonly log?: Log
}

/**
 * Is this model good, fair and safe enough, and not worse than the one in production? Reads the model's files and the
 * predictions, judges, and answers; it never publishes and never loads a model. What is wrong with data or files is a
 * finding, not an exception.
 */
export async function validateModel(inputs: ValidateModelInputs): Promise<{result: GateResult; report: Report}> {
  const {service, model, validation, gates, files, log} = inputs
  log?.info(`Reading the model ${model.files}`)
  const facts = await gatherFacts(files, model, validation.predictions)
  const judgement = judgeModel(facts, {gates, validation})
  const {findings} = judgement
  const {verdict, reason} = conclude(findings, 'model')
  const report = describeModel({facts, judgement, validation, model, gates}, verdict, reason)
  const result: GateResult = {
    gate: 'model',
    service,
    verdict,
    reason,
    summary: report.summary,
    findings,
    subject: facts.files.kind === 'gathered' ? {model: facts.files.value.digest} : {},
  }
  return {result, report}
}
