/** What a program of the user sees of the environment: PATH, HOME, and the variables that are named. Nothing is inherited. */
export interface VisibleEnv {
  readonly env: Readonly<Record<string, string>>
  /** Named, and not set: whoever starts the program says so. */
  readonly missing: readonly string[]
}

export function visibleEnv(names: readonly string[], all: Readonly<Record<string, string | undefined>>): VisibleEnv {
  const env: Record<string, string> = {PATH: all.PATH ?? ''}
  const missing: string[] = []
  if (all.HOME !== undefined) env.HOME = all.HOME
  for (const name of names) {
    const value = all[name]
    if (value === undefined) missing.push(name)
    else env[name] = value
  }
  return {env, missing}
}
