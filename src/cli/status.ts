import {statusGate} from '../gates/status.ts'
import {type Command, commonOptions, environmentOption} from './command.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'

export const statusCommand: Command = {
  name: 'status',
  gate: 'rollout',
  summary: 'Where an environment stands, from its ledger.',
  description:
    'Reads the ledger and changes nothing: the rollout under way or the last one, its stages, guards and history.',
  options: {...commonOptions, ...environmentOption},
  async run(given, terminal, runtime) {
    const request = {config: given.required('config'), environment: given.required('environment')}
    return say(await statusGate(localSession(given, runtime), request), given, terminal, runtime)
  },
}
