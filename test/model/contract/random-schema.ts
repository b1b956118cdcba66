import fc from 'fast-check'
import {isSchema, isSchemaObject, type Schema, type SchemaObject} from '../../../src/model/contract/schema.ts'

/** Small schemas of all the keywords that are compared, and some that are not, so that any two of them have much in common. */
const tiny = fc.integer({min: -1, max: 3})
const size = fc.integer({min: 0, max: 3})
const name = fc.constantFrom('a', 'b', 'c')
const word = fc.constantFrom('', 'a', 'ab', 'abc', '2026-01-01')
const scalar = fc.oneof(fc.constant(null), fc.boolean(), tiny, word)

/** Up to three of these keywords: with more of them most schemas allow nothing, and show nothing. */
function optional(keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<SchemaObject> {
  return fc
    .uniqueArray(fc.constantFrom(...Object.keys(keywords)), {maxLength: 3})
    .chain(names => fc.record(Object.fromEntries(names.map(name => [name, keywords[name] ?? fc.constant(0)]))))
}

const numberSchema = fc
  .tuple(
    fc.constantFrom('number', 'integer'),
    optional({
      minimum: tiny,
      maximum: tiny,
      exclusiveMinimum: fc.constantFrom(-1, 0.5, 2),
      exclusiveMaximum: fc.constantFrom(1.5, 3),
      multipleOf: fc.constantFrom(1, 2, 0.5),
    }),
  )
  .map(([type, bounds]) => ({type, ...bounds}))

const textSchema = optional({
  minLength: size,
  maxLength: size,
  pattern: fc.constantFrom('^a', 'b$'),
  format: fc.constantFrom('date'),
}).map(limits => ({type: 'string', ...limits}))

const listed = fc.oneof(
  fc.uniqueArray(scalar, {minLength: 1, maxLength: 3}).map(values => ({enum: values})),
  scalar.map(value => ({const: value})),
  fc.constantFrom<Schema>(
    {type: 'null'},
    {type: 'boolean'},
    {type: ['string', 'null']},
    {type: ['integer', 'boolean']},
  ),
)

export const anySchema = fc.letrec<{schema: Schema}>(tie => {
  const arraySchema = optional({
    items: tie('schema'),
    prefixItems: fc.array(tie('schema'), {minLength: 1, maxLength: 2}),
    minItems: size,
    maxItems: size,
    uniqueItems: fc.boolean(),
    contains: tie('schema'),
  }).map(limits => ({type: 'array', ...limits}))
  const objectSchema = optional({
    properties: fc.dictionary(name, tie('schema'), {maxKeys: 3, noNullPrototype: true}),
    required: fc.uniqueArray(name, {maxLength: 2}),
    additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
    patternProperties: fc.dictionary(fc.constantFrom('^a', 'c$'), tie('schema'), {
      minKeys: 1,
      maxKeys: 2,
      noNullPrototype: true,
    }),
    minProperties: size,
    maxProperties: size,
    propertyNames: fc.constant({maxLength: 1}),
    dependentRequired: fc.constant({a: ['b']}),
    unevaluatedProperties: fc.boolean(),
  }).map(limits => ({type: 'object', ...limits}))
  const branches = fc.array(tie('schema'), {minLength: 1, maxLength: 3})
  return {
    schema: fc.oneof(
      {depthSize: 'small', maxDepth: 3, withCrossShrink: true},
      {arbitrary: fc.oneof(numberSchema, textSchema, listed, fc.boolean(), fc.constant({})), weight: 4},
      {arbitrary: objectSchema, weight: 4},
      {arbitrary: arraySchema, weight: 2},
      {arbitrary: branches.map(anyOf => ({anyOf})), weight: 1},
      {arbitrary: branches.map(oneOf => ({oneOf})), weight: 1},
      {arbitrary: branches.map(allOf => ({allOf})), weight: 1},
      {arbitrary: tie('schema').map(not => ({not})), weight: 1},
      {
        arbitrary: fc.tuple(tie('schema'), tie('schema'), tie('schema')).map(([a, b, c]) =>
          Object.fromEntries([
            ['if', a],
            ['then', b],
            ['else', c],
          ]),
        ),
        weight: 1,
      },
      {arbitrary: fc.constant({$ref: '#'}), weight: 0},
    ),
  }
}).schema

interface Change {
  readonly where: number
  readonly how: number
  readonly other: Schema
}

const anyChange: fc.Arbitrary<Change> = fc.record({where: fc.nat(), how: fc.nat(), other: anySchema})

/** A schema and another one that came of it by a few changes, as contracts do. */
export const changedSchema: fc.Arbitrary<readonly [Schema, Schema]> = fc
  .tuple(anySchema, fc.array(anyChange, {maxLength: 2}))
  .map(([schema, changes]) => [schema, changes.reduce(changedOnce, schema)] as const)

/** Another schema in the place of one of the schemas within, or beside it; or a number that is one more or less. */
function changedOnce(schema: Schema, {where, how, other}: Change): Schema {
  const places = schemaPlaces(schema, [])
  const place = places[where % places.length] ?? []
  const changed = replaceAt(schema, place, old => {
    if (!isSchemaObject(old) || how % 2 === 0) return [other, {anyOf: [old, other]}, {allOf: [old, other]}][where % 3]
    const [key, value] = Object.entries(old)[where % Math.max(1, Object.keys(old).length)] ?? []
    // ajv refuses an if without a then or else, and the other way round.
    if (key === undefined || ['if', 'then', 'else'].includes(key)) return other
    const {[key]: _, ...rest} = old
    if (typeof value !== 'number' || how % 4 === 1) return rest
    return {...rest, [key]: Math.max(key === 'multipleOf' ? 1 : 0, value + (how % 8 === 3 ? 1 : -1))}
  })
  return isSchema(changed) ? changed : schema
}

type Place = readonly string[]

/** Where schemas stand within a schema, itself among them. */
function schemaPlaces(schema: unknown, at: Place): readonly Place[] {
  if (!isSchemaObject(schema)) return [at]
  const inLists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'].flatMap(key => {
    const list = schema[key]
    return Array.isArray(list) ? list.flatMap((item, index) => schemaPlaces(item, [...at, key, String(index)])) : []
  })
  const inMaps = ['properties', 'patternProperties'].flatMap(key => {
    const map = schema[key]
    return isSchemaObject(map) ? Object.keys(map).flatMap(name => schemaPlaces(map[name], [...at, key, name])) : []
  })
  const direct = ['items', 'additionalProperties', 'not', 'contains', 'if'].flatMap(key =>
    key in schema ? schemaPlaces(schema[key], [...at, key]) : [],
  )
  return [at, ...inLists, ...inMaps, ...direct]
}

function replaceAt(value: unknown, [key, ...rest]: Place, change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? replaceAt(item, rest, change) : item))
  }
  return isSchemaObject(value) ? {...value, [key]: replaceAt(value[key], rest, change)} : value
}

/** Values that such schemas speak of. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{value: unknown}>(tie => ({
  value: fc.oneof(
    {depthSize: 'small', maxDepth: 3},
    fc.oneof(scalar, fc.constantFrom(0.5, 1.5, 2.5, 10, -10), fc.constantFrom('b', 'abcd', 'xb', 'x')),
    fc.array(tie('value'), {maxLength: 4}),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'ac', 'zz'), tie('value'), {maxKeys: 4, noNullPrototype: true}),
  ),
})).value

/** Values that a schema may well allow: of its types, with its properties. */
export function valuesLike(schema: Schema): fc.Arbitrary<unknown> {
  if (!isSchemaObject(schema)) return anyValue
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap(key => (Array.isArray(schema[key]) ? schema[key] : []))
  if (branches.length > 0) return fc.oneof(...branches.filter(isSchema).map(valuesLike))
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  switch (schema.type) {
    case 'number':
    case 'integer':
      return fc.oneof(tiny, fc.constantFrom(0.5, 1.5, 2.5, 4))
    case 'string':
      return fc.oneof(word, fc.constantFrom('b', 'abb', 'abcd'))
    case 'array':
      return arraysLike(schema)
    case 'object':
      return objectsLike(schema)
    default:
      return anyValue
  }
}

function arraysLike({items, prefixItems}: SchemaObject): fc.Arbitrary<unknown> {
  const first = Array.isArray(prefixItems) ? prefixItems.filter(isSchema).map(valuesLike) : []
  const rest = fc.array(isSchema(items) ? valuesLike(items) : anyValue, {maxLength: 4})
  return fc
    .tuple(fc.tuple(...first), rest, fc.nat({max: 4}))
    .map(([some, more, length]) => [...some, ...more].slice(0, length))
}

function objectsLike({
  properties,
  required,
  additionalProperties,
  patternProperties,
}: SchemaObject): fc.Arbitrary<unknown> {
  const named = Object.entries(isSchemaObject(properties) ? properties : {})
  const matching = Object.values(isSchemaObject(patternProperties) ? patternProperties : {}).filter(isSchema)
  const others = fc.oneof(anyValue, ...[additionalProperties, ...matching].filter(isSchema).map(valuesLike))
  const values = new Map<string, fc.Arbitrary<unknown>>(['a', 'b', 'c', 'd', 'ac'].map(key => [key, others]))
  for (const [key, schema] of named) if (isSchema(schema)) values.set(key, valuesLike(schema))
  const always = new Set(Array.isArray(required) ? required : [])
  return fc.uniqueArray(fc.constantFrom(...values.keys()), {maxLength: 3}).chain(keys =>
    fc.record(Object.fromEntries([...values].filter(([key]) => keys.includes(key) || always.has(key))), {
      noNullPrototype: true,
    }),
  )
}
