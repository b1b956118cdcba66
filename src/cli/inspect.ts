import {UserError} from '../core/failure.ts'
import {inspectModelGate} from '../gates/inspect-model.ts'
import type {FormatPolicy} from '../model/safety/policy.ts'
import {type Command, commonOptions} from './command.ts'
import {keepSarif, sarifOption} from './model-sarif.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'

const {json, details, 'save-report': saveReport} = commonOptions

export const inspectCommand: Command = {
  name: 'inspect',
  gate: 'model',
  summary: 'What would these model files do, if they were loaded?',
  description:
    'Reads every file by its content, archives and pickles too, and says what loading it would run. Nothing is loaded, imported or executed. Without --config nothing but weights is allowed; with it, the policy and the allowances of the config count.',
  argument: {name: 'path', what: 'File or folder of the model. Default: `model.files` of the config.'},
  options: {
    config: {what: 'Path of the config file, for its policy.', value: 'file'},
    formats: {what: 'What may be in the model: weights-only, allowlist or report.', value: 'policy'},
    manifest: {what: 'Write the sha256 of each file, as sha256sum prints it.', value: 'file'},
    sarif: sarifOption,
    json,
    details,
    'save-report': saveReport,
  },
  async run(given, terminal, runtime) {
    const path = given.argument()
    const config = given.text('config')
    if (path === undefined && config === undefined) {
      throw new UserError('cli/path-missing', 'slipway inspect needs the path of a model, or --config.', {
        hint: 'For example: slipway inspect models/credit',
      })
    }
    const outcome = await inspectModelGate(localSession(given, runtime), {
      path,
      config,
      formats: policyOf(given.text('formats')),
    })
    const manifest = given.text('manifest')
    if (manifest !== undefined) await runtime.files.writeText(manifest, outcome.manifest)
    await keepSarif(given, outcome, runtime)
    return say(outcome, given, terminal, runtime)
  },
}

function policyOf(text: string | undefined): FormatPolicy | undefined {
  if (text === undefined || text === 'weights-only' || text === 'allowlist' || text === 'report') return text
  throw new UserError('cli/formats', `--formats ${JSON.stringify(text)} is no policy.`, {
    hint: 'It is weights-only, allowlist or report.',
  })
}
