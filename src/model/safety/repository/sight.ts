import type {Observation, Rule} from '../observation.ts'

/** What a file of a model repository says, of which something may be wrong; its place is the file. */
export interface RepositorySight extends Pick<Observation, 'rule' | 'what'> {
  /** `likely` unless said otherwise: the part counts where a library that reads such files loads the model. */
  readonly sure?: Observation['sure']
}

/** A path that a file names, to be looked for beside it. */
export interface NamedPath {
  readonly path: string
  /** How the file calls it: `flavors.sklearn.pickled_model`. */
  readonly key: string
  /** Whether a loader reads it, so that its absence breaks the model. */
  readonly needed: boolean
}

/** What a text file turned out to be. */
export interface RepositoryReading {
  /** For a person: `Hugging Face config`. */
  readonly is: string
  readonly sights: readonly RepositorySight[]
  readonly paths?: readonly NamedPath[]
}

/** A file of a repository, by its name in lower case and its parsed content. JSON objects are Maps. */
export interface RepositoryFile {
  readonly name: string
  readonly value: unknown
}

export type ObjectValue = ReadonlyMap<unknown, unknown>

export function isObject(value: unknown): value is ObjectValue {
  return value instanceof Map
}

export function textAt(value: unknown, key: string): string | null {
  const found = isObject(value) ? value.get(key) : null
  return typeof found === 'string' ? found : null
}

export function objectAt(value: unknown, key: string): ObjectValue | null {
  const found = isObject(value) ? value.get(key) : null
  return isObject(found) ? found : null
}

export const pathOutside: Rule = {
  id: 'repository-path-outside',
  title: 'A file of the model names a path outside of it',
  means: 'runs',
  why: 'The loader reads what stands there on the machine that serves, which is not what was validated.',
  remedy: 'Put the file into the model folder, and name it relative to it.',
}

export const pathMissing: Rule = {
  id: 'repository-path-missing',
  title: 'A file of the model names one that is not there',
  means: 'damaged',
  why: 'The model cannot be loaded as it is, or loads another file than the one that was meant.',
  remedy: 'Check that the model was uploaded whole.',
}

export const pathLinked: Rule = {
  id: 'repository-path-linked',
  title: 'A file of the model names a symbolic link',
  means: 'runs',
  why: 'What it points to may change after validation, without a change of the model’s digest.',
  remedy: 'Put the file itself in its place.',
}

export const sightRules: readonly Rule[] = [pathOutside, pathMissing, pathLinked]
