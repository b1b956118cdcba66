/**
 * Text to config: YAML, schema, then the rules between its parts. Everything that is wrong is said at once; a config with
 * one mistake is no config.
 */
import {isFailure, UserError} from '../core/failure.ts'
import type {Files} from '../runtime/files.ts'
import {explain} from './explain.ts'
import {ConfigError, type Problem} from './problem.ts'
import {type Config, configSchema} from './schema.ts'
import {checkSemantics} from './semantics.ts'
import {isMapping} from './shape.ts'
import {readYaml, type YamlSource} from './yaml-source.ts'

/**
 * @param file name of the file for messages, as the user gave it
 * @throws ConfigError `config/invalid` with every problem and its line and column
 */
export function parseConfig(text: string, file: string): Config {
  const source = readYaml(text)
  if (source.value === undefined && source.problems.length > 0) throw new ConfigError(file, source.problems)
  if (!isMapping(source.value)) throw new ConfigError(file, [notAMapping(source)])
  const parsed = configSchema.safeParse(source.value)
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : explain(configSchema, source)),
    ...checkSemantics(source),
  ]
  if (!parsed.success || problems.length > 0) throw new ConfigError(file, problems)
  return parsed.data
}

/** @throws UserError `config/not-found`; ConfigError `config/invalid` */
export async function loadConfig(files: Pick<Files, 'readText'>, path: string): Promise<Config> {
  return parseConfig(await readConfig(files, path), path)
}

async function readConfig(files: Pick<Files, 'readText'>, path: string): Promise<string> {
  try {
    return await files.readText(path)
  } catch (error) {
    if (!isFailure(error) || error.code !== 'file/not-found') throw error
    throw new UserError('config/not-found', `There is no config at "${path}".`, {
      hint: 'Write one with `slipway init`, or give its path with `config`.',
      cause: error,
    })
  }
}

function notAMapping(source: YamlSource): Problem {
  const empty = source.value === null || source.value === undefined
  return {
    path: '',
    ...source.place([], 'value'),
    seen: empty ? 'an empty file' : Array.isArray(source.value) ? 'a list' : 'a single value',
    expected: 'a mapping with at least version, service and model',
    hint: 'Write a first config with `slipway init`.',
  }
}
