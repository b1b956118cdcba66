import {modelGates} from './defaults.ts'
import type {Config, EnvironmentConfig} from './schema.ts'

/**
 * A config as a tree in which each rule has a place of its own: what is identified by a name is a map by that name, so
 * that a moved entry is no change, and defaults stand where they are in force.
 */
export function policyTree(config: Config): unknown {
  const {validation, environments, ...rest} = config
  return {
    ...rest,
    validation: {
      ...validation,
      gates: byName(modelGates(config), gate => ('metric' in gate ? gate.metric : `${gate.fairness} by ${gate.by}`)),
    },
    environments: new Map(Object.entries(environments).map(([name, each]) => [name, environmentTree(each)])),
  }
}

function environmentTree({rollout, approvals, ...rest}: EnvironmentConfig): unknown {
  return {
    ...rest,
    rollout: {...rollout, guards: byName(rollout.guards.filter(isNamed), guard => guard.name)},
    approvals: byName(approvals, approval => approval.team),
  }
}

/** Entries with the same name are told apart by their order: `accuracy`, `accuracy (2)`. */
function byName<T>(entries: readonly T[], nameOf: (entry: T) => string): ReadonlyMap<string, T> {
  const named = new Map<string, T>()
  for (const entry of entries) {
    const name = nameOf(entry)
    let free = name
    for (let count = 2; named.has(free); count++) free = `${name} (${count})`
    named.set(free, entry)
  }
  return named
}

type Guard = EnvironmentConfig['rollout']['guards'][number]

/** Always true for a config that was parsed: the schema refuses the guards that do not work yet. */
function isNamed(guard: Guard): guard is Extract<Guard, {name: string}> {
  return 'name' in guard && typeof guard.name === 'string'
}
