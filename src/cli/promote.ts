import {UserError} from '../core/failure.ts'
import {parseDuration} from '../core/quantity.ts'
import {promoteCanaryGate} from '../gates/promote-canary.ts'
import {type RolloutRequestName, rolloutRequests} from '../gates/requests.ts'
import {type Command, commonOptions, environmentOption, type Given, releaseOptions} from './command.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'
import {namedStable, stableOptions} from './stable-options.ts'

export const promoteCommand: Command = {
  name: 'promote',
  gate: 'rollout',
  summary: 'Roll a release out, step by step; or say a word to a rollout that is under way.',
  description:
    'With --version it starts the rollout of that release, or goes on with it, and stays until it is over. Safe to kill at any moment: the same command goes on where the ledger says. A release without passing evidence for exactly its bytes is refused. With --request a person’s word is put into the ledger: approve (for a team, see --as), pause (weight and clock stand still), hold (the next stage waits), resume, promote (skips the stages that are left, never harm), abort, or retry (the release of the last rollout again).',
  options: {
    ...commonOptions,
    ...environmentOption,
    ...releaseOptions,
    request: {
      what: `One of ${rolloutRequests.join(', ')}. Default: start with --version, else continue.`,
      value: 'word',
    },
    as: {what: 'For approve: the team that is spoken for.', value: 'team'},
    why: {what: 'For a person’s word: the reason, kept in the ledger.', value: 'text'},
    'despite-freeze': {what: 'For promote: go through a freeze; recorded with name and reason.'},
    expect: {what: 'Refuse the word where the newest rollout is another one than this.', value: 'rollout id'},
    ...stableOptions,
    for: {what: 'How long to stay at most. Default: until it is over.', value: 'duration'},
    'leave-when-held': {what: 'Return as soon as a person is needed.'},
  },
  async run(given, terminal, runtime) {
    const stay = given.text('for')
    const outcome = await promoteCanaryGate(localSession(given, runtime), {
      config: given.required('config'),
      environment: given.required('environment'),
      request: requestOf(given),
      version: given.text('version'),
      model: given.text('model'),
      imageDigest: given.text('image-digest'),
      as: given.text('as'),
      why: given.text('why'),
      despiteFreeze: given.flag('despite-freeze'),
      expect: given.text('expect'),
      stable: namedStable(given),
      budgetMs: stay === undefined ? Number.POSITIVE_INFINITY : parseDuration(stay),
      leaveWhenHeld: given.flag('leave-when-held'),
    })
    return say(outcome, given, terminal, runtime)
  },
}

function requestOf(given: Given): RolloutRequestName {
  const word = given.text('request') ?? (given.text('version') === undefined ? 'continue' : 'start')
  const known = rolloutRequests.find(each => each === word)
  if (known) return known
  throw new UserError('cli/usage', `"${word}" is not a request.`, {
    hint: `Expected one of ${rolloutRequests.join(', ')}.`,
  })
}
