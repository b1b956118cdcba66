import {type ChildProcess, spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {parseConfig} from '../../src/config/load.ts'
import type {TargetConfig} from '../../src/config/schema.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openScrape} from '../../src/telemetry/scrape.ts'
import {openCommand} from '../../src/traffic/command.ts'
import {describeTarget, releaseOf} from '../contracts/target.ts'
import {fakeClock} from '../fakes/clock.ts'
import {actsOf, createWorld, environment, v1 as one, scope, v2 as two} from '../rollout/world.ts'

const example = join(import.meta.dirname, '../../examples/feature-flag')
const runtime = systemRuntime(silentLog)
const v1 = releaseOf('v1', '1')
const v2 = releaseOf('v2', '2')

let folder: string
let flags: string
let service: {url: string; process: ChildProcess}

// One service for all tests, with three versions loaded; each test has a flag file of its own making.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-flag-'))
  flags = join(folder, 'flags.json')
  await cp(join(example, 'models'), join(folder, 'models'), {recursive: true})
  await cp(join(example, 'models/v2'), join(folder, 'models/v3'), {recursive: true})
  service = await serve()
})
beforeEach(() => rm(flags, {force: true}))
afterAll(async () => {
  service.process.kill('SIGTERM')
  await once(service.process, 'exit')
  await rm(folder, {recursive: true})
})

async function serve() {
  const args = ['service/serve.ts', '--models', join(folder, 'models'), '--flags', flags, '--port', '0']
  const child = spawn(process.execPath, args, {cwd: example, stdio: ['ignore', 'pipe', 'inherit']})
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {url: line.replace(/^.* on /, ''), process: child}
}

type CommandConfig = Extract<TargetConfig, {kind: 'command'}>

/** The target as the example's slipway.yml has it, moved to this test's files and service. */
async function openFlag(change: (config: CommandConfig) => CommandConfig = config => config) {
  const config = parseConfig(await readFile(join(example, 'slipway.yml'), 'utf8'), 'slipway.yml')
  const target = config.environments.production?.target
  if (target?.kind !== 'command') throw new Error('the example has another target')
  const here = (argv: readonly string[]) =>
    argv.map(argument => {
      if (argument === 'node') return process.execPath
      if (argument === 'flags/flag.ts') return join(example, argument)
      return argument === 'flags/production.flagd.json' ? flags : argument.replace('http://127.0.0.1:8080', service.url)
    })
  const {deploy = [], ...acts} = target
  return openCommand(
    change({
      ...acts,
      read: here(acts.read),
      deploy: here(deploy),
      'set-weight': here(acts['set-weight']),
      promote: here(acts.promote),
      restore: here(acts.restore),
    }),
    runtime,
  )
}

describeTarget('the flag of the example', async () => ({target: await openFlag(), close: async () => {}}), {
  mirrors: false,
})

async function ask(user: string): Promise<{status: number; version?: string}> {
  const body = JSON.stringify({user, features: [0.5, -1, 2]})
  const answer = await fetch(`${service.url}/v2/models/offer/infer`, {method: 'POST', body})
  const {version} = (await answer.json()) as {version?: string}
  return {status: answer.status, ...(version === undefined ? {} : {version})}
}

async function usersOf(version: string, users: number): Promise<Set<string>> {
  const names = Array.from({length: users}, (_, index) => `user-${index}`)
  const answers = await Promise.all(names.map(ask))
  return new Set(names.filter((_, index) => answers[index]?.version === version))
}

describe('turning the flag', () => {
  test('moves users, and no user back and forth', async () => {
    const target = await openFlag()
    expect((await ask('user-1')).status).toBe(503)
    await target.deploy(v1)
    expect(await usersOf('v1', 300)).toHaveProperty('size', 300)
    await target.deploy(v2)
    expect(await usersOf('v2', 300)).toHaveProperty('size', 0)
    await target.setWeight(5)
    const early = await usersOf('v2', 300)
    await target.setWeight(25)
    const late = await usersOf('v2', 300)
    // 75 of 300 expected, five standard deviations are 37; the hash is fixed, so it is the same each time.
    expect(late.size).toBeGreaterThan(38)
    expect(late.size).toBeLessThan(112)
    expect(early.size).toBeGreaterThan(0)
    expect([...early].filter(user => !late.has(user))).toEqual([])
    await target.setWeight(100)
    expect(await usersOf('v2', 300)).toHaveProperty('size', 300)
    await target.restore(v1)
    expect(await usersOf('v1', 300)).toHaveProperty('size', 300)
  })

  test('is counted for each version on a page of its own', async () => {
    const target = await openFlag()
    await target.deploy(v1)
    const count = async () => {
      const page = await (await fetch(`${service.url}/metrics/v1`)).text()
      return Number(/^http_requests_total\{code="200",version="v1"\} (\d+)$/m.exec(page)?.[1])
    }
    const before = await count()
    await ask('somebody')
    expect(await count()).toBe(before + 1)
    expect((await fetch(`${service.url}/metrics/v9`)).status).toBe(404)
  })

  test('leaves the other flags of the file alone', async () => {
    const other = {state: 'ENABLED', variants: {on: true, off: false}, defaultVariant: 'off'}
    await writeFile(flags, JSON.stringify({$schema: 'https://flagd.dev/schema/v0/flags.json', flags: {banner: other}}))
    await (await openFlag()).deploy(v1)
    expect(JSON.parse(await readFile(flags, 'utf8'))).toEqual({
      $schema: 'https://flagd.dev/schema/v0/flags.json',
      flags: {banner: other, 'offer-model': {state: 'ENABLED', variants: {v1: 'v1'}, defaultVariant: 'v1'}},
    })
  })

  test('is written as flagd reads it', async () => {
    const target = await openFlag()
    await target.deploy(v1)
    await target.deploy(v2)
    await target.setWeight(25)
    expect(JSON.parse(await readFile(flags, 'utf8')).flags['offer-model']).toEqual({
      state: 'ENABLED',
      variants: {v1: 'v1', v2: 'v2'},
      defaultVariant: 'v1',
      targeting: {
        fractional: [
          ['v1', 75],
          ['v2', 25],
        ],
      },
    })
  })

  test('needs no script that deploys where the pipeline names the version', async () => {
    const undeploying = await openFlag(({deploy: _, ...rest}) => rest)
    const pipeline = await openFlag()
    await pipeline.deploy(v1)
    await expect(undeploying.deploy(v2)).rejects.toMatchObject({code: 'traffic/release-not-there'})
    await pipeline.deploy(v2)
    await undeploying.deploy(v2)
    await undeploying.setWeight(5)
    expect(await undeploying.read()).toMatchObject({stable: 'v1', candidate: 'v2', observedWeightPercent: 5})
  })
})

describe('a flag that somebody else turned', () => {
  const flag = (change: object) => ({
    flags: {
      'offer-model': {
        state: 'ENABLED',
        variants: {v1: 'v1', v2: 'v2'},
        defaultVariant: 'v1',
        targeting: {
          fractional: [
            ['v1', 75],
            ['v2', 25],
          ],
        },
        ...change,
      },
    },
  })

  test('off shows as a weight of 0, because the candidate has no users any more', async () => {
    await writeFile(flags, JSON.stringify(flag({state: 'DISABLED'})))
    expect(await (await openFlag()).read()).toMatchObject({stable: 'v1', candidate: 'v2', observedWeightPercent: 0})
    expect(await usersOf('v2', 50)).toHaveProperty('size', 0)
  })

  test('to another weight shows as that weight', async () => {
    await writeFile(
      flags,
      JSON.stringify(
        flag({
          targeting: {
            fractional: [
              ['v1', 40],
              ['v2', 60],
            ],
          },
        }),
      ),
    )
    expect(await (await openFlag()).read()).toMatchObject({observedWeightPercent: 60})
  })

  test.each([
    ['a rule for some users', JSON.stringify(flag({targeting: {if: [{var: 'beta'}, 'v2', 'v1']}})), 'no split of 100'],
    [
      'shares that are not of 100',
      JSON.stringify(
        flag({
          targeting: {
            fractional: [
              ['v1', 1],
              ['v2', 1],
            ],
          },
        }),
      ),
      'no split',
    ],
    [
      'a third share',
      JSON.stringify(
        flag({
          targeting: {
            fractional: [
              ['v1', 75],
              ['v2', 25],
              ['v3', 5],
            ],
          },
        }),
      ),
      'no split',
    ],
    ['a third variant', JSON.stringify(flag({variants: {v1: '', v2: '', v3: ''}})), 'other variants'],
    ['a default that is no variant', JSON.stringify(flag({defaultVariant: 'v9'})), 'other variants'],
    ['half a file', '{"flags": {', 'is not JSON'],
  ])('into %s is not read as something it is not, and not overwritten', async (_, text, said) => {
    await writeFile(flags, text)
    const target = await openFlag()
    await expect(target.read()).rejects.toMatchObject({code: 'command/failed', message: expect.stringContaining(said)})
    await expect(target.setWeight(50)).rejects.toMatchObject({code: 'command/failed'})
    expect(await readFile(flags, 'utf8')).toBe(text)
  })
})

test('the engine rolls a flag out and deploys nothing: by real scripts, real pages, and the users of an hour', async () => {
  const target = await openFlag()
  await target.deploy(v1)
  const source = openScrape({kind: 'scrape', url: [`${service.url}/metrics/{version}`]}, runtime.http)
  const time = fakeClock(new Date().toISOString())
  let users = 0
  const sleep = async (durationMs: number) => {
    const asked = Array.from({length: Math.round(durationMs / 1000)}, () => ask(`visitor-${users++}`))
    await Promise.all(asked)
    time.advance(durationMs)
  }
  const world = createWorld()
  const ports = {...world.ports, target, source, clock: {now: time.now, sleep}}
  const rollout = {
    preset: 'feature-flag',
    stages: [
      {weight: '25%', for: '10m'},
      {weight: '50%', for: '10m'},
    ],
    tick: '10m',
    guards: [{name: 'errors', share: {of: 'http_requests_total', bad: 'code=~"5.."'}, 'at-most': '5%'}],
  }
  await startRollout(ports, scope, {environment: environment(rollout), candidate: two, stable: one})
  const {result} = await runRollout(ports, scope, {until: time.now().getTime() + 24 * 3_600_000})
  expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
  expect(actsOf(world)).toEqual(['deploy v2', 'set the weight to 25%', 'set the weight to 50%', 'promote v2'])
  expect(await target.read()).toMatchObject({stable: 'v2', candidate: null})
  expect(await usersOf('v2', 50)).toHaveProperty('size', 50)
})

test('a version that the service has not loaded is not ready, and a service that is gone says so', async () => {
  const target = await openFlag()
  await target.deploy(v1)
  await target.deploy(releaseOf('v9', '9'))
  expect(await target.read()).toMatchObject({candidateReady: false, detail: 'the service answers 404 for v9'})
  const alone = await openFlag(config => ({
    ...config,
    read: config.read.map(argument => (argument === service.url ? 'http://127.0.0.1:1' : argument)),
  }))
  expect(await alone.read()).toMatchObject({candidateReady: false, detail: expect.stringContaining('does not answer')})
})

test('every file that training made is committed as it was made', async () => {
  const child = spawn(process.execPath, [join(example, 'train.ts')], {cwd: folder, stdio: 'ignore'})
  expect(await once(child, 'exit')).toEqual([0, null])
  const digestOf = async (file: string) =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  for (const file of ['models/v1/model.safetensors', 'models/v2/model.safetensors', 'eval/v1.csv', 'eval/v2.csv']) {
    expect(await digestOf(join(folder, file)), file).toBe(await digestOf(join(example, file)))
  }
})
