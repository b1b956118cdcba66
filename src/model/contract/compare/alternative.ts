import {typesOf} from './keywords.ts'
import {allows, type Located, listBelow, resolve} from './located.ts'

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'
export const jsonTypes: readonly JsonType[] = ['null', 'boolean', 'number', 'string', 'array', 'object']

/**
 * One way in which a value can be allowed, of one type: all these schemas together. `anyOf` and `oneOf` have been taken
 * apart, references followed, `allOf` joined.
 */
export interface Alternative {
  readonly type: JsonType
  /** Numbers only: whole ones. */
  readonly whole: boolean
  /** Every schema that holds here, those with references and choices among them. */
  readonly parts: readonly Located[]
  /** All values there are, where they are few: enum, const, null, true and false. */
  readonly values: readonly unknown[] | null
}

/** Where a contract branches further than this, nothing is said about it. */
const maxAlternatives = 128
const maxDepth = 40

/**
 * All ways in which a value is allowed by all of these schemas; null where there are too many, or where references go
 * round in circles. A choice of `oneOf` is taken as `anyOf`: what is shown of more values holds of fewer.
 */
export function alternativesOf(schemas: readonly Located[]): readonly Alternative[] | null {
  let combined: readonly (readonly Located[])[] = [[]]
  for (const schema of schemas) {
    const ways = waysOf(schema, 0)
    if (ways === null) return null
    combined = combined.flatMap(before => ways.map(way => [...before, ...way]))
    if (combined.length > maxAlternatives) return null
  }
  return combined.flatMap(parts => jsonTypes.flatMap(type => alternativeOf(parts, type) ?? []))
}

function waysOf(at: Located, depth: number): readonly (readonly Located[])[] | null {
  if (at.schema === true) return [[]]
  if (at.schema === false) return []
  if (depth > maxDepth) return null
  let ways: readonly (readonly Located[])[] = [[at]]
  const join = (branch: readonly (readonly Located[])[] | null): boolean => {
    if (branch === null) return false
    ways = ways.flatMap(before => branch.map(way => [...before, ...way]))
    return ways.length <= maxAlternatives
  }
  const {$ref} = at.schema
  if (typeof $ref === 'string') {
    const target = resolve(at, $ref)
    if (target === null || !join(waysOf(target, depth + 1))) return null
  }
  for (const part of listBelow(at, 'allOf')) if (!join(waysOf(part, depth + 1))) return null
  for (const choice of ['anyOf', 'oneOf']) {
    const branches = listBelow(at, choice)
    if (branches.length === 0) continue
    const joined: (readonly Located[])[] = []
    for (const branch of branches) {
      const found = waysOf(branch, depth + 1)
      if (found === null) return null
      joined.push(...found)
    }
    if (!join(joined)) return null
  }
  return ways
}

/** Null where no value of this type is allowed. */
function alternativeOf(parts: readonly Located[], type: JsonType): Alternative | null {
  let whole = false
  let listed: readonly unknown[] | null = type === 'null' ? [null] : type === 'boolean' ? [true, false] : null
  for (const {schema} of parts) {
    if (typeof schema === 'boolean') continue
    const types = typesOf(schema.type)
    if (types && !types.has(type) && !(type === 'number' && types.has('integer'))) return null
    if (types && type === 'number' && !types.has('number')) whole = true
    if ('const' in schema) listed = narrowed(listed, [schema.const], type)
    if (Array.isArray(schema.enum)) listed = narrowed(listed, schema.enum, type)
  }
  if (listed === null) return {type, whole, parts, values: null}
  const values = listed.filter(value => parts.every(part => allows(part, value)))
  return values.length === 0 ? null : {type, whole, parts, values}
}

function narrowed(known: readonly unknown[] | null, listed: readonly unknown[], type: JsonType): readonly unknown[] {
  return known ?? listed.filter(value => typeOf(value) === type)
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'number' : 'string'
  }
  return 'object'
}
