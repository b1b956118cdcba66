import {parseArgs} from 'node:util'
import {UserError} from '../core/failure.ts'
import type {Gate} from '../core/result.ts'
import type {Runtime} from '../runtime/runtime.ts'

/** Where a command speaks: results on `out`, progress on the runtime's log (stderr). */
export interface Terminal {
  readonly out: (text: string) => void
  /** Says why there is no result. Default: a warning of the log. */
  readonly fail?: (text: string) => void
  readonly color: boolean
  /** Columns; tables are fitted to it. */
  readonly width: number
}

export interface Option {
  readonly what: string
  /** Name of the value in the help text; absent for a flag. */
  readonly value?: string
  readonly fallback?: string
}

export interface Command {
  readonly name: string
  /** Which gate it asks, where it judges: what could not be judged is a result of that gate too. */
  readonly gate?: Gate
  /** One line in `slipway --help`. */
  readonly summary: string
  /** What it does, what it needs, what it leaves behind. */
  readonly description: string
  readonly options: Readonly<Record<string, Option>>
  /** The one word that may stand behind the command, where it takes one. */
  readonly argument?: {readonly name: string; readonly what: string}
  /** Answers the exit code: 0 pass, 1 fail, 2 inconclusive, 3 error. */
  run(given: Given, terminal: Terminal, runtime: Runtime): Promise<number>
}

/** Options as they were given, or their fallback. */
export class Given {
  readonly #values: Readonly<Record<string, string | boolean | undefined>>
  readonly #command: string
  readonly #argument: string | undefined

  constructor(command: string, values: Readonly<Record<string, string | boolean | undefined>>, argument?: string) {
    this.#command = command
    this.#values = values
    this.#argument = argument
  }

  /** The word behind the command. */
  argument(): string | undefined {
    return this.#argument === '' ? undefined : this.#argument
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  /** @throws UserError `cli/option-missing` */
  required(name: string): string {
    const value = this.text(name)
    if (value !== undefined) return value
    throw new UserError('cli/option-missing', `slipway ${this.#command} needs --${name}.`, {
      hint: `See slipway ${this.#command} --help.`,
    })
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }
}

/** Options of every command that judges by `slipway.yml`. */
export const commonOptions = {
  config: {what: 'Path of the config file.', value: 'file', fallback: 'slipway.yml'},
  records: {what: 'Folder of ledgers and evidence. Default: `records` of the config, else .slipway.', value: 'folder'},
  json: {what: 'Print the result as JSON (schema/result.schema.json) and nothing else.'},
  details: {what: 'Show the folded parts of the report too.'},
  'save-report': {what: 'Keep the report as a file: .html (one file with charts, no network) or .md.', value: 'file'},
} as const satisfies Record<string, Option>

/** Options that say what release a command is about. */
export const releaseOptions = {
  version: {what: 'Version of the release, as a person calls it.', value: 'text'},
  model: {what: 'Folder or file of the model. Default: `model.files`.', value: 'path'},
  'image-digest': {what: 'Digest of the image, where the service ships one.', value: 'sha256:…'},
} as const satisfies Record<string, Option>

export const environmentOption = {
  environment: {what: 'Environment of the config.', value: 'name', fallback: 'production'},
} as const satisfies Record<string, Option>

/** @throws UserError `cli/usage` for an unknown option, a missing value or a stray word. */
export function readOptions(command: Command, args: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, {value, fallback}]) => [
      name,
      value === undefined
        ? ({type: 'boolean'} as const)
        : {type: 'string' as const, ...(fallback === undefined ? {} : {default: fallback})},
    ]),
  )
  try {
    const {values, positionals} = parseArgs({args: [...args], options, strict: true, allowPositionals: true})
    const [argument, ...more] = command.argument ? positionals : [undefined, ...positionals]
    if (more.length > 0) throw new Error(`Unexpected argument ${JSON.stringify(more[0])}.`)
    return new Given(command.name, values, argument)
  } catch (error) {
    throw new UserError('cli/usage', error instanceof Error ? error.message : String(error), {
      hint: `See slipway ${command.name} --help.`,
      cause: error,
    })
  }
}

export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, {what, value, fallback}]) => {
    const left = `  --${name}${value === undefined ? '' : ` <${value}>`}`
    return [left, fallback === undefined ? what : `${what} Default: ${fallback}.`] as const
  })
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return [
    `slipway ${command.name}: ${command.summary}`,
    '',
    command.description,
    '',
    ...(command.argument ? [`Usage: slipway ${command.name} [${command.argument.name}] [options]`, ''] : []),
    ...(command.argument ? [`  ${command.argument.name}  ${command.argument.what}`, ''] : []),
    'Options:',
    ...rows.map(([left, what]) => `${left.padEnd(width)}${what}`),
    '',
    'Exit code: 0 pass or warn, 1 fail, 2 inconclusive, 3 error.',
    '',
  ].join('\n')
}
