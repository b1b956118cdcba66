import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {loadConfig} from '../../src/config/load.ts'
import {policyDigest} from '../../src/gates/record-evidence.ts'
import {openRecords} from '../../src/gates/records.ts'
import {validateModelGate} from '../../src/gates/validate-model.ts'
import {memoryFiles} from '../model/memory-files.ts'
import {predictedRows, toCsv} from '../model/predictions-file.ts'
import {finding, type ProductionWorld, productionWorld} from './production-world.ts'

let world: ProductionWorld
beforeEach(() => {
  world = productionWorld()
  world.write('good.csv', toCsv(predictedRows({n: 400, wrong: 5, seed: 1})))
  world.write('bad.csv', toCsv(predictedRows({n: 400, wrong: 40, seed: 2})))
})
afterEach(() => world.remove())

const gates = [{metric: 'accuracy', 'at-least': 0.85, 'may-lose': 0.05}]
const validation = (candidate = 'good.csv', baseline = 'bad.csv') => ({
  predictions: {
    candidate: world.file(candidate),
    baseline: world.file(baseline),
    positive: 'bad',
    columns: {score: 'score'},
  },
  gates,
})
const request = (more: object = {}) => ({config: world.file('slipway.yml'), record: false, ...more})
const evidenceOf = async (model: `sha256:${string}` = `sha256:${'0'.repeat(64)}`) =>
  openRecords(world.session, {service: 'credit', records: undefined}).evidence.find('model', model)

describe('what is given for one run', () => {
  beforeEach(async () => {
    await world.validate('v1', validation())
  })

  test('counts instead of the config: candidate, baseline and model', async () => {
    const as = (more: object) => validateModelGate(world.session, request(more))
    expect((await as({})).result.verdict).toBe('pass')
    expect((await as({candidate: world.file('bad.csv'), baseline: world.file('good.csv')})).result).toMatchObject({
      verdict: 'fail',
      reason: 'model/accuracy-below-limit',
    })
    expect((await as({baseline: 'none'})).result.reason).toBe('model/first-release')
    expect((await as({model: world.file('no-model')})).result.reason).toBe('model/files-missing')
  })

  test('may ask for what serves, although the config names a file', async () => {
    const {result} = await validateModelGate(world.session, request({baseline: 'production'}))
    expect(result).toMatchObject({verdict: 'error', reason: 'model/nothing-in-production'})
  })

  test('is an error where the config has no predictions: nothing that is asked for is passed over', async () => {
    world.write('metrics.json', '{"f1": 0.9}')
    await world.validate('v1', {
      metrics: {candidate: world.file('metrics.json')},
      gates: [{reported: 'f1', 'at-least': 0.5}],
    })
    for (const more of [{candidate: 'x.csv'}, {baseline: 'x.csv'}]) {
      await expect(validateModelGate(world.session, request(more))).rejects.toMatchObject({
        code: 'model/no-predictions',
      })
    }
    expect((await validateModelGate(world.session, request())).result.verdict).toBe('pass')
  })
})

describe('evidence', () => {
  test('is kept where it is asked for, bound to the bytes and the policy, whatever the verdict', async () => {
    const good = await world.validate('v1', validation(), {record: true})
    const bad = await world.validate('v2', validation('bad.csv', 'good.csv'), {record: true})
    expect([good.result.verdict, bad.result.verdict]).toEqual(['pass', 'fail'])
    const config = await loadConfig(world.session.runtime.files, world.file('slipway.yml'))
    expect(await evidenceOf(bad.result.subject.model)).toMatchObject([
      {
        verdict: 'fail',
        policy: policyDigest(config, 'model'),
        by: 'anna, local',
        service: 'credit',
        findings: bad.result.findings,
      },
    ])
    const [kept] = await evidenceOf(good.result.subject.model)
    expect(kept?.measures).toEqual(good.measures)
    expect(kept?.measures?.values.accuracy).toMatchObject({value: 0.95, n: 400})
  })

  test('is not kept where nobody asks for it', async () => {
    const {result} = await world.validate('v1', validation())
    expect(await evidenceOf(result.subject.model)).toEqual([])
  })

  test('is not kept of nothing: a model that could not be read has no bytes', async () => {
    await world.validate('v1', validation())
    const {result} = await validateModelGate(world.session, request({model: world.file('no-model'), record: true}))
    expect(result.subject).toEqual({})
    expect(await evidenceOf()).toEqual([])
  })

  test('of a run without rows has no values, and of one with a file of metrics the reported ones', async () => {
    world.write('metrics.json', '{"f1": 0.9}')
    const metrics = {candidate: world.file('metrics.json'), baseline: 'none'}
    const {result} = await world.validate('v1', {metrics, gates: [{reported: 'f1', 'at-least': 0.5}]}, {record: true})
    const [kept] = await evidenceOf(result.subject.model)
    expect(kept).not.toHaveProperty('measures')
    expect(kept?.reported).toEqual({f1: {value: 0.9}})
  })

  test('can be read back with an interval that has an open end', async () => {
    const number = toCsv(predictedRows({n: 200})).replaceAll(
      /,(good|bad),/g,
      (_, label: string) => `,${label === 'bad' ? 1 : 0},`,
    )
    world.write('numbers.csv', number)
    const regression = {
      candidate: world.file('numbers.csv'),
      baseline: 'none',
      task: 'regression',
      columns: {prediction: 'score'},
    }
    const {result} = await world.validate(
      'v1',
      {predictions: regression, gates: [{metric: 'max-error', 'at-most': 5}]},
      {record: true},
    )
    const [kept] = await evidenceOf(result.subject.model)
    expect(kept?.measures?.values.rmse?.low).toBeGreaterThan(0)
    expect(kept?.findings.find(({id}) => id === 'model/max-error-at-most')?.value).toBeLessThan(1)
  })
})

describe('a config that is not there', () => {
  test('is an error of the caller', async () => {
    const files = memoryFiles({})
    const session = {...world.session, runtime: {...world.session.runtime, files}}
    await expect(validateModelGate(session, request())).rejects.toMatchObject({code: 'config/not-found'})
  })
})

describe('the report', () => {
  test('of the same files is the same, to the last character', async () => {
    const [one, other] = [await world.validate('v1', validation()), await world.validate('v1', validation())]
    expect(one).toEqual(other)
  })

  test('says what a limit was held against', async () => {
    const outcome = await world.validate('v1', validation())
    expect(finding(outcome, 'model/accuracy-at-least')).toMatchObject({value: 0.95, limit: 'at least 0.85', n: 400})
  })
})
