import {stderrLog} from '../runtime/log.ts'
import {systemRuntime} from '../runtime/runtime.ts'
import {main} from './main.ts'

/** The command line of this process. Colours only where a person looks, and never where NO_COLOR is set (no-color.org). */
export async function startCli(): Promise<void> {
  const terminal = {
    out: (text: string) => void process.stdout.write(text),
    fail: (text: string) => void process.stderr.write(`error: ${text}\n`),
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
    width: process.stdout.columns ?? 100,
  }
  process.exitCode = await main(process.argv.slice(2), terminal, systemRuntime(stderrLog))
}
