import {validateModelGate} from '../gates/validate-model.ts'
import {type Command, commonOptions} from './command.ts'
import {keepSarif, sarifOption} from './model-sarif.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'

export const validateCommand: Command = {
  name: 'validate',
  gate: 'model',
  summary: 'Is this model good, fair and safe enough, and not worse than the one in production?',
  description:
    'Reads predictions of candidate and baseline on the same rows, and the model’s files, and judges them by slipway.yml. No model is loaded, and no program runs but those that gates name. With --record the verdict is kept as evidence, bound to the model’s digest.',
  options: {
    ...commonOptions,
    candidate: {what: 'Predictions of the candidate. Default: `validation.predictions.candidate`.', value: 'file'},
    baseline: {what: 'Predictions of the release in production, or none.', value: 'file'},
    model: {what: 'Folder or file of the model. Default: `model.files`.', value: 'path'},
    record: {what: 'Keep the verdict as evidence.'},
    sarif: sarifOption,
  },
  async run(given, terminal, runtime) {
    const outcome = await validateModelGate(localSession(given, runtime), {
      config: given.required('config'),
      candidate: given.text('candidate'),
      baseline: given.text('baseline'),
      model: given.text('model'),
      record: given.flag('record'),
    })
    await keepSarif(given, outcome, runtime)
    return say(outcome, given, terminal, runtime)
  },
}
