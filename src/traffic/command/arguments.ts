/** What a script is told: its argument list with placeholders, and the environment that it may see. Pure. */
import {UserError} from '../../core/failure.ts'
import {visibleEnv} from '../../core/visible-env.ts'

export const acts = ['read', 'deploy', 'set-weight', 'mirror', 'promote', 'restore'] as const
export type Act = (typeof acts)[number]

const release = ['version', 'model', 'image']
/** What each script may be told. */
const placeholders = {
  read: [],
  deploy: release,
  'set-weight': ['weight'],
  mirror: ['percent'],
  promote: release,
  restore: release,
} as const satisfies Record<Act, readonly string[]>

const placeholder = /\{([a-z-]+)\}/g

/** @throws UserError `traffic/unknown-placeholder` */
export function checkPlaceholders(act: Act, argv: readonly string[]): void {
  const known: readonly string[] = placeholders[act]
  for (const argument of argv) {
    for (const [text, name = ''] of argument.matchAll(placeholder)) {
      if (known.includes(name)) continue
      const offered = known.length === 0 ? 'none' : known.map(each => `{${each}}`).join(', ')
      throw new UserError('traffic/unknown-placeholder', `target.${act} contains ${text}, which has no value there.`, {
        hint: `Placeholders of ${act}: ${offered}. What needs other braces belongs into a script file.`,
      })
    }
  }
}

/** @throws UserError `traffic/no-image` */
export function fill(argument: string, act: Act, values: Readonly<Record<string, string>>): string {
  return argument.replaceAll(placeholder, (text, name: string) => {
    const value = values[name]
    if (value !== undefined) return value
    throw new UserError('traffic/no-image', `target.${act} asks for ${text}, and the release has no image.`, {
      hint: 'Promote with an image digest, or remove the placeholder.',
    })
  })
}

/** What the scripts may see of the environment. @throws UserError `traffic/env-missing` */
export function pickEnv(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const {env: visible, missing} = visibleEnv(names, env)
  const [name] = missing
  if (name === undefined) return visible
  throw new UserError('traffic/env-missing', `The environment variable ${name} is not set.`, {
    hint: 'target.env names it: give it to the step, or remove it there.',
  })
}
