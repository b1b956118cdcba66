import {type Observation, quote, type Rule} from '../../observation.ts'

/** What a Keras configuration stands in: `.h5` has no safe mode at all. */
export type KerasContainer = 'keras' | 'h5' | 'saved model' | 'json'

/** Something seen in a configuration: everything of an observation but its place. */
export type KerasSight = Pick<Observation, 'rule' | 'what' | 'sure'>

export type Entries = ReadonlyMap<string, unknown>

/** Where in a configuration something stands. */
export interface KerasContext {
  readonly path: string
  /** Whether code around it was told already. */
  readonly insideCode: boolean
  readonly container: KerasContainer
}

export function sight(rule: Rule, what: string, path: string): KerasSight {
  return {rule, what: path === '' ? `${what}.` : `${what}, at ${quote(path, 200)}.`, sure: 'certain'}
}

export function isEntries(value: unknown): value is Entries {
  return value instanceof Map
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
