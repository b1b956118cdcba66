import * as z from 'zod/mini'
import type {ActionName} from './names.ts'

/**
 * An action's public face. `action.yml`, the tables in its README and the parsed inputs all come from here
 * (`scripts/generate.ts`), so they cannot disagree.
 */
export interface ActionDefinition<Inputs extends z.ZodMiniObject = z.ZodMiniObject> {
  readonly name: ActionName
  readonly title: string
  /** The question it answers, then what it does about the answer. */
  readonly description: string
  readonly inputs: Inputs
  readonly outputs: Readonly<Record<string, string>>
  /** Scopes that the job's token needs, each with what for. */
  readonly permissions: Readonly<Record<string, string>>
}

/** Outputs of every action: what a caller branches on. */
export const commonOutputs = {
  verdict: 'pass, warn, inconclusive, fail or error.',
  reason: 'Stable code of the reason, such as `model/accuracy-below-limit`.',
  result: 'Path of the full result as JSON (`schema/result.schema.json`).',
  report: 'Path of the report as one HTML file, with charts; it needs no network.',
} as const

/** GitHub passes text; what is not given arrives as empty text and counts as absent. */
export const text = (what: string) => z.optional(z.string()).check(z.describe(what))

export const textOr = (what: string, fallback: string) => z._default(z.string(), fallback).check(z.describe(what))

export const flag = (what: string, fallback: boolean) =>
  z
    .pipe(
      z._default(z.enum(['true', 'false'], 'expected true or false'), fallback ? 'true' : 'false'),
      z.transform(value => value === 'true'),
    )
    .check(z.describe(what))

/** Inputs of every action. */
export const commonInputs = {
  config: textOr('Path of the config file.', 'slipway.yml'),
  'github-token': text('Token for checks, comments, deployments, ledgers and evidence. Default: the job’s own token.'),
}

/** Inputs of every action that says what release it is about. */
export const releaseInputs = {
  version: text('Version of the release, as a person calls it: a tag, a number.'),
  model: text('Folder or file of the model. Default: `model.files` of the config.'),
  'image-digest': text('Digest of the image, sha256:… Leave it out where the service ships no image of its own.'),
}

/** Inputs that name the release in production, where the ledger does not know it. */
export const stableInputs = {
  'stable-version': text('Version in production, for an environment that was served before Slipway knew it.'),
  'stable-model-digest': text('Digest of its model.'),
  'stable-image-digest': text('Digest of its image.'),
}

/** Reads the inputs of an action from the environment of a step (`INPUT_<NAME>`, upper case, spaces as underscores). */
export function readInputs(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap(name => {
      const value = env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim()
      return value ? [[name, value]] : []
    }),
  )
}
