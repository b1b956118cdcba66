import type * as z from 'zod/mini'
import type {Session} from '../gates/session.ts'
import {validateModelGate} from '../gates/validate-model.ts'
import type {ActionOutcome} from './run-action.ts'
import type {validateModelAction} from './validate-model.inputs.ts'

export async function validateModel(
  inputs: z.output<typeof validateModelAction.inputs>,
  session: Session,
): Promise<ActionOutcome> {
  const outcome = await validateModelGate(session, inputs)
  return {...outcome, outputs: {'model-digest': outcome.result.subject.model ?? ''}}
}
