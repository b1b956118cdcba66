import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {compileSchema} from '../../../src/model/contract/compile.ts'
import {parseContract} from '../../../src/model/contract/parse-contract.ts'
import type {Schema} from '../../../src/model/contract/schema.ts'
import {countViolations} from '../../../src/model/contract/violations.ts'

function refusal(make: () => unknown): string {
  try {
    make()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return `${error.code}: ${error.message}`
  }
}

describe('a contract is refused where', () => {
  test('an alias of YAML stands within its own anchor', () => {
    const {schema} = parseContract('a.yaml', 'type: object\nproperties: &p\n  a: {properties: *p}\n', 'request')
    expect(refusal(() => compileSchema(schema))).toMatch(/schema-invalid: .*an alias stands within its own anchor/)
  })

  test.each<[string, Schema, RegExp]>([
    ['a keyword is mistyped', {maxLenght: 3}, /^model\/contract-schema-invalid: .*unknown keyword: "maxLenght"/],
    ['a format is mistyped', {type: 'string', format: 'dattime'}, /^model\/contract-schema-invalid: .*"dattime"/],
    [
      'a keyword has a value of another kind',
      {properties: {a: {minimum: '0'}}},
      /schema-invalid: .*#\/properties\/a\/minimum must be number/,
    ],
    ['a type does not exist', {type: 'text'}, /schema-invalid: .*#\/type/],
    ['a pattern is no regular expression', {pattern: '('}, /schema-invalid: .*Invalid regular expression/],
    ['a reference leads nowhere', {$ref: '#/$defs/x'}, /schema-invalid: .*can't resolve reference #\/\$defs\/x\.$/],
    [
      'a reference leads to another address',
      {$ref: 'https://a.test/b.json'},
      /^model\/contract-remote-ref: .*another address at #\/\$ref/,
    ],
    [
      'a reference leads to another file',
      {items: {$ref: 'common.json#/a'}},
      /^model\/contract-remote-ref: .*another file at #\/items\/\$ref/,
    ],
    [
      'it is written for another draft',
      {$schema: 'http://json-schema.org/draft-07/schema#'},
      /^model\/contract-draft: /,
    ],
    ['items is a list, as in older drafts', {items: [{type: 'string'}]}, /schema-invalid: .*#\/items/],
  ])('%s', (_, schema, said) => {
    expect(refusal(() => compileSchema(schema))).toMatch(said)
  })

  test.each([
    ['is no JSON', 'a.json', '{"type": }', /^model\/contract-malformed: "a.json" is no JSON \(line 1\)/],
    ['has a key twice', 'a.json', '{"type": "string",\n"type": "number"}', /has a key twice in one object \(line 2\)/],
    ['is a list', 'a.json', '[]', /holds neither an object nor true or false/],
    ['is empty', 'a.json', '', /is no JSON/],
    ['is no YAML', 'MLmodel', 'a: [', /is no YAML/],
    [
      'is an MLmodel file without a signature',
      'model/MLmodel',
      'flavors: {}',
      /^model\/contract-no-signature: .*inputs/,
    ],
  ])('its file %s', (_, path, text, said) => {
    expect(refusal(() => parseContract(path, text, 'request'))).toMatch(said)
  })
})

test('a contract may carry extensions and words of OpenAPI', () => {
  const schema = {
    type: 'object',
    'x-owner': {any: 'thing'},
    discriminator: {propertyName: 'a'},
    $id: 'https://a.test/c',
  }
  expect(refusal(() => compileSchema(schema))).toBe('accepted')
})

test('a contract may be written as YAML', () => {
  expect(parseContract('a.yaml', 'type: object\nrequired: [a]', 'request').schema).toEqual({
    type: 'object',
    required: ['a'],
  })
})

describe('rows that break a contract', () => {
  const count = (schema: Schema, rows: readonly unknown[]) => {
    const counter = countViolations(compileSchema(schema), {valueOf: record => record.row, speaksOf: () => true})
    for (const row of rows) counter.count({row})
    return counter.result()
  }
  const schema = {
    type: 'object',
    properties: {age: {type: 'integer', minimum: 0}, tags: {type: 'array', items: {type: 'string'}}},
    required: ['age'],
    additionalProperties: false,
  }

  test('are counted by place in the schema, once for each row', () => {
    const result = count(schema, [{age: 1}, {age: -1}, {age: -2, tags: [1, 2, 3]}, {}, {age: 1, agee: 2}])
    expect(result).toEqual({
      rows: 5,
      silent: 0,
      broken: 4,
      kinds: [
        {place: '#/properties/age/minimum', keyword: 'minimum', rows: 2},
        {place: '#/additionalProperties: agee', keyword: 'additionalProperties', rows: 1},
        {place: '#/properties/tags/items/type', keyword: 'type', rows: 1},
        {place: '#/required: age', keyword: 'required', rows: 1},
      ],
      allKinds: 4,
    })
  })

  test('show no value and no key of the data below the top', () => {
    const maps = {
      type: 'object',
      properties: {by: {type: 'object', additionalProperties: {type: 'integer'}, maxProperties: 1}},
    }
    const result = count(maps, [{by: {'Ada Lovelace': 'secret', 'Grace Hopper': 'secret'}}])
    expect(result.broken).toBe(1)
    expect(JSON.stringify(result)).not.toMatch(/Ada|Grace|secret/)
  })

  test('say that no branch fits, and not why each of them does not', () => {
    const choice = {anyOf: [{type: 'string'}, {type: 'null'}]}
    expect(count(choice, [5]).kinds).toEqual([{place: '#/anyOf', keyword: 'anyOf', rows: 1}])
  })

  test('list ten kinds at most, and tell how many there are', () => {
    const names = Array.from({length: 15}, (_, index) => `p${index}`)
    const result = count({required: names}, [{}])
    expect([result.kinds.length, result.allKinds]).toEqual([10, 15])
  })

  test('are broken where nobody can check them', () => {
    // ajv compares entries by calling their valueOf.
    const result = count({type: 'array', uniqueItems: true}, [[{valueOf: 1}, {valueOf: 1}]])
    expect(result.broken).toBe(1)
  })

  test('have no answer where the contract refers to itself in a circle', () => {
    const circle = {$defs: {a: {anyOf: [{$ref: '#/$defs/a'}, {type: 'null'}]}}, properties: {a: {$ref: '#/$defs/a'}}}
    expect(refusal(() => count(circle, [{a: 1}]))).toMatch(/schema-invalid: .*refers to itself in a circle/)
  })

  test('with NaN are broken: JSON has none', () => {
    expect(count({type: 'number'}, [Number.NaN, Number.POSITIVE_INFINITY]).broken).toBe(2)
  })
})
