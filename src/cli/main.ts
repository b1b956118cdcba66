/** The terminal's side of Slipway: the same gates as the actions, with text or JSON on stdout and the exit code as verdict. */

import {nearest} from '../config/nearest.ts'
import {isFailure, messageOf} from '../core/failure.ts'
import {version} from '../core/version.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {type Command, helpOf, readOptions, type Terminal} from './command.ts'
import {commands} from './commands.ts'

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
    runtime.log.warning(`There is no command "${name}".${guess ? ` Did you mean "${guess}"?` : ''} See slipway --help.`)
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
  try {
    return await command.run(readOptions(command, args), terminal, runtime)
  } catch (error) {
    if (!isFailure(error)) {
      const stack = error instanceof Error ? error.stack : undefined
      runtime.log.warning(`This is a defect of Slipway, please report it: ${messageOf(error)}\n${stack ?? ''}`)
      return 3
    }
    runtime.log.warning(`${error.message}${error.hint ? `\n${error.hint}` : ''}\n(${error.code})`)
    return 3
  }
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
