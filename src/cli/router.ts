import {UserError} from '../core/failure.ts'
import {parseDuration, parseSize} from '../core/quantity.ts'
import {type RouterOptions, startRouter} from '../traffic/local-router.ts'
import type {Command, Given} from './command.ts'

export const routerCommand: Command = {
  name: 'router',
  summary: 'Run the embedded router of `target: {kind: local}`.',
  description:
    'Stands in front of two releases on this machine until it is ended (SIGINT or SIGTERM). Prints its two addresses as one line of JSON. The control API listens on 127.0.0.1 only.\n\nAfter a promotion the old release is stopped: what keeps it beside the new one for a while is the `bake` of the rollout, and after that --standby. A roll-back to a release that is not running starts it; whoever serves goes on until it is ready.\n\nWhere a rollout mirrors, the candidate gets copies of real requests with the header `slipway-mirrored: 1`. Its answers are dropped, its side effects are not: a service that writes, charges or mails must leave that out for a copy, or --mirror-methods must leave out the method.',
  options: {
    port: {what: 'Port of the traffic; 0 chooses a free one.', value: 'port', fallback: '8080'},
    'control-port': {what: 'Port of the control API; 0 chooses a free one.', value: 'port', fallback: '8081'},
    'state-file': {what: 'File that keeps roles and weight over a restart.', value: 'file'},
    standby: {
      what: 'How long the old release stays up after a promotion, so that going back takes no start; 0s stops it once its requests are answered.',
      value: 'duration',
      fallback: '0s',
    },
    'session-header': {what: 'Header that names a session; a session always meets the same release.', value: 'name'},
    'mirror-methods': {what: 'Methods that may be mirrored: GET,POST. Default: all.', value: 'names'},
    'mirror-body': {
      what: 'Largest body of a request or an answer that is mirrored and compared.',
      value: 'size',
      fallback: '256KiB',
    },
    'mirror-at-once': {what: 'Copies that may be on their way at once.', value: 'count', fallback: '64'},
    'mirror-timeout': {what: 'Time for a copy and both answers.', value: 'duration', fallback: '10s'},
    'mirror-tolerance': {
      what: 'How far two numbers of JSON answers may be apart: as they are, or as a share of the larger one.',
      value: 'number',
      fallback: '1e-6',
    },
    'mirror-ignore': {
      what: 'Members of JSON answers that are not compared.',
      value: 'names',
      fallback: 'model_version',
    },
  },
  async run(given, terminal, runtime) {
    const stateFile = given.text('state-file')
    const sessionHeader = given.text('session-header')
    const router = await startRouter(
      {
        port: portOf(given.required('port')),
        controlPort: portOf(given.required('control-port')),
        ...(stateFile === undefined ? {} : {stateFile}),
        ...(sessionHeader === undefined ? {} : {sessionHeader}),
        standbyMs: standbyOf(given.required('standby')),
        mirror: mirrorOf(given),
      },
      runtime,
    )
    terminal.out(`${JSON.stringify({url: router.url, controlUrl: router.controlUrl})}\n`)
    await new Promise<void>(resolve => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    await router.close()
    return 0
  },
}

function portOf(text: string): number {
  return numberOf(text, 'a port', 'a whole number from 0 to 65535', port => Number.isInteger(port) && port <= 65_535)
}

function mirrorOf(given: Given): NonNullable<RouterOptions['mirror']> {
  const methods = given.text('mirror-methods')
  const isCount = (value: number) => Number.isInteger(value) && value >= 1
  return {
    methods: methods === undefined ? null : namesOf(methods.toUpperCase()),
    maxBodyBytes: parseSize(given.required('mirror-body')),
    maxConcurrent: numberOf(given.required('mirror-at-once'), 'a number of copies', 'a whole number from 1', isCount),
    timeoutMs: timeoutOf(given.required('mirror-timeout')),
    tolerance: numberOf(given.required('mirror-tolerance'), 'a tolerance', 'a number from 0, such as 0.001'),
    ignore: namesOf(given.required('mirror-ignore')),
  }
}

/** Longer than anybody goes back, and still a date. */
const longestStandbyMs = 365 * 24 * 3_600_000

function standbyOf(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs <= longestStandbyMs) return durationMs
  throw new UserError('cli/usage', `"${text}" is not a time on standby.`, {hint: 'Expected at most 365d.'})
}

/** Longer ones would hold memory for copies that nobody waits for. */
const longestTimeoutMs = 10 * 60_000

function timeoutOf(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs > 0 && durationMs <= longestTimeoutMs) return durationMs
  throw new UserError('cli/usage', `"${text}" is not a time limit of a copy.`, {
    hint: 'Expected more than 0s and at most 10m.',
  })
}

function numberOf(
  text: string,
  what: string,
  expected: string,
  holds: (value: number) => boolean = () => true,
): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0 && holds(value)) return value
  throw new UserError('cli/usage', `"${text}" is not ${what}.`, {hint: `Expected ${expected}.`})
}

function namesOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(',')
      .map(name => name.trim())
      .filter(Boolean),
  )
}
