import {UserError} from '../core/failure.ts'
import {startRouter} from '../traffic/local-router.ts'
import type {Command} from './command.ts'

export const routerCommand: Command = {
  name: 'router',
  summary: 'Run the embedded router of `target: {kind: local}`.',
  description:
    'Stands in front of two releases on this machine until it is ended (SIGINT or SIGTERM). Prints its two addresses as one line of JSON. The control API listens on 127.0.0.1 only.',
  options: {
    port: {what: 'Port of the traffic; 0 chooses a free one.', value: 'port', fallback: '8080'},
    'control-port': {what: 'Port of the control API; 0 chooses a free one.', value: 'port', fallback: '8081'},
    'state-file': {what: 'File that keeps roles and weight over a restart.', value: 'file'},
    'session-header': {what: 'Header that names a session; a session always meets the same release.', value: 'name'},
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
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new UserError('cli/usage', `"${text}" is not a port.`, {hint: 'Expected a number from 0 to 65535.'})
}
