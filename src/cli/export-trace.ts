import {UserError} from '../core/failure.ts'
import {parseInstant} from '../core/instant.ts'
import {formatDuration, parseDuration, parsePercent} from '../core/quantity.ts'
import {exportTraceGate, type TraceOrigin} from '../gates/export-trace.ts'
import {type Command, commonOptions, environmentOption, type Given} from './command.ts'
import {localSession} from './session.ts'

const {config, records} = commonOptions

export const exportTraceCommand: Command = {
  name: 'export-trace',
  summary: 'Write what was measured in the past as a trace, for backtest.',
  description:
    'From a ledger: the looks of a rollout that Slipway drove. From Prometheus: the raw counters of two versions over a past interval, counted as a rollout would have counted them. Prints JSON Lines, or writes them to a file; changes nothing else.',
  options: {
    config,
    ...environmentOption,
    records,
    'from-ledger': {what: 'Take the looks of a rollout from the ledger, instead of asking Prometheus.'},
    rollout: {what: 'Which rollout of the ledger, by its id. Default: the newest one.', value: 'id'},
    candidate: {what: 'Version that was the candidate.', value: 'text'},
    stable: {what: 'Version that was the stable release.', value: 'text'},
    from: {what: 'Begin of the interval.', value: '2026-01-01T00:00:00Z'},
    to: {what: 'End of the interval.', value: '2026-01-01T20:00:00Z'},
    step: {what: 'Time between two lines. Default: the tick of the policy.', value: '5m'},
    weight: {what: 'The candidate’s weight in all that time. Default: as the ledger says.', value: '10%'},
    out: {what: 'File to write. Default: standard output.', value: 'file'},
  },
  async run(given, terminal, runtime) {
    const {text, lines} = await exportTraceGate(localSession(given, runtime), {
      config: given.required('config'),
      environment: given.required('environment'),
      from: originOf(given),
    })
    const out = given.text('out')
    if (out === undefined) terminal.out(text)
    else await runtime.files.writeText(out, text)
    const [first, last] = [lines[0]?.at ?? 0, lines.at(-1)?.at ?? 0]
    runtime.log.info(`${lines.length} lines over ${formatDuration(last - first)}${out === undefined ? '' : `: ${out}`}`)
    return 0
  },
}

/** @throws UserError `export-trace/origin-unclear` and what is wrong with a time, a step or a weight */
function originOf(given: Given): TraceOrigin {
  const past = ['candidate', 'stable', 'from', 'to', 'step', 'weight'].filter(name => given.text(name) !== undefined)
  const rollout = given.text('rollout') ?? null
  if (given.flag('from-ledger')) {
    if (past.length === 0) return {kind: 'ledger', rollout}
    throw originUnclear(`--from-ledger takes no --${past[0]}: a ledger knows it.`)
  }
  if (rollout !== null) throw originUnclear('--rollout names a rollout of a ledger: add --from-ledger.')
  const step = given.text('step')
  const weight = given.text('weight')
  return {
    kind: 'prometheus',
    candidate: given.required('candidate'),
    stable: given.required('stable'),
    from: timeOf(given, 'from'),
    to: timeOf(given, 'to'),
    stepMs: step === undefined ? null : positive(step),
    weightPercent: weight === undefined ? null : percentOf(weight),
  }
}

function originUnclear(message: string): UserError {
  return new UserError('export-trace/origin-unclear', message, {
    hint: 'Either --from-ledger [--rollout <id>], or --candidate, --stable, --from and --to for Prometheus.',
  })
}

function timeOf(given: Given, name: string): number {
  const text = given.required(name)
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? parseInstant(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new UserError('export-trace/time-malformed', `--${name} is "${text}", which is no point in time.`, {
    hint: 'Expected ISO 8601 with a zone, such as 2026-01-01T00:00:00Z.',
  })
}

function positive(text: string): number {
  const ms = parseDuration(text)
  if (ms >= 1000) return ms
  throw new UserError('export-trace/step-too-short', `--step is ${text}.`, {hint: 'Expected at least 1s.'})
}

function percentOf(text: string): number {
  const percent = parsePercent(text)
  if (percent > 0 && percent <= 100) return percent
  throw new UserError('export-trace/weight-malformed', `--weight is ${text}.`, {
    hint: 'Expected more than 0% and at most 100%: without a weight there is no rollout to trace.',
  })
}
