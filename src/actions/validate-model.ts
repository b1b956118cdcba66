import {validateModelGate} from '../gates/validate-model.ts'
import {runAction} from './run-action.ts'
import {validateModelAction} from './validate-model.inputs.ts'

export function validateModel(): Promise<void> {
  return runAction(validateModelAction, 'model', async (inputs, session) => {
    const outcome = await validateModelGate(session, inputs)
    return {...outcome, outputs: {'model-digest': outcome.result.subject.model ?? ''}}
  })
}
