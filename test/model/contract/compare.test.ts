import {describe, expect, test} from 'vitest'
import {compareContracts} from '../../../src/model/contract/compare/compare.ts'
import type {Side} from '../../../src/model/contract/contract.ts'
import type {Schema, SchemaObject} from '../../../src/model/contract/schema.ts'

const compare = (deployed: Schema, candidate: Schema, side: Side = 'request') =>
  compareContracts({schema: deployed}, {schema: candidate}, side)

const object = (properties: Record<string, Schema>, more: SchemaObject = {}): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})
const text = {type: 'string'}

// What a request may send before and after, and what that means for its callers.
const changes: readonly (readonly [
  title: string,
  deployed: Schema,
  candidate: Schema,
  answer: string,
  gap?: string,
])[] = [
  ['other titles and descriptions', {...text, title: 'a'}, {...text, description: 'b'}, 'same'],
  ['another order of keys', object({a: text, b: {}}), object({b: {}, a: text}), 'same'],
  [
    'the same by a reference',
    object({a: text}),
    {...(object({a: {$ref: '#/$defs/t'}}) as object), $defs: {t: text}},
    'same',
  ],
  [
    'the same by an anchor',
    object({a: text}),
    {...(object({a: {$ref: '#t'}}) as object), $defs: {t: {...text, $anchor: 't'}}},
    'same',
  ],
  ['the same by allOf', {type: 'integer', minimum: 0}, {allOf: [{type: 'integer'}, {minimum: 0}]}, 'same'],
  ['one of one', text, {oneOf: [text]}, 'same'],
  ['enum for boolean', {type: 'boolean'}, {enum: [true, false]}, 'same'],
  [
    'whole numbers from 1, said in two ways',
    {type: 'integer', exclusiveMinimum: 0},
    {type: 'integer', minimum: 1},
    'same',
  ],
  [
    'a new optional property, where unknown ones were refused',
    object({a: text}),
    object({a: text, b: text}),
    'widening',
  ],
  ['a property that need not be sent any more', object({a: text}, {required: ['a']}), object({a: text}), 'widening'],
  ['null as well', object({a: text}), object({a: {type: ['string', 'null']}}), 'widening'],
  ['null as well, by anyOf', object({a: text}), object({a: {anyOf: [text, {type: 'null'}]}}), 'widening'],
  ['a new value of an enum', {enum: ['a']}, {enum: ['a', 'b']}, 'widening'],
  ['a wider bound', {type: 'number', minimum: 1}, {type: 'number', minimum: 0}, 'widening'],
  ['numbers where whole numbers were', {type: 'integer'}, {type: 'number'}, 'widening'],
  ['a pattern dropped', {...text, pattern: '^a'}, text, 'widening'],
  ['unknown properties allowed', object({a: text}), object({a: text}, {additionalProperties: true}), 'widening'],
  ['a third branch', {anyOf: [text, {type: 'null'}]}, {anyOf: [text, {type: 'null'}, {type: 'boolean'}]}, 'widening'],
  ['not dropped', {...text, not: {const: 'x'}}, text, 'widening'],
  [
    'a new required property',
    object({a: text}),
    object({a: text, b: text}, {required: ['b']}),
    'breaking',
    '$.b required',
  ],
  [
    'a property that must be sent now',
    object({a: text}),
    object({a: text}, {required: ['a']}),
    'breaking',
    '$.a required',
  ],
  ['a property removed', object({a: text, b: text}), object({a: text}), 'breaking', '$.b additionalProperties'],
  ['another type', object({a: {type: 'integer'}}), object({a: text}), 'breaking', '$.a type'],
  ['whole numbers where numbers were', {type: 'number'}, {type: 'integer'}, 'breaking', '$ type'],
  ['null no more', {type: ['string', 'null']}, text, 'breaking', '$ type'],
  ['a value of an enum dropped', {enum: ['a', 'b']}, {enum: ['a']}, 'breaking', '$ enum'],
  ['a narrower bound', {type: 'number', maximum: 9}, {type: 'number', maximum: 8}, 'breaking', '$ maximum'],
  [
    'an open bound',
    {type: 'number', minimum: 0},
    {type: 'number', exclusiveMinimum: 0},
    'breaking',
    '$ exclusiveMinimum',
  ],
  ['a first bound', {type: 'integer'}, {type: 'integer', minimum: 0}, 'breaking', '$ minimum'],
  ['a step', {type: 'integer'}, {type: 'integer', multipleOf: 5}, 'breaking', '$ multipleOf'],
  ['shorter texts', {...text, maxLength: 9}, {...text, maxLength: 8}, 'breaking', '$ maxLength'],
  ['a pattern', text, {...text, pattern: '^a'}, 'breaking', '$ pattern'],
  ['a format', text, {...text, format: 'date-time'}, 'breaking', '$ format'],
  ['shorter lists', {type: 'array', maxItems: 3}, {type: 'array', maxItems: 2}, 'breaking', '$ maxItems'],
  ['lists without repetition', {type: 'array'}, {type: 'array', uniqueItems: true}, 'breaking', '$ uniqueItems'],
  [
    'entries of another type',
    {type: 'array', items: text},
    {type: 'array', items: {type: 'null'}},
    'breaking',
    '$[*] type',
  ],
  [
    'a first entry of another type',
    {type: 'array', items: text},
    {type: 'array', prefixItems: [{type: 'null'}], items: text},
    'breaking',
    '$[0] type',
  ],
  [
    'something deep inside',
    object({a: {type: 'array', items: object({'x y': {type: 'integer', maximum: 9}})}}),
    object({a: {type: 'array', items: object({'x y': {type: 'integer', maximum: 8}})}}),
    'breaking',
    '$.a[*]["x y"] maximum',
  ],
  [
    'unknown properties refused',
    object({a: text}, {additionalProperties: true}),
    object({a: text}),
    'breaking',
    '$.* additionalProperties',
  ],
  // Confluent calls it PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: today "b" may be anything, and somebody may send it.
  [
    'a first type for a property that could be anything',
    object({}, {additionalProperties: true}),
    object({b: text}, {additionalProperties: true}),
    'breaking',
    '$.b type',
  ],
  ['a branch dropped', {anyOf: [text, {type: 'null'}]}, {anyOf: [text]}, 'breaking', '$ anyOf'],
  ['nothing at all', text, false, 'breaking', '$ false'],
  ['a condition', object({a: text}), object({a: text}, {if: {required: ['a']}, else: false}), 'cannot-tell', '$ if'],
  ['another pattern', {...text, pattern: '^a'}, {...text, pattern: '^[a]'}, 'cannot-tell', '$ pattern'],
  ['another not', {...text, not: {const: 'x'}}, {...text, not: {const: 'y'}}, 'cannot-tell', '$ not'],
  [
    'branches that overlap',
    {type: 'integer'},
    {
      oneOf: [
        {minimum: 0, type: 'integer'},
        {maximum: 0, type: 'integer'},
      ],
    },
    'cannot-tell',
    '$ oneOf',
  ],
  [
    'another way to name properties',
    {type: 'object', propertyNames: {maxLength: 3}},
    {type: 'object', propertyNames: {maxLength: 2}},
    'cannot-tell',
    '$ propertyNames',
  ],
  [
    'what only a dropped not made wrong',
    {...text, not: {maxLength: 4}},
    {...text, minLength: 5},
    'cannot-tell',
    '$ minLength',
  ],
]

describe('a request contract', () => {
  test.each(changes.map(([title, deployed, candidate, answer, gap]) => ({title, deployed, candidate, answer, gap})))(
    'with $title',
    ({deployed, candidate, answer, gap}) => {
      const {kind, lost} = compare(deployed, candidate)
      expect(kind).toBe(answer)
      expect(lost.map(({path, keyword}) => `${path} ${keyword}`)).toEqual(gap === undefined ? [] : [gap])
    },
  )

  test('that asks for less promises its callers the same', () => {
    const [before, after] = [
      object({a: text, b: text}, {required: ['a', 'b']}),
      object({a: text, b: text}, {required: ['a']}),
    ]
    expect(compare(before, after).kind).toBe('widening')
    expect(compare(before, after, 'response').kind).toBe('breaking')
  })
})

describe('a response contract', () => {
  test('may promise more than before', () => {
    const before = object({score: {type: 'number'}}, {required: ['score']})
    const after = object({score: {type: 'number', minimum: 0, maximum: 1}}, {required: ['score']})
    expect(compare(before, after, 'response').kind).toBe('narrowing')
    expect(compare(after, before, 'response').kind).toBe('breaking')
  })

  test('breaks where a new class may be answered', () => {
    const {kind, gained} = compare(
      object({label: {enum: ['good']}}),
      object({label: {enum: ['good', 'bad']}}),
      'response',
    )
    expect(kind).toBe('breaking')
    expect(gained).toEqual([{path: '$.label', keyword: 'enum', values: 'the value "bad"', certain: true}])
  })
})

describe('choices', () => {
  const shape = (kind: string, more: Record<string, Schema>) =>
    object({kind: {const: kind}, ...more}, {required: ['kind']})

  test('that a property tells apart are compared branch by branch', () => {
    const before = {oneOf: [shape('card', {number: text}), shape('cash', {})]}
    expect(compare(before, {oneOf: [shape('cash', {}), shape('card', {number: text}), shape('coin', {})]}).kind).toBe(
      'widening',
    )
    const {kind, lost} = compare(before, {oneOf: [shape('card', {number: {...text, maxLength: 4}}), shape('cash', {})]})
    expect(kind).toBe('breaking')
    expect(lost.map(({path, keyword}) => `${path} ${keyword}`)).toEqual(['$.number maxLength'])
  })
})

describe('recursive contracts', () => {
  const tree = (value: Schema): Schema => ({
    $ref: '#/$defs/node',
    $defs: {node: object({value, children: {type: 'array', items: {$ref: '#/$defs/node'}}})},
  })

  test('are compared to the end', () => {
    expect(compare(tree({type: 'integer'}), tree({type: 'integer'})).kind).toBe('same')
    expect(compare(tree({type: 'integer'}), tree({type: 'number'})).kind).toBe('widening')
    expect(compare(tree({type: 'number'}), tree({type: 'integer'})).lost[0]).toMatchObject({
      path: '$.value',
      keyword: 'type',
    })
  })

  test('that only point at themselves cannot be told', () => {
    const circle = {
      $ref: '#/$defs/a',
      $defs: {a: {anyOf: [{$ref: '#/$defs/b'}, text]}, b: {anyOf: [{$ref: '#/$defs/a'}, text]}},
    }
    expect(compare(circle, text).kind).toBe('cannot-tell')
  })

  test('and choices that multiply are given up in bounded time', () => {
    const twice = (name: string) => ({anyOf: [{$ref: name}, {$ref: name}, {type: 'array', items: {$ref: name}}]})
    const names = Array.from({length: 30}, (_, index) => `d${index}`)
    const $defs = Object.fromEntries(names.map((name, index) => [name, twice(`#/$defs/d${index + 1}`)]))
    const choices = {$ref: '#/$defs/d0', $defs: {...$defs, d30: {type: 'object', required: ['a']}}}
    expect(compare({type: 'object', minProperties: 1}, choices).kind).toBe('cannot-tell')
  })
})

describe('patterns of names', () => {
  test('are compared together with what they match', () => {
    const before = {type: 'object', patternProperties: {'^x': {type: 'integer'}}, additionalProperties: false}
    const after = {type: 'object', patternProperties: {'^x': {type: 'number'}}, additionalProperties: false}
    expect(compare(before, after).kind).toBe('widening')
    expect(compare(after, before).kind).toBe('cannot-tell')
    expect(compare(object({xa: {type: 'integer'}}), after).kind).toBe('widening')
    expect(compare(object({xa: text}), after).kind).toBe('breaking')
  })
})

test('a contract too wide to follow is not called compatible', () => {
  const wide = {allOf: Array.from({length: 8}, () => ({anyOf: [{minLength: 1}, {maxLength: 3}, {pattern: 'a'}]}))}
  expect(compare(wide, {...text, minLength: 1}).kind).toBe('cannot-tell')
})
