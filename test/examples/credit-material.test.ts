import {createHash} from 'node:crypto'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {parse} from 'yaml'

const credit = join(import.meta.dirname, '../../examples/credit')
const read = (path: string) => readFileSync(join(credit, path), 'utf8')

interface Row {
  readonly id: string
  readonly label: string
  readonly prediction: string
  readonly sex: string
}

function evaluation(version: string): Row[] {
  const [, ...lines] = read(`releases/${version}/eval.csv`).trimEnd().split('\n')
  return lines.map(line => {
    const [id = '', label = '', prediction = '', , sex = ''] = line.split(',')
    return {id, label, prediction, sex}
  })
}

const right = (row: Row | undefined) => row?.label === row?.prediction

/** Mean and one-sided 95 % Wald bounds of the paired difference in accuracy: an independent look, not the engine's method. */
function pairedDifference(candidate: readonly Row[], baseline: readonly Row[]) {
  const differences = candidate.map((row, index) => Number(right(row)) - Number(right(baseline[index])))
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length
  const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / differences.length
  const margin = 1.645 * Math.sqrt(variance / differences.length)
  return {mean, low: mean - margin, high: mean + margin}
}

describe('the releases of the credit example', () => {
  test('every file that training made is committed as it was made', () => {
    const lines = read('releases/SHA256SUMS').trimEnd().split('\n')
    for (const line of lines) {
      const [digest, path = ''] = line.split('  ')
      const bytes = readFileSync(join(credit, path))
      expect(createHash('sha256').update(bytes).digest('hex'), path).toBe(digest)
    }
    const listed = lines.map(line => line.split('  ')[1])
    for (const version of ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7']) {
      const model = readdirSync(join(credit, 'releases', version, 'model')).map(
        file => `releases/${version}/model/${file}`,
      )
      expect(listed).toEqual(expect.arrayContaining([`releases/${version}/eval.csv`, ...model]))
    }
  })

  test('the data is the published file, unchanged', () => {
    const origin = read('data/ORIGIN.md')
    const digest = createHash('sha256')
      .update(readFileSync(join(credit, 'data/german_credit.csv')))
      .digest('hex')
    expect(origin).toContain(digest)
    expect(read('data/german_credit.csv').trimEnd().split('\n')).toHaveLength(1001)
  })

  test('all releases are judged on the same 400 rows, and none of those rows is sent as traffic', () => {
    const ids = evaluation('v1').map(row => row.id)
    expect(new Set(ids).size).toBe(400)
    for (const version of ['v2', 'v3', 'v4', 'v5', 'v6', 'v7']) {
      expect(evaluation(version).map(row => row.id)).toEqual(ids)
    }
    const traffic = read('data/traffic.csv').trimEnd().split('\n').slice(1)
    expect(traffic).toHaveLength(240)
    expect(traffic.map(line => line.split(',')[0]).filter(id => ids.includes(id ?? ''))).toEqual([])
  })

  test.each([
    {candidate: 'v2', baseline: 'v1', mean: 0.05},
    {candidate: 'v5', baseline: 'v2', mean: -0.005},
    {candidate: 'v6', baseline: 'v2', mean: 0.005},
    {candidate: 'v7', baseline: 'v2', mean: 0.0025},
  ])('$candidate is not worse than $baseline by two points of accuracy', ({candidate, baseline, mean}) => {
    const difference = pairedDifference(evaluation(candidate), evaluation(baseline))
    expect(difference.mean).toBeCloseTo(mean, 10)
    expect(difference.low).toBeGreaterThan(-0.02)
  })

  test('v3 keeps the floor of 0.70 and is still worse than v2', () => {
    const v3 = evaluation('v3')
    expect(v3.filter(right).length / v3.length).toBeGreaterThanOrEqual(0.7)
    expect(pairedDifference(v3, evaluation('v2')).high).toBeLessThan(0)
  })

  test('v4 is a pickle that imports a function and calls it', () => {
    expect(existsSync(join(credit, 'releases/v4/model/model.safetensors'))).toBe(false)
    const bytes = readFileSync(join(credit, 'releases/v4/model/weights.pkl'))
    // Opcodes of Python's pickletools: \x80\x02 PROTO 2, "c" GLOBAL, "R" REDUCE, "." STOP.
    expect(bytes.subarray(0, 13).toString('latin1')).toBe('\x80\x02cos\nsystem\n')
    expect(bytes.includes(Buffer.from('\x85R', 'latin1'))).toBe(true)
    expect(bytes.at(-1)).toBe('.'.charCodeAt(0))
  })

  test('the demo is judged by the consumer’s own policy, but for the times and the limit of errors', () => {
    const policy = parse(read('slipway.yml'))
    const demo = parse(read('slipway.demo.yml'))
    const {production} = policy.environments
    const {rollout, ...demoProduction} = demo.environments.production
    const {approvals, ...rest} = production
    expect(approvals).toHaveLength(1)
    expect({...demo, records: undefined, environments: undefined}).toEqual({
      ...policy,
      records: undefined,
      environments: undefined,
    })
    expect({...demoProduction, rollout: undefined}).toEqual({...rest, rollout: undefined})
    const [errors, ...otherGuards] = rollout.guards
    expect([{...errors, 'at-most': '0.1%'}, ...otherGuards]).toEqual(production.rollout.guards)
    expect(rollout['false-abort-rate']).toBe(production.rollout['false-abort-rate'])
    const weights = (stages: {weight: string}[]) => stages.map(stage => stage.weight)
    expect(weights(rollout.stages)).toEqual(weights(production.rollout.stages))
  })
})
