import type {SchemaObject} from '../schema.ts'
import {type Alternative, alternativesOf, evaluatesElsewhere, namesIn, propertyIn, typesOf} from './alternative.ts'
import {itemGaps} from './item-gaps.ts'
import {allows, type Located, listBelow, resolve} from './located.ts'
import {numberGaps} from './number-gaps.ts'
import {objectGaps} from './object-gaps.ts'
import {isAnnotation, sameSchema} from './same-schema.ts'
import {textGaps} from './text-gaps.ts'

/** Values that one contract allows and the other does not. */
export interface Gap {
  /** JSON path of the value: `$.customer.age`, `$.items[*]`. */
  readonly path: string
  /** The keyword that refuses. */
  readonly keyword: string
  /** Which values: `numbers below 0`. */
  readonly values: string
  /** False where it could not be shown that such a value exists, nor that none does. */
  readonly certain: boolean
}

/** Looks at one step deeper: every value that all of `inner` allow must be allowed by `outer`. */
export type Descend = (inner: readonly Located[], outer: Located, path: string) => readonly Gap[]

/** Steps after which a comparison gives up, and says so. */
const budget = 20_000

/**
 * What `inner` allows and `outer` refuses; empty where it is shown that nothing is. Every value that is allowed by the
 * first is allowed by the second then: the proof follows the schemas downwards, and where it cannot follow, it answers with
 * a gap that is not certain, never with none.
 */
export function gapsBetween(inner: Located, outer: Located): readonly Gap[] {
  let steps = 0
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
        : alternatives.flatMap(alternative => gapsOf(alternative, target, {path, descend, depth: 0}))
    open.delete(pair)
    return gaps
  }
  return distinct(descend([inner], outer, '$'))
}

export interface Context {
  readonly path: string
  readonly descend: Descend
  readonly depth: number
}

function gapsOf(inner: Alternative, outer: Located, context: Context): readonly Gap[] {
  const {schema} = outer
  const {path} = context
  if (schema === true) return []
  if (schema === false) return [gap(path, 'false', 'any value')]
  if (inner.values) {
    const refused = inner.values.filter(value => !allows(outer, value))
    const types = typesOf(schema.type)
    if (refused.length > 0 && types && !takes(types, inner.type)) return [gap(path, 'type', ofType(inner.type))]
    return refused.map(value => gap(path, refusingKeyword(schema), shown(value)))
  }
  if (inner.parts.some(part => sameSchema(part, outer))) return []
  if (context.depth > 40) return [unclear(path, '$ref', 'references that go round in circles')]
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

function asksForMore({schema}: Located): boolean {
  if (typeof schema === 'boolean') return false
  return (
    constraining.some(keyword => keyword in schema) || ('unevaluatedProperties' in schema && evaluatesElsewhere(schema))
  )
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
  const possible = branches.filter(branch => !isApart(inner, branch, 0))
  const [only] = possible
  if (!only) return [gap(context.path, choice, `values of type ${typeName(inner)}`)]
  if (possible.length === 1) return gapsOf(inner, only, context)
  const fits = possible.some(branch => gapsOf(inner, branch, context).length === 0)
  if (choice === 'anyOf' && fits) return []
  return [unclear(context.path, choice, `values of type ${typeName(inner)}, which several branches may take`)]
}

/** Shown that no value of this form fits: another type, or a property that tells the branches apart. */
function isApart(inner: Alternative, branch: Located, depth: number): boolean {
  if (branch.schema === false) return true
  if (branch.schema === true || depth > 10) return false
  if (inner.values) return inner.values.every(value => !allows(branch, value))
  const {$ref, type} = branch.schema
  const target = typeof $ref === 'string' ? resolve(branch, $ref) : null
  if (target && isApart(inner, target, depth + 1)) return true
  if (listBelow(branch, 'allOf').some(part => isApart(inner, part, depth + 1))) return true
  const choices = [...listBelow(branch, 'anyOf')]
  if (choices.length > 0 && choices.every(part => isApart(inner, part, depth + 1))) return true
  const types = typesOf(type)
  if (types && !takes(types, inner.type)) return true
  if ('const' in branch.schema || 'enum' in branch.schema) {
    const listed = Array.isArray(branch.schema.enum) ? branch.schema.enum : [branch.schema.const]
    if (listed.every(value => !inner.parts.every(part => allows(part, value)))) return true
  }
  return inner.type === 'object' && toldApart(inner, branch)
}

/** A property that every value of this form has, with one of few values, none of which the branch allows. */
function toldApart(inner: Alternative, branch: Located): boolean {
  const required = new Set(inner.parts.flatMap(({schema}) => stringsIn(schema, 'required')))
  return namesIn(branch).some(name => {
    if (!required.has(name)) return false
    const told = alternativesOf(inner.parts.flatMap(part => propertyIn(part, name)))
    const there = propertyIn(branch, name)
    return (
      told?.every(({values}) => values?.every(value => there.some(schema => !allows(schema, value))) ?? false) ?? false
    )
  })
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

function unfollowedGaps(inner: Alternative, outer: Located, schema: SchemaObject, path: string): readonly Gap[] {
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

/** Numbers of this form have no fraction. */
export function isWhole({whole, parts}: Alternative): boolean {
  return whole || numbersIn(parts, 'multipleOf').some(Number.isInteger)
}

function typeName({type, whole}: Alternative): string {
  return whole ? 'integer' : type
}

export function numbersIn(parts: readonly Located[], keyword: string): readonly number[] {
  return parts.flatMap(part => {
    const value = objectOf(part)[keyword]
    return typeof value === 'number' ? [value] : []
  })
}

export function stringsIn(schema: Located['schema'], keyword: string): readonly string[] {
  if (typeof schema === 'boolean') return []
  const value = schema[keyword]
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

export function gap(path: string, keyword: string, values: string): Gap {
  return {path, keyword, values, certain: true}
}

export function unclear(path: string, keyword: string, values: string): Gap {
  return {path, keyword, values, certain: false}
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

/** Whether numbers without a fraction are among the types or not: of numbers some are allowed. */
function takes(types: ReadonlySet<string>, type: Alternative['type']): boolean {
  return types.has(type) || (type === 'number' && types.has('integer'))
}
