import {describe, expect, test} from 'vitest'
import {readOptions, type Terminal} from '../../src/cli/command.ts'
import {routerCommand} from '../../src/cli/router.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'

const runtime = systemRuntime(silentLog)

/** The router on free ports, until `use` is done with it. */
async function runRouter(
  args: readonly string[],
  use: (addresses: {url: string; controlUrl: string}) => Promise<void>,
) {
  const printed = Promise.withResolvers<string>()
  const terminal: Terminal = {out: printed.resolve, color: false, width: 80}
  const given = readOptions(routerCommand, ['--port', '0', '--control-port', '0', ...args])
  const exitCode = routerCommand.run(given, terminal, runtime)
  exitCode.catch(printed.reject)
  const addresses = JSON.parse(await printed.promise)
  try {
    await use(addresses)
  } finally {
    process.emit('SIGTERM')
  }
  return exitCode
}

test('the router prints its addresses, answers at both, and ends when it is told to', async () => {
  const exitCode = await runRouter(['--mirror-methods', 'post, get'], async ({url, controlUrl}) => {
    expect((await fetch(url)).status).toBe(503)
    expect(await (await fetch(`${controlUrl}/state`)).json()).toMatchObject({stable: null, mirrorPercent: 0})
  })
  expect(exitCode).toBe(0)
})

describe('the router does not start', () => {
  test.each([
    ['a port in words', ['--port', 'http'], 'cli/usage', '"http" is not a port'],
    ['a port that is none', ['--port', '65536'], 'cli/usage', '"65536" is not a port'],
    ['a negative port', ['--control-port=-1'], 'cli/usage', '"-1" is not a port'],
    ['a body without its unit', ['--mirror-body', '100'], 'quantity/malformed', '"100" is not a size'],
    ['a timeout without its unit', ['--mirror-timeout', '10'], 'quantity/malformed', '"10" is not a duration'],
    ['no time at all for a copy', ['--mirror-timeout', '0s'], 'cli/usage', '"0s" is not a time limit'],
    ['days for a copy', ['--mirror-timeout', '30d'], 'cli/usage', '"30d" is not a time limit'],
    ['room for no copy', ['--mirror-at-once', '0'], 'cli/usage', '"0" is not a number of copies'],
    ['room for half a copy', ['--mirror-at-once', '1.5'], 'cli/usage', '"1.5" is not a number of copies'],
    ['a time on standby without its unit', ['--standby', '10'], 'quantity/malformed', '"10" is not a duration'],
    ['a time on standby beyond all plans', ['--standby', '366d'], 'cli/usage', '"366d" is not a time on standby'],
    ['a tolerance below nothing', ['--mirror-tolerance=-0.1'], 'cli/usage', '"-0.1" is not a tolerance'],
    ['a tolerance in words', ['--mirror-tolerance', '1%'], 'cli/usage', '"1%" is not a tolerance'],
  ])('with %s', async (_, args, code, message) => {
    const failure = await runRouter(args, async () => {}).catch((error: unknown) => error)
    expect(failure).toMatchObject({code, message: expect.stringContaining(message)})
  })
})
