import {describe, expect, test} from 'vitest'
import type {ContractGate} from '../../../src/config/model-gate-schema.ts'
import type {PredictionsConfig} from '../../../src/config/validation-schema.ts'
import {judgeContract} from '../../../src/model/checks/contract.ts'
import {gatherContract} from '../../../src/model/contract/gather.ts'
import {memoryFiles} from '../memory-files.ts'

const gate = (changes: Partial<ContractGate> = {}): ContractGate => ({
  contract: 'request.json',
  of: 'request',
  'when-failed': 'block',
  ...changes,
})

const predictions: PredictionsConfig = {
  candidate: 'predictions.csv',
  baseline: 'none',
  environment: 'production',
  columns: {id: 'id', label: 'label', score: 'score', groups: ['sex'], separator: '|'},
  threshold: 0.5,
  'min-rows': 30,
}

const schema = (changes: object = {}) =>
  JSON.stringify({
    type: 'object',
    properties: {age: {type: 'integer', minimum: 0}, city: {type: 'string'}},
    required: ['age'],
    additionalProperties: false,
    ...changes,
  })

async function judge(
  content: Record<string, string>,
  changes: Partial<ContractGate> = {},
  config: PredictionsConfig | null = predictions,
) {
  const asked = gate(changes)
  return judgeContract(asked, await gatherContract(memoryFiles(content), asked, config ?? undefined))
}

async function answers(...asked: Parameters<typeof judge>) {
  return (await judge(...asked)).map(({verdict, reason}) => `${verdict} ${reason}`)
}

const good = 'id,age,city,label,score\n1,40,Bern,good,0.9\n2,50,,bad,0.1\n'

describe('rows of a contract gate', () => {
  test('are those of the predictions, without what the evaluation added', async () => {
    expect(await answers({'request.json': schema(), 'predictions.csv': good})).toEqual(['pass model/contract-kept'])
  })

  test('are taken whole where the gate names them', async () => {
    const files = {'request.json': schema(), 'rows.csv': good}
    const [finding] = await judge(files, {rows: 'rows.csv'})
    expect(finding).toMatchObject({verdict: 'fail', reason: 'model/contract-broken', value: 2, n: 2})
    expect(finding?.details?.kinds).toContain('#/additionalProperties: score (2 rows)')
  })

  test('with an empty cell lack the property, unless the contract takes null', async () => {
    const rows = 'age,city\n40,Bern\n,Bern\n'
    const [finding] = await judge({'request.json': schema(), 'rows.csv': rows}, {rows: 'rows.csv'})
    expect(finding?.details?.kinds).toEqual(['#/required: age (1 row)'])
    const nullable = schema({properties: {age: {type: ['integer', 'null']}, city: {type: 'string'}}})
    expect(await answers({'request.json': nullable, 'rows.csv': rows}, {rows: 'rows.csv'})).toEqual([
      'pass model/contract-kept',
    ])
  })

  test('of JSON Lines are taken as written: null is a value', async () => {
    const rows = '{"age": 40, "city": null}\n'
    const [finding] = await judge({'request.json': schema(), 'rows.jsonl': rows}, {rows: 'rows.jsonl'})
    expect(finding?.details?.kinds).toEqual(['#/properties/city/type (1 row)'])
  })

  test('are held against an MLflow signature without columns that it does not name', async () => {
    const MLmodel = `signature:\n  inputs: '[{"name": "age", "type": "long", "required": true}]'\n  outputs: '[{"type": "double"}]'\n`
    const files = {MLmodel, 'predictions.csv': good}
    expect(await answers(files, {contract: 'MLmodel'})).toEqual(['pass model/contract-kept'])
    // The one output without a name is the score.
    expect(await answers(files, {contract: 'MLmodel', of: 'response'})).toEqual(['pass model/contract-kept'])
    const text = {...files, 'predictions.csv': good.replace('0.9', 'high')}
    expect(await answers(text, {contract: 'MLmodel', of: 'response'})).toEqual(['fail model/contract-broken'])
  })

  test('of a contract behind a reference keep the roles that it names', async () => {
    const answer = {
      type: 'object',
      properties: {score: {type: 'number'}},
      required: ['score'],
      additionalProperties: false,
    }
    const files = {
      'request.json': JSON.stringify({$ref: '#/$defs/answer', $defs: {answer}}),
      'predictions.csv': good,
    }
    expect(await answers(files, {of: 'response'})).toEqual(['pass model/contract-kept'])
  })

  test('are never shown', async () => {
    const files = {'request.json': schema(), 'rows.jsonl': '{"age": "secret"}\n'}
    expect(JSON.stringify(await judge(files, {rows: 'rows.jsonl'}))).not.toContain('secret')
  })
})

describe('a contract gate never passes', () => {
  test.each<[string, Record<string, string>, Partial<ContractGate>, string[]]>([
    ['the contract is absent', {'predictions.csv': good}, {}, ['error model/contract-missing']],
    ['the contract is no JSON', {'request.json': '{', 'predictions.csv': good}, {}, ['error model/contract-malformed']],
    [
      'the contract is no schema',
      {'request.json': '{"maxLenght": 1}', 'predictions.csv': good},
      {},
      ['error model/contract-schema-invalid'],
    ],
    [
      'the contract refers to the network',
      {'request.json': '{"$ref": "https://a.test"}', 'predictions.csv': good},
      {},
      ['error model/contract-remote-ref'],
    ],
    ['the rows are absent', {'request.json': schema()}, {rows: 'none.csv'}, ['error model/contract-rows-missing']],
    [
      'there is no row',
      {'request.json': schema(), 'rows.csv': 'age,city\n'},
      {rows: 'rows.csv'},
      ['error model/contract-no-rows'],
    ],
    [
      'the deployed contract is absent',
      {'request.json': schema(), 'predictions.csv': good},
      {'compatible-with': 'old.json'},
      ['pass model/contract-kept', 'error model/contract-missing'],
    ],
  ])('where %s', async (_, files, changes, answer) => {
    expect(await answers(files, changes)).toEqual(answer)
  })

  test('where nothing names rows', async () => {
    expect(await answers({'request.json': schema()}, {}, null)).toEqual(['error model/contract-no-data'])
  })
})

describe('a contract that is compared with the deployed one', () => {
  const compared = async (before: object, after: object, of: 'request' | 'response' = 'request') => {
    const files = {'old.json': schema(before), 'request.json': schema(after), 'rows.jsonl': '{"age": 1}\n'}
    const found = await judge(files, {'compatible-with': 'old.json', rows: 'rows.jsonl', of})
    return found.find(({id}) => id === 'model/contract-compatible')
  }

  test('passes where everything that was allowed still is', async () => {
    expect(await compared({}, {})).toMatchObject({verdict: 'pass', reason: 'model/contract-same'})
    const wider = await compared({}, {required: []})
    expect(wider).toMatchObject({
      verdict: 'pass',
      reason: 'model/contract-widened',
      what: 'Everything that was allowed still is; new: objects without "age" at $.age (required).',
    })
    expect(await compared({required: []}, {}, 'response')).toMatchObject({
      verdict: 'pass',
      reason: 'model/contract-narrowed',
    })
  })

  test('fails with the path that breaks', async () => {
    expect(await compared({}, {required: ['age', 'city']})).toMatchObject({
      verdict: 'fail',
      reason: 'model/contract-breaking',
      what: 'Breaking: no longer allowed: objects without "city" at $.city (required).',
      details: {compatibility: 'breaking', lost: ['objects without "city" at $.city (required)'], gained: []},
    })
  })

  test('is inconclusive where it cannot be told', async () => {
    expect(await compared({}, {not: {required: ['city']}})).toMatchObject({
      verdict: 'inconclusive',
      reason: 'model/contract-unclear',
    })
  })

  test('needs no rows where nothing names any', async () => {
    const files = {'old.json': schema(), 'request.json': schema()}
    expect(await answers(files, {'compatible-with': 'old.json'}, null)).toEqual(['pass model/contract-same'])
  })
})
