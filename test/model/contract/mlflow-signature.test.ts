import {describe, expect, test} from 'vitest'
import {UserError} from '../../../src/core/failure.ts'
import {compareContracts} from '../../../src/model/contract/compare/compare.ts'
import {compileSchema} from '../../../src/model/contract/compile.ts'
import {parseContract} from '../../../src/model/contract/parse-contract.ts'

/** An MLmodel file as MLflow writes it: YAML, with the columns as JSON texts. */
function mlmodel(inputs: readonly unknown[], outputs: readonly unknown[] = [{type: 'long'}]): string {
  return [
    'flavors:',
    '  python_function:',
    '    loader_module: mlflow.sklearn',
    '    python_version: 3.11.9',
    'mlflow_version: 3.4.0',
    'model_uuid: 6cb6ba1b5e9e4a1c9f2f1a0a3c4f7a11',
    'signature:',
    `  inputs: '${JSON.stringify(inputs)}'`,
    `  outputs: '${JSON.stringify(outputs)}'`,
    '  params: null',
    "utc_time_created: '2026-11-02 08:15:42.217123'",
  ].join('\n')
}

const read = (inputs: readonly unknown[]) => parseContract('model/MLmodel', mlmodel(inputs), 'request')
const allows = (inputs: readonly unknown[], value: unknown) =>
  compileSchema(read(inputs).schema).errors(value).length === 0

describe('an MLflow signature', () => {
  const columns = [
    {type: 'long', name: 'age', required: true},
    {type: 'double', name: 'income', required: true},
    {type: 'string', name: 'city', required: false},
  ]

  test('is a contract of one row, by the names of its columns', () => {
    expect(read(columns)).toMatchObject({source: 'mlflow-signature', rows: 'named'})
    expect(allows(columns, {age: 40, income: 1.5, city: 'Bern'})).toBe(true)
    expect(allows(columns, {age: 40, income: null})).toBe(true)
    expect(allows(columns, {age: 40.5, income: 1.5})).toBe(false)
    expect(allows(columns, {age: null, income: 1.5})).toBe(false)
    expect(allows(columns, {income: 1.5})).toBe(false)
  })

  test('of an MLflow before 2.6 says optional instead of required', () => {
    const old = [
      {type: 'double', name: 'a'},
      {type: 'double', name: 'b', optional: true},
    ]
    expect(allows(old, {a: 1})).toBe(true)
    expect(allows(old, {b: 1})).toBe(false)
  })

  test.each([
    ['boolean', true, 1],
    ['integer', 2_147_483_647, 2_147_483_648],
    ['long', -5, 0.5],
    ['float', 0.5, '0.5'],
    ['datetime', '2026-11-21T10:00:00', 5],
    ['binary', 'aGk=', 5],
  ])('has columns of type %s', (type, good, bad) => {
    const column = [{type, name: 'x', required: true}]
    expect([allows(column, {x: good}), allows(column, {x: bad})]).toEqual([true, false])
  })

  test('has arrays, objects and maps within columns', () => {
    const nested = [
      {
        type: 'array',
        items: {
          type: 'object',
          properties: {role: {type: 'string', required: true}, n: {type: 'long', required: false}},
        },
        name: 'messages',
        required: true,
      },
      {type: 'map', values: {type: 'double'}, name: 'scores', required: false},
      {type: 'any', name: 'rest', required: false},
    ]
    expect(allows(nested, {messages: [{role: 'user'}, {role: 'system', n: 1}], scores: {a: 1}, rest: [1, 'x']})).toBe(
      true,
    )
    expect(allows(nested, {messages: [{n: 1}]})).toBe(false)
    expect(allows(nested, {messages: [], scores: {a: 'x'}})).toBe(false)
  })

  test('has a column that is named __proto__', () => {
    const {schema} = parseContract('MLmodel', mlmodel([{name: '__proto__', type: 'long'}]), 'request')
    expect(JSON.stringify(schema)).toContain('"properties":{"__proto__":{"type":"integer"')
  })

  test('has tensors, whose first dimension is the rows', () => {
    const tensor = [{name: 'image', type: 'tensor', 'tensor-spec': {dtype: 'float32', shape: [-1, 2, 3]}}]
    expect(
      allows(tensor, {
        image: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      }),
    ).toBe(true)
    expect(
      allows(tensor, {
        image: [
          [1, 2],
          [4, 5],
        ],
      }),
    ).toBe(false)
    expect(allows(tensor, {image: [1, 2, 3]})).toBe(false)
  })

  test('of one column without a name speaks of one value', () => {
    const contract = parseContract(
      'MLmodel',
      mlmodel([], [{type: 'tensor', 'tensor-spec': {dtype: 'int64', shape: [-1]}}]),
      'response',
    )
    expect(contract).toEqual({source: 'mlflow-signature', schema: {type: 'integer'}, rows: 'value'})
  })

  test('is compared with the deployed one: an optional column may be added, a required one may not', () => {
    const added = (required: boolean) => read([...columns, {type: 'double', name: 'new', required}])
    expect(compareContracts(read(columns), added(false), 'request').kind).toBe('widening')
    expect(compareContracts(read(columns), added(true), 'request').kind).toBe('breaking')
    expect(compareContracts(read(columns), read(columns), 'request').kind).toBe('same')
    const {lost} = compareContracts(
      read(columns),
      read(columns.map(each => ({...each, type: each.name === 'income' ? 'long' : each.type}))),
      'request',
    )
    expect(lost.map(({path}) => path)).toContain('$.income')
  })

  test.each([
    ['no JSON', "signature: {inputs: 'x', outputs: null}"],
    ['no list', "signature: {inputs: '{}'}"],
    ['no column', "signature: {inputs: '[]'}"],
    ['a type that nobody knows', `signature: {inputs: '[{"name": "a", "type": "quaternion"}]'}`],
    [
      'two columns of one name',
      `signature: {inputs: '[{"name": "a", "type": "long"}, {"name": "a", "type": "long"}]'}`,
    ],
    ['a tensor without a shape', `signature: {inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32"}}]'}`],
    ['several columns without names', `signature: {inputs: '[{"type": "long"}, {"type": "long"}]'}`],
  ])('is refused where it holds %s', (_, text) => {
    try {
      parseContract('MLmodel', text, 'request')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(UserError)
      expect(error).toMatchObject({code: 'model/contract-signature-malformed'})
    }
  })
})
