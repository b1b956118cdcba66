import type {SchemaObject} from '../schema.ts'
import type {Alternative} from './alternative.ts'
import {evaluatesElsewhere} from './children.ts'
import {type Gap, unclear} from './gap.ts'
import type {Located} from './located.ts'
import {sameSchema} from './same-schema.ts'

/**
 * Keywords that are not looked into: what they ask for holds where a schema on the other side asks for it in the same
 * words. By the type of value that they speak of.
 */
const unfollowed: readonly (readonly [Alternative['type'] | 'any', readonly string[]])[] = [
  ['any', ['not']],
  ['any', ['if', 'then', 'else']],
  ['any', ['$dynamicRef']],
  ['array', ['contains', 'minContains', 'maxContains']],
  ['object', ['dependentSchemas']],
  ['object', ['dependentRequired']],
  ['object', ['propertyNames']],
]

export function unfollowedGaps(inner: Alternative, outer: Located, schema: SchemaObject, path: string): readonly Gap[] {
  return unfollowed.flatMap(([type, keywords]) => {
    const [main] = keywords
    if (main === undefined || !(main in schema) || (type !== 'any' && type !== inner.type)) return []
    const alone = only(outer, keywords)
    if (inner.parts.some(part => main in objectOf(part) && sameSchema(only(part, keywords), alone))) return []
    return [unclear(path, main, `what ${main} refuses`)]
  })
}

/** Keywords that are not looked into, and refuse something. */
const constraining: readonly string[] = [
  'not',
  'if',
  '$dynamicRef',
  'contains',
  'dependentSchemas',
  'dependentRequired',
  'propertyNames',
  'unevaluatedItems',
]

function only(at: Located, keywords: readonly string[]): Located {
  return {
    ...at,
    schema: Object.fromEntries(keywords.flatMap(key => (key in objectOf(at) ? [[key, objectOf(at)[key]]] : []))),
  }
}

function objectOf({schema}: Located): SchemaObject {
  return typeof schema === 'boolean' ? {} : schema
}

/** Whether a schema asks for something that is not looked into. */
export function asksForMore({schema}: Located): boolean {
  if (typeof schema === 'boolean') return false
  return (
    constraining.some(keyword => keyword in schema) || ('unevaluatedProperties' in schema && evaluatesElsewhere(schema))
  )
}
