import type {ReplayMode} from '../backtest/replay.ts'
import {UserError} from '../core/failure.ts'
import {exitCodeOf} from '../core/verdict.ts'
import {version} from '../core/version.ts'
import {backtestGate} from '../gates/backtest.ts'
import {withoutWorkflowCommands} from '../report/escape.ts'
import {resultDocument} from '../report/json.ts'
import {renderTerminal} from '../report/terminal.ts'
import {type Command, commonOptions, environmentOption, type Given} from './command.ts'
import {localSession} from './session.ts'

const {config, json} = commonOptions

export const backtestCommand: Command = {
  name: 'backtest',
  gate: 'backtest',
  summary: 'What would this policy have decided, and what would others have?',
  description:
    'Replays recorded measurements (a trace: JSON Lines, one line a look) through the engine that judges rollouts, and through the rules of Argo Rollouts, Flagger, Kayenta, an M-of-N alarm and a z-test at every look. Changes nothing. slipway export-trace writes a trace.',
  options: {
    config,
    ...environmentOption,
    json: {...json, what: 'Print the result as JSON (schema/backtest.schema.json) and nothing else.'},
    trace: {what: 'The trace: a .jsonl file.', value: 'file'},
    before: {
      what: 'Trace of a rollout before it in the same environment, from which the engine knows how errors cluster.',
      value: 'file',
    },
    'follow-trace': {what: 'Take the weights of the trace as given. The default.'},
    'replay-weights': {what: 'Set the weights that the policy would set: counts are thinned to them at random.'},
    seed: {what: 'Seed of those draws. Default: 1.', value: 'number'},
  },
  async run(given, terminal, runtime) {
    const {result, report, backtest} = await backtestGate(localSession(given, runtime), {
      config: given.required('config'),
      environment: given.required('environment'),
      trace: given.required('trace'),
      before: given.text('before'),
      mode: modeOf(given),
    })
    if (given.flag('json')) {
      const document = {...resultDocument(result, {version, at: runtime.clock.now().toISOString()}), backtest}
      terminal.out(`${JSON.stringify(document, null, 2)}\n`)
    } else {
      terminal.out(withoutWorkflowCommands(renderTerminal(report, {color: terminal.color, width: terminal.width})))
    }
    return exitCodeOf(result.verdict)
  },
}

/** @throws UserError `backtest/mode-unclear`, `backtest/seed-malformed` */
function modeOf(given: Given): ReplayMode {
  const seed = given.text('seed')
  const replays = given.flag('replay-weights')
  if (replays && given.flag('follow-trace')) {
    throw new UserError('backtest/mode-unclear', 'Both --follow-trace and --replay-weights were given.', {
      hint: 'Whose weights shall hold: those of the trace (--follow-trace), or those of the policy (--replay-weights)?',
    })
  }
  if (!replays) {
    if (seed === undefined) return {kind: 'follow-trace'}
    throw new UserError('backtest/mode-unclear', '--seed was given without --replay-weights.', {
      hint: 'Only thinning draws at random: add --replay-weights, or leave the seed out.',
    })
  }
  if (seed === undefined) return {kind: 'replay-weights', seed: 1}
  if (!/^\d{1,15}$/.test(seed)) {
    throw new UserError('backtest/seed-malformed', `"${seed}" is not a seed.`, {
      hint: 'Expected a whole number such as 7.',
    })
  }
  return {kind: 'replay-weights', seed: Number(seed)}
}
