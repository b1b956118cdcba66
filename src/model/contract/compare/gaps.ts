import type {SchemaObject} from '../schema.ts'
import {type Alternative, alternativesOf} from './alternative.ts'
import {isApart} from './apart.ts'
import {isEmpty} from './empty.ts'
import {type Context, type Descend, type Gap, gap, unclear} from './gap.ts'
import {itemGaps} from './item-gaps.ts'
import {isWhole, takes, typesOf} from './keywords.ts'
import {allows, type Located, listBelow, resolve} from './located.ts'
import {numberGaps} from './number-gaps.ts'
import {objectGaps} from './object-gaps.ts'
import {isAnnotation, sameSchema} from './same-schema.ts'
import {textGaps} from './text-gaps.ts'
import {asksForMore, unfollowedGaps} from './unfollowed.ts'

/** Steps into a value after which a comparison gives up, and says so; and looks at single schemas on the way. */
const budget = 20_000
const lookBudget = 200_000

/**
 * What `inner` allows and `outer` refuses; empty where it is shown that nothing is. Every value that is allowed by the
 * first is allowed by the second then: the proof follows the schemas downwards, and where it cannot follow, it answers with
 * a gap that is not certain, never with none.
 */
export function gapsBetween(inner: Located, outer: Located): readonly Gap[] {
  let steps = 0
  let looks = 0
  const takeStep = () => looks++ < lookBudget
  const open = new Set<string>()
  const names = new Map<unknown, number>()
  const nameOf = (at: Located) => {
    // The same pointer of two documents is two schemas.
    const known = names.get(at.document) ?? names.size
    names.set(at.document, known)
    return `${known}${at.pointer}`
  }
  const descend: Descend = (parts, target, path) => {
    if (steps++ > budget) return [unclear(path, '$ref', 'the contracts are too deep to be compared')]
    // A recursive schema meets itself one level further down: what holds above holds there, values being finite.
    const pair = `${parts.map(nameOf).join(' ')} < ${nameOf(target)}`
    if (open.has(pair)) return []
    open.add(pair)
    const alternatives = alternativesOf(parts)
    const gaps =
      alternatives === null
        ? [unclear(path, 'anyOf', 'a choice of too many forms, or references that go round in circles')]
        : alternatives
            .filter(form => !isEmpty(form))
            .flatMap(alternative => gapsOf(alternative, target, {path, descend, depth: 0, takeStep}))
    open.delete(pair)
    return gaps
  }
  return distinct(descend([inner], outer, '$'))
}

function gapsOf(inner: Alternative, outer: Located, context: Context): readonly Gap[] {
  const {schema} = outer
  const {path} = context
  if (schema === true) return []
  if (schema === false) return [{...gap(path, 'false', 'any value'), certain: !inner.parts.some(asksForMore)}]
  if (inner.values) {
    const refused = inner.values.filter(value => !allows(outer, value))
    const types = typesOf(schema.type)
    if (refused.length > 0 && types && !takes(types, inner.type)) return [gap(path, 'type', ofType(inner.type))]
    return refused.map(value => gap(path, refusingKeyword(schema), shown(value)))
  }
  if (inner.parts.some(part => sameSchema(part, outer))) return []
  if (context.depth > 40 || !context.takeStep()) return [unclear(path, '$ref', 'references that go round in circles')]
  const deeper = {...context, depth: context.depth + 1}
  const gaps = [
    ...referenceGaps(inner, outer, deeper),
    ...listBelow(outer, 'allOf').flatMap(part => gapsOf(inner, part, deeper)),
    ...choiceGaps(inner, outer, 'anyOf', deeper),
    ...choiceGaps(inner, outer, 'oneOf', deeper),
    ...ownGaps(inner, outer, schema, context),
  ]
  // What the form asks for beside what was looked at may rule out just these values.
  return inner.parts.some(asksForMore) ? gaps.map(found => ({...found, certain: false})) : gaps
}

function referenceGaps(inner: Alternative, outer: Located, context: Context): readonly Gap[] {
  if (typeof outer.schema === 'boolean' || typeof outer.schema.$ref !== 'string') return []
  const target = resolve(outer, outer.schema.$ref)
  return target ? gapsOf(inner, target, context) : [unclear(context.path, '$ref', 'a reference that leads nowhere')]
}

/**
 * A value must fit one branch of anyOf, and exactly one of oneOf. Branches that no value of this form fits are set aside;
 * where one remains, it is the one that must take them all.
 */
function choiceGaps(inner: Alternative, outer: Located, choice: 'anyOf' | 'oneOf', context: Context): readonly Gap[] {
  const branches = listBelow(outer, choice)
  if (branches.length === 0) return []
  const possible = branches.filter(branch => !isApart(inner, branch, context.takeStep))
  const [only] = possible
  if (!only) return [gap(context.path, choice, `values of type ${typeName(inner)}`)]
  if (possible.length === 1) return gapsOf(inner, only, context)
  const fits = possible.some(branch => gapsOf(inner, branch, context).length === 0)
  if (choice === 'anyOf' && fits) return []
  return [unclear(context.path, choice, `values of type ${typeName(inner)}, which several branches may take`)]
}

/** Keywords of the schema itself, each on its own. */
function ownGaps(inner: Alternative, outer: Located, schema: SchemaObject, context: Context): readonly Gap[] {
  const types = typesOf(schema.type)
  const {path} = context
  if (types && !types.has(inner.type)) {
    if (!takes(types, inner.type)) return [gap(path, 'type', ofType(inner.type))]
    if (!isWhole(inner)) return [gap(path, 'type', 'numbers with a fraction')]
  }
  const listed = 'const' in schema ? 'const' : 'enum' in schema ? 'enum' : null
  if (listed) return [gap(path, listed, `values of type ${typeName(inner)} that are not listed`)]
  return [...unfollowedGaps(inner, outer, schema, path), ...typedGaps(inner, outer, schema, context)]
}

function typedGaps(inner: Alternative, outer: Located, schema: SchemaObject, context: Context): readonly Gap[] {
  switch (inner.type) {
    case 'number':
      return numberGaps(inner, schema, context.path)
    case 'string':
      return textGaps(inner, schema, context.path)
    case 'array':
      return itemGaps(inner, outer, schema, context)
    case 'object':
      return objectGaps(inner, outer, schema, context)
    case 'null':
    case 'boolean':
      return []
  }
}

function typeName({type, whole}: Alternative): string {
  return whole ? 'integer' : type
}

/** For a value that is refused as a whole: the keyword that most likely says so. */
function refusingKeyword(schema: SchemaObject): string {
  return Object.keys(schema).find(key => !isAnnotation(key)) ?? 'type'
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return `the value ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`
}

/** Each gap once; types that one place refuses are one gap. */
function distinct(gaps: readonly Gap[]): readonly Gap[] {
  const joined = new Map<string, Gap>()
  for (const found of gaps) {
    const ofTypes = found.keyword === 'type' && found.values.startsWith(typed)
    const key = `${found.path} ${found.keyword} ${found.certain} ${ofTypes ? typed : found.values}`
    const before = joined.get(key)
    const type = found.values.slice(typed.length)
    if (!before || !ofTypes) joined.set(key, found)
    else if (!before.values.slice(typed.length).split(', ').includes(type)) {
      joined.set(key, {...before, values: `${before.values}, ${type}`})
    }
  }
  return [...joined.values()]
}

const typed = 'values of type '

function ofType(type: string): string {
  return `${typed}${type}`
}
