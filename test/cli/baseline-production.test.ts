/** `baseline: production` as somebody types it: validate and promote v1, then validate v2 and v3 against what serves. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {start} from './bad-input-cases.ts'
import {makeWorld, type World} from './world.ts'

let world: World
const release = (version: string) => [
  '--model',
  world.file(`releases/${version}/model`),
  '--candidate',
  world.file(`releases/${version}/eval.csv`),
]

beforeAll(async () => {
  world = makeWorld()
  world.configure(/baseline: .*eval\.csv/, 'baseline: production')
  expect(await world.run('validate', '--record', ...release('v1'), '--baseline', 'none')).toMatchObject({exitCode: 0})
  expect(await world.run('scan', '--record', '--report', world.file('releases/v1/image.json'))).toMatchObject({
    exitCode: 0,
  })
  expect(await world.run(...start(world, 'v1'))).toMatchObject({exitCode: 0})
}, 30_000)
afterAll(() => world.remove())

describe('a release beside the one that serves', () => {
  test('is compared with its values, as the evidence keeps them', async () => {
    const {result} = await world.run('validate', ...release('v2'))
    const compared = result.findings.find(({id}) => id === 'model/accuracy-may-lose')
    expect(compared).toMatchObject({what: expect.stringContaining('by its value')})
    expect(compared?.reason).toMatch(/^model\/accuracy-(not-worse|comparison-inconclusive)$/)
  })

  test('is compared row by row where the config says where its predictions lie', async () => {
    const copy = world.copy()
    copy.configure(
      'baseline: production',
      `baseline: production\n    baseline-file: ${copy.file('releases/{version}/eval.csv')}`,
    )
    const given = ['--model', copy.file('releases/v2/model'), '--candidate', copy.file('releases/v2/eval.csv')]
    const {exitCode, result} = await copy.run('validate', ...given)
    expect(result.findings.find(({id}) => id === 'model/accuracy-may-lose')?.what).toContain('on the same 400 rows')
    expect(exitCode).toBe(0)
    copy.remove()
  })

  test('is an error where it is that very release', async () => {
    const {exitCode, result} = await world.run('validate', ...release('v1'))
    expect(exitCode).toBe(3)
    expect(result).toMatchObject({verdict: 'error', reason: 'model/baseline-is-candidate'})
  })

  test('is an error where nothing serves in the environment that is meant', async () => {
    const copy = world.copy()
    copy.configure('baseline: production', 'baseline: production\n    environment: stagign')
    const told = await copy.run('validate', '--model', copy.file('releases/v2/model'))
    expect(told.exitCode).toBe(3)
    expect(told.failure).toContain('no environment "stagign"')
    copy.remove()
  })
})
