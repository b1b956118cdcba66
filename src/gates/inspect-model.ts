import {loadConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {dayOf} from '../core/day.ts'
import {manifestOf} from '../model/digest.ts'
import type {FormatPolicy} from '../model/safety/policy.ts'
import {inspectModel} from '../model/safety/run.ts'
import {productionBaseline} from './production-baseline.ts'
import type {GateOutcome, Session} from './session.ts'

export interface InspectModelRequest {
  /** File or folder of the model; overrides the config's. */
  readonly path?: string | undefined
  /** Path of the config, where there is one: its policy and its allowances count. */
  readonly config?: string | undefined
  /** Overrides the config's. */
  readonly formats?: FormatPolicy | undefined
}

export interface InspectModelOutcome extends GateOutcome {
  /** Lines of sha256sum, one for each file. */
  readonly manifest: string
}

const noSafety: Config['model']['safety'] = {allow: []}

/** What would these files do, if they were loaded? Needs no config: without one, nothing but weights is allowed. */
export async function inspectModelGate(
  session: Session,
  {path, config: file, formats}: InspectModelRequest,
): Promise<InspectModelOutcome> {
  const {runtime} = session
  const config = file === undefined ? null : await loadConfig(runtime.files, file)
  const model = config?.model ?? {files: path ?? '.', formats: 'weights-only' as const, safety: noSafety}
  const judged = await inspectModel({
    service: config?.service ?? nameOf(path ?? '.'),
    model: {...model, files: path ?? model.files, formats: formats ?? model.formats},
    files: runtime.files,
    today: dayOf(runtime.clock.now()),
    production: config === null ? null : await productionBaseline(session, config),
  })
  const {result, report} = judged
  const {files} = judged.model.files
  return {result, report, manifest: manifestOf(files), judgedFiles: {path: path ?? model.files, files}}
}

function nameOf(path: string): string {
  return path.split(/[/\\]/).findLast(part => part !== '' && part !== '.') ?? 'model'
}
