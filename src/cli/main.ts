/** The terminal's side of Slipway: the same gates as the actions, with text or JSON on stdout and the exit code as verdict. */

import {nearest} from '../config/nearest.ts'
import {type Failure, isFailure, messageOf} from '../core/failure.ts'
import {exitCodeOf} from '../core/verdict.ts'
import {version} from '../core/version.ts'
import {failedOutcome, serviceIn} from '../gates/failed.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {type Command, helpOf, readOptions, type Terminal} from './command.ts'
import {commands} from './commands.ts'
import {checkReportFile, sayJson} from './say.ts'

/** Runs one command line (without `node` and the file name) and answers the exit code. Never throws. */
export async function main(argv: readonly string[], terminal: Terminal, runtime: Runtime): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(overview())
    return 0
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${version}\n`)
    return 0
  }
  const command = commands.find(each => each.name === name)
  if (!command) {
    const guess = nearest(
      name,
      commands.map(each => each.name),
    )
    const tell = terminal.fail ?? runtime.log.warning
    tell(`There is no command "${name}".${guess ? ` Did you mean "${guess}"?` : ''} See slipway --help.`)
    return 3
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(helpOf(command))
    return 0
  }
  return runCommand(command, rest, terminal, runtime)
}

async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
  runtime: Runtime,
): Promise<number> {
  let config: string | undefined
  try {
    const given = readOptions(command, args)
    config = given.text('config')
    checkReportFile(given)
    return await command.run(given, terminal, runtime)
  } catch (error) {
    const tell = terminal.fail ?? runtime.log.warning
    tell(isFailure(error) ? describeFailure(error) : describeDefect(error))
    // Whoever asked for JSON branches on it, also where nothing could be judged.
    if (command.gate && args.includes('--json')) {
      sayJson(failedOutcome(command.gate, error, await serviceIn(runtime.files, config)), terminal, runtime)
    }
    return exitCodeOf('error')
  }
}

function describeFailure({message, hint, code}: Failure): string {
  return `${message}${hint ? `\n${hint}` : ''}\n(${code})`
}

function describeDefect(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined
  return `This is a defect of Slipway, please report it: ${messageOf(error)}\n${stack ?? ''}`
}

function overview(): string {
  const width = Math.max(...commands.map(each => each.name.length)) + 2
  return [
    'Slipway carries a model from pull request to production: validate, scan, plan, promote, roll back.',
    '',
    'Usage: slipway <command> [options]',
    '',
    ...commands.map(each => `  ${each.name.padEnd(width)}${each.summary}`),
    '',
    'slipway <command> --help tells its options. Every command that judges takes --json.',
    'Exit code: 0 pass or warn, 1 fail, 2 inconclusive, 3 error.',
    '',
  ].join('\n')
}
