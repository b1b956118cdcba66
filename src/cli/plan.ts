import {planRolloutGate} from '../gates/plan-rollout.ts'
import {type Command, commonOptions, environmentOption, releaseOptions} from './command.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'
import {namedStable, stableOptions} from './stable-options.ts'

export const planCommand: Command = {
  name: 'plan',
  gate: 'plan',
  summary: 'What will happen, how long will it take, what can it detect, who must approve?',
  description:
    'Changes nothing. For each stage and guard: the smallest regression that it can detect at your traffic, the expected time to detect one of 2x, 4x and 10x, the requests and bad answers until then, the freezes it would meet, the job minutes and cheaper ways to wait, the approvers, and the release that a rollback restores. Says where a release serves that the ledger does not know, or where the guards cannot be read. Warns where a stage, a weight or a guard can see nothing, and says when a simpler way than a canary would do.',
  options: {...commonOptions, ...environmentOption, ...releaseOptions, ...stableOptions},
  async run(given, terminal, runtime) {
    const outcome = await planRolloutGate(localSession(given, runtime), {
      config: given.required('config'),
      environment: given.required('environment'),
      version: given.text('version'),
      model: given.text('model'),
      imageDigest: given.text('image-digest'),
      stable: namedStable(given),
    })
    return say(outcome, given, terminal, runtime)
  },
}
