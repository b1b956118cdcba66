import {isSchemaObject} from '../schema.ts'
import type {Alternative} from './alternative.ts'
import {type Located, listBelow} from './located.ts'

/** What holds of the property of this name, in all schemas together. */
export function propertyOf({parts}: Alternative, name: string): readonly Located[] {
  return parts.flatMap(part => propertyIn(part, name))
}

/** What one schema says about the property of this name; empty where it says nothing. */
export function propertyIn(at: Located, name: string): readonly Located[] {
  if (typeof at.schema === 'boolean') return []
  const named = childOf(at, 'properties', name)
  const matching = patternsOf(at).flatMap(pattern =>
    new RegExp(pattern, 'u').test(name) ? (childOf(at, 'patternProperties', pattern) ?? []) : [],
  )
  const said = [...(named ? [named] : []), ...matching]
  if (said.length > 0) return said
  return otherProperties(at)
}

/** What one schema says about properties that are not named and match exactly these patterns of all that there are. */
export function unnamedIn(at: Located, matched: ReadonlySet<string>): readonly Located[] {
  const matching = patternsOf(at).flatMap(pattern =>
    matched.has(pattern) ? (childOf(at, 'patternProperties', pattern) ?? []) : [],
  )
  return matching.length > 0 ? matching : otherProperties(at)
}

export function namesIn({schema}: Located): readonly string[] {
  return typeof schema !== 'boolean' && isSchemaObject(schema.properties) ? Object.keys(schema.properties) : []
}

export function patternsOf({schema}: Located): readonly string[] {
  if (typeof schema === 'boolean' || !isSchemaObject(schema.patternProperties)) return []
  return Object.keys(schema.patternProperties)
}

/** Keywords beside which `unevaluatedProperties` sees more than `properties` does. */
const evaluating = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'if', 'dependentSchemas', 'not']

export function evaluatesElsewhere(schema: Readonly<Record<string, unknown>>): boolean {
  return evaluating.some(keyword => keyword in schema)
}

function otherProperties(at: Located): readonly Located[] {
  if (typeof at.schema === 'boolean') return []
  const plain = {...at}
  if ('additionalProperties' in at.schema) return child(plain, 'additionalProperties')
  if ('unevaluatedProperties' in at.schema && !evaluatesElsewhere(at.schema))
    return child(plain, 'unevaluatedProperties')
  return []
}

/** What one schema says about the entry at this index; `rest` for all behind those it names. */
export function itemIn(at: Located, index: number | 'rest'): readonly Located[] {
  const named = listBelow(at, 'prefixItems')
  const found = index === 'rest' ? undefined : named[index]
  if (found) return [found]
  return child(at, 'items')
}

export function prefixLength(at: Located): number {
  return listBelow(at, 'prefixItems').length
}

function child(at: Located, keyword: string): readonly Located[] {
  if (typeof at.schema === 'boolean') return []
  const schema = at.schema[keyword]
  if (typeof schema !== 'boolean' && !isSchemaObject(schema)) return []
  return [{...at, pointer: `${at.pointer}/${keyword}`, schema}]
}

function childOf(at: Located, keyword: string, name: string): Located | null {
  if (typeof at.schema === 'boolean') return null
  const map = at.schema[keyword]
  if (!isSchemaObject(map) || !Object.hasOwn(map, name)) return null
  const schema = map[name]
  if (typeof schema !== 'boolean' && !isSchemaObject(schema)) return null
  const key = encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
  return {...at, pointer: `${at.pointer}/${keyword}/${key}`, schema}
}
