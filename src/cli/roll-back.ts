import {rollBackGate} from '../gates/roll-back.ts'
import {type Command, commonOptions, environmentOption} from './command.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'

export const rollBackCommand: Command = {
  name: 'roll-back',
  gate: 'rollout',
  summary: 'Put the last good release back, now, then explain.',
  description:
    'Acts first: all traffic to the release that the ledger pinned. Needs no metrics. Where even the ledger cannot be read, name the release by --to and --model-digest.',
  options: {
    ...commonOptions,
    ...environmentOption,
    to: {what: 'Version to go back to. Default: the last good one.', value: 'version'},
    'model-digest': {what: 'Digest of that release’s model.', value: 'sha256:…'},
    'image-digest': {what: 'Digest of that release’s image.', value: 'sha256:…'},
    why: {what: 'The reason, kept in the ledger.', value: 'text'},
    expect: {what: 'Refuse it where the newest rollout is another one than this.', value: 'rollout id'},
  },
  async run(given, terminal, runtime) {
    const outcome = await rollBackGate(localSession(given, runtime), {
      config: given.required('config'),
      environment: given.required('environment'),
      to: given.text('to'),
      modelDigest: given.text('model-digest'),
      imageDigest: given.text('image-digest'),
      why: given.text('why'),
      expect: given.text('expect'),
    })
    return say(outcome, given, terminal, runtime)
  },
}
