import {gateName, modelGates} from './defaults.ts'
import type {GuardConfig} from './guard-schema.ts'
import type {Config, EnvironmentConfig} from './schema.ts'

/**
 * A config as a tree in which each rule has a place of its own: what is identified by a name is a map by that name, so
 * that a moved entry is no change, and defaults stand where they are in force.
 */
export function policyTree(config: Config): unknown {
  const {model, validation, image, environments, ...rest} = config
  const {safety} = model
  return {
    ...rest,
    model: {
      ...model,
      safety: {...safety, allow: byName(safety.allow, each => ('import' in each ? each.import : each.file))},
    },
    validation: {
      ...validation,
      gates: byName(modelGates(config), gateName),
      slices: byName(validation.slices, slice => slice.name),
    },
    ...(image && {image: {...image, vex: byName(image.vex, document => document.file)}}),
    environments: new Map(Object.entries(environments).map(([name, each]) => [name, environmentTree(each)])),
  }
}

/** What a preset means stands in its stages and its bake: its name judges nothing. */
function environmentTree({rollout, approvals, freeze, ...rest}: EnvironmentConfig): unknown {
  const {preset: _, ...rules} = rollout
  return {
    ...rest,
    rollout: {...rules, guards: byName(rollout.guards.map(guardTree), guard => guard.name)},
    freeze: byName(freeze, ({from, to, zone}) => `${from} to ${to} (${zone})`),
    approvals: byName(approvals, approval => approval.team),
  }
}

/** Limits of a mean and of a count are plain numbers, those of a share are shares: each stands beside its own kind. */
function guardTree(guard: GuardConfig) {
  if ('mean' in guard) {
    const {mean, 'at-least': least, 'at-most': most, ...rest} = guard
    return {...rest, mean: {...mean, 'at-least': least, 'at-most': most}}
  }
  if ('count' in guard) {
    const {count, 'at-most': most, ...rest} = guard
    return {...rest, count: {...count, 'at-most': most}}
  }
  return guard
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
