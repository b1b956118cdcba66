import * as path from 'node:path'
import type * as z from 'zod/mini'
import {modelSarif} from '../gates/model-sarif.ts'
import type {Session} from '../gates/session.ts'
import {validateModelGate} from '../gates/validate-model.ts'
import type {ActionOutcome} from './run-action.ts'
import type {validateModelAction} from './validate-model.inputs.ts'

export async function validateModel(
  inputs: z.output<typeof validateModelAction.inputs>,
  session: Session,
): Promise<ActionOutcome> {
  const outcome = await validateModelGate(session, inputs)
  const {env, files} = session.runtime
  const sarif = path.join(env.RUNNER_TEMP ?? '.slipway', 'slipway', 'model.sarif')
  await files.writeText(sarif, modelSarif(outcome, outcome.judgedFiles ?? null, inputs.config))
  return {...outcome, outputs: {'model-digest': outcome.result.subject.model ?? '', sarif}}
}
