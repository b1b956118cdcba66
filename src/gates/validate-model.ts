import {modelGates} from '../config/defaults.ts'
import type {Config} from '../config/schema.ts'
import {dayOf} from '../core/day.ts'
import {UserError} from '../core/failure.ts'
import {validateModel} from '../model/run.ts'
import {withFindings} from './outcome.ts'
import {loadPolicy} from './policy.ts'
import {productionBaseline} from './production-baseline.ts'
import {recordEvidence} from './record-evidence.ts'
import type {GateOutcome, Session} from './session.ts'

export interface ValidateModelRequest {
  /** Path of the config. */
  readonly config: string
  /** Each overrides the config's. */
  readonly candidate?: string | undefined
  readonly baseline?: string | undefined
  readonly model?: string | undefined
  readonly record: boolean
}

/** Is this model good, fair and safe enough, and not worse than the one in production? */
export async function validateModelGate(session: Session, request: ValidateModelRequest): Promise<GateOutcome> {
  const policy = await loadPolicy(session, request.config)
  const config = withRequest(policy.config, request)
  const {files, exec, env, clock} = session.runtime
  const {files: judged, ...model} = await validateModel({
    service: config.service,
    model: config.model,
    validation: config.validation,
    gates: modelGates(config),
    files,
    exec,
    env,
    today: dayOf(clock.now()),
    production: await productionBaseline(session, config),
  })
  const judgedFiles = judged && {path: config.model.files, files: judged}
  const outcome = withFindings({...model, ...(judgedFiles && {judgedFiles})}, policy.findings)
  if (request.record) await recordEvidence(session, config, 'model', outcome)
  return outcome
}

/** @throws UserError `model/no-predictions`: what is asked for must not be passed over */
function withRequest(config: Config, {candidate, baseline, model}: ValidateModelRequest): Config {
  const {predictions} = config.validation
  const named = candidate ?? baseline
  if (predictions === undefined && named !== undefined) {
    throw new UserError('model/no-predictions', `"${named}" is given as predictions, and the config has none.`, {
      hint: 'Say under validation.predictions which columns they have.',
    })
  }
  return {
    ...config,
    model: {...config.model, ...(model === undefined ? {} : {files: model})},
    validation: {
      ...config.validation,
      ...(predictions && {
        predictions: {
          ...predictions,
          ...(candidate === undefined ? {} : {candidate}),
          ...(baseline === undefined ? {} : {baseline}),
        },
      }),
    },
  }
}
