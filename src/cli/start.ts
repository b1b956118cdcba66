import {escapeTerminal, withoutWorkflowCommands} from '../report/escape.ts'
import {type Log, stderrLog} from '../runtime/log.ts'
import {systemRuntime} from '../runtime/runtime.ts'
import {main} from './main.ts'

/** The command line of this process. Colours only where a person looks, and never where NO_COLOR is set (no-color.org). */
export async function startCli(): Promise<void> {
  // Whoever reads may stop early (`| head`); the verdict stays the exit code.
  process.stdout.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
  const terminal = {
    out: (text: string) => void process.stdout.write(text),
    fail: (text: string) => void process.stderr.write(`error: ${harmless(text)}\n`),
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
    width: process.stdout.columns ?? 100,
  }
  process.exitCode = await main(process.argv.slice(2), terminal, systemRuntime(harmlessLog))
}

const harmlessLog: Log = {
  info: message => stderrLog.info(harmless(message)),
  warning: message => stderrLog.warning(harmless(message)),
  debug: message => stderrLog.debug(harmless(message)),
}

/** What is told may quote a file, a remote or a router: it must steer neither the terminal nor a runner that reads along. */
function harmless(text: string): string {
  return withoutWorkflowCommands(escapeTerminal(text))
}
