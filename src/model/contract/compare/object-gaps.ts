import type {SchemaObject} from '../schema.ts'
import type {Alternative} from './alternative.ts'
import {evaluatesElsewhere, namesIn, patternsOf, propertyIn, propertyOf, unnamedIn} from './children.ts'
import {type Context, type Gap, gap, unclear} from './gap.ts'
import {numbersIn, stringsIn} from './keywords.ts'
import type {Located} from './located.ts'

/** With more patterns the ways in which a name can match them are too many. */
const maxPatterns = 4

/** Objects that the form allows and the schema does not. */
export function objectGaps(inner: Alternative, outer: Located, schema: SchemaObject, context: Context): readonly Gap[] {
  const {path} = context
  const {parts} = inner
  const required = new Set(parts.flatMap(part => stringsIn(part.schema, 'required')))
  const gaps: Gap[] = stringsIn(schema, 'required')
    .filter(name => !required.has(name))
    .map(name => gap(pathOf(path, name), 'required', `objects without "${name}"`))

  const {minProperties, maxProperties} = schema
  const fewest = Math.max(required.size, ...numbersIn(parts, 'minProperties'))
  if (typeof minProperties === 'number' && fewest < minProperties) {
    gaps.push(gap(path, 'minProperties', `objects of fewer than ${minProperties} properties`))
  }
  const most = Math.min(Number.POSITIVE_INFINITY, ...numbersIn(parts, 'maxProperties'))
  if (typeof maxProperties === 'number' && most > maxProperties) {
    gaps.push(unclear(path, 'maxProperties', `objects of more than ${maxProperties} properties`))
  }
  return [...gaps, ...propertyGaps(inner, outer, context), ...unevaluatedGaps(schema, path)]
}

function propertyGaps(inner: Alternative, outer: Located, {path, descend}: Context): readonly Gap[] {
  const names = new Set([...namesIn(outer), ...inner.parts.flatMap(namesIn)])
  const gaps = [...names].flatMap(name =>
    propertyIn(outer, name).flatMap(target =>
      descend(propertyOf(inner, name), target, pathOf(path, name)).map(each => asProperty(each, outer, name)),
    ),
  )
  const patterns = [...new Set([...patternsOf(outer), ...inner.parts.flatMap(patternsOf)])]
  if (patterns.length > maxPatterns) {
    return [...gaps, unclear(path, 'patternProperties', 'properties whose names match several patterns')]
  }
  for (const matched of subsets(patterns)) {
    const targets = unnamedIn(outer, matched)
    const given = inner.parts.flatMap(part => unnamedIn(part, matched))
    for (const target of targets) {
      const found = descend(given, target, `${path}.*`)
      // Whether any name matches just these patterns is not known.
      gaps.push(...(matched.size === 0 ? found.map(asOther) : found.map(each => ({...each, certain: false}))))
    }
  }
  return gaps
}

/** A property whose every value is refused is refused itself: by its name, or because nobody names it. */
function asProperty(found: Gap, outer: Located, name: string): Gap {
  if (found.keyword !== 'false') return found
  const keyword = namesIn(outer).includes(name) ? 'properties' : 'additionalProperties'
  return {...found, keyword, values: `objects with "${name}"`}
}

/** "any value" is what `additionalProperties: false` refuses: a property that is not named. */
function asOther(found: Gap): Gap {
  return found.keyword === 'false'
    ? {...found, keyword: 'additionalProperties', values: 'properties that are not named'}
    : found
}

function unevaluatedGaps(schema: SchemaObject, path: string): readonly Gap[] {
  const {unevaluatedProperties} = schema
  if (unevaluatedProperties === undefined || unevaluatedProperties === true) return []
  if ('additionalProperties' in schema || !evaluatesElsewhere(schema)) return []
  return [unclear(path, 'unevaluatedProperties', 'properties that no other keyword speaks of')]
}

function subsets(patterns: readonly string[]): readonly ReadonlySet<string>[] {
  const sets: Set<string>[] = [new Set()]
  for (const pattern of patterns) sets.push(...sets.map(set => new Set(set).add(pattern)))
  return sets
}

function pathOf(path: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
}
