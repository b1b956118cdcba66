import {readdirSync, readFileSync} from 'node:fs'
import * as path from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {failedOutcome} from '../../src/gates/failed.ts'
import {validateModelGate} from '../../src/gates/validate-model.ts'
import {openGitHub} from '../../src/github/client.ts'
import {parseContext} from '../../src/github/context.ts'
import {ruleGroups} from '../../src/model/safety/rules.ts'
import type {Case} from './bad-input/case.ts'
import {expectTold} from './bad-input/expect-told.ts'
import {wrongImports} from './bad-input/imports.ts'
import {notListed, notListedOfImages} from './bad-input/reasons.ts'
import {wrongRows} from './bad-input/rows.ts'
import {cases, start} from './bad-input-cases.ts'
import {makeWorld, type Told, type World} from './world.ts'

/** One machine for each state that a case begins in; a case works on a copy. */
const machines = new Map<Case['when'], World>()
beforeAll(async () => {
  const fresh = makeWorld()
  machines.set('fresh', fresh)
  const served = fresh.copy()
  machines.set('served', served)
  for (const [version, baseline] of [
    ['v1', 'none'],
    ['v2', served.file('releases/v1/eval.csv')],
    ['v7', served.file('releases/v1/eval.csv')],
  ] as const) {
    const [model, candidate] = [served.file(`releases/${version}/model`), served.file(`releases/${version}/eval.csv`)]
    expectPast(
      await served.run('validate', '--record', '--model', model, '--candidate', candidate, '--baseline', baseline),
    )
    expectPast(await served.run('scan', '--record', '--report', served.file(`releases/${version}/image.json`)))
  }
  expectPast(await served.run(...start(served, 'v1')))
  const running = served.copy()
  machines.set('running', running)
  expect(await running.run(...start(running, 'v2'))).toMatchObject({
    exitCode: 2,
    result: {reason: 'rollout/in-progress'},
  })
}, 30_000)
afterAll(() => {
  for (const machine of machines.values()) machine.remove()
})

describe('bad input on the command line', () => {
  // Those of model data alone are brought about in `bad-input/model-data.test.ts`.
  test.each(cases.filter(({when}) => when !== 'model'))('$title: $reason', each =>
    onCopyOf(each.when, async world => {
      await expectTold(each, world)
    }),
  )

  test('of two who start at the same time the later one is told who was first, and the ledger is the first one’s', async () => {
    await onCopyOf('served', async world => {
      let first: Told | null = null
      let records = {}
      world.whenAsked = async () => {
        world.whenAsked = async () => {}
        // The ledger has been read; somebody else writes to it before we do.
        first = await world.run(...start(world, 'v7'))
        records = world.records()
      }
      const second = await world.run(...start(world, 'v2'))
      expect(first).toMatchObject({exitCode: 2, result: {reason: 'rollout/in-progress'}})
      expect(second).toMatchObject({exitCode: 3, result: {reason: 'rollout/already-running'}})
      expect(second.failure).toContain('The rollout of v7')
      expect(world.records()).toEqual(records)
    })
  })

  test('a token for measurements that is missing does not stand in the way of a rollback', async () => {
    await onCopyOf('running', async world => {
      world.configure(/telemetry: .*/, 'telemetry: {kind: prometheus, url: http://localhost:9, token-from: NOT_THERE}')
      const {exitCode, result} = await world.run('roll-back', '--why', 'the call centre is full')
      expect({exitCode, reason: result.reason}).toEqual({exitCode: 0, reason: 'rollout/restored'})
      expect(world.router).toEqual({stable: 'v1', candidate: null, weight: 0})
    })
  })

  test('a router that stops answering on the way holds the rollout, and says so', async () => {
    await onCopyOf('running', async world => {
      world.configure('http://router.test,', 'http://127.0.0.1:1,')
      const {exitCode, result} = await world.run('promote', '--for', '0s')
      expect({exitCode, reason: result.reason}).toEqual({exitCode: 2, reason: 'rollout/target-unreachable'})
      expect(result.summary).toContain('The target does not answer')
      expect(world.router).toMatchObject({stable: 'v1', candidate: 'v2', weight: 5})
    })
  })
})

describe('bad input in a workflow', () => {
  test('a token that may not write: github/permission-missing, and nothing is kept', async () => {
    await onCopyOf('fresh', async world => {
      const result = await validateWith(world, 403, 'Resource not accessible by integration')
      expect(result).toMatchObject({verdict: 'error', reason: 'github/permission-missing'})
      expect(result.findings[0]?.what).toContain('The token needs the permission "contents: write"')
      expect(result.findings[0]?.remedy).toContain('permissions: {contents: write}')
    })
  })

  test('a token that has expired: github/token-invalid', async () => {
    await onCopyOf('fresh', async world => {
      const result = await validateWith(world, 401, 'Bad credentials')
      expect(result).toMatchObject({verdict: 'error', reason: 'github/token-invalid'})
      expect(result.findings[0]?.remedy).toContain('github-token')
    })
  })
})

describe('docs/bad-input.md', () => {
  const told = pageOf('bad-input.md')
    .split('\n')
    .filter(line => line.startsWith('| ') && !/^\| (What (is|looks) wrong|---)/.test(line))
    .flatMap(line => {
      const [, verdicts = '', reasons = ''] = /^\| [^|]+ \| ([a-z, -]+) \| (`[^|]+`) \| [^|]+ \|$/.exec(line) ?? []
      expect(verdicts, line).not.toBe('')
      return reasons
        .split(', ')
        .flatMap(reason => verdicts.split(', ').map(verdict => `${verdict} ${reason.slice(1, -1)}`))
    })

  test('tells of every case that is tested here, and of no other', () => {
    const tested = new Set([
      ...cases.map(({reason, verdict}) => `${verdict} ${reason}`),
      ...wrongRows.flatMap(({told}) => told),
      ...wrongImports.map(({reason}) => `error ${reason}`),
      'inconclusive rollout/target-unreachable',
      'error github/permission-missing',
      'error github/token-invalid',
    ])
    expect([...new Set(told)].sort()).toEqual([...tested].sort())
  })

  test('leaves out no reason that a validation can answer with, but the rules that have a page of their own', () => {
    const written = new Set(told.map(each => each.replace(/^[a-z-]+ /, '')))
    const reasons = new Set(
      sourceBelow('model', 'gates').flatMap(text => text.match(/(?<=')model\/[a-z0-9-]+(?=')/g) ?? []),
    )
    expect([...reasons].filter(reason => !written.has(reason) && !notListed.has(reason))).toEqual([])
    expect([...notListed].filter(reason => written.has(reason) || !reasons.has(reason))).toEqual([])
  })

  test('leaves out no reason that is told of an image, of its scanners and of what people write about it', () => {
    const written = new Set(told.map(each => each.replace(/^[a-z-]+ /, '')))
    const reasons = new Set(
      sourceBelow('image', 'gates', 'cli').flatMap(
        text => text.match(/(?<=')(image|registry|vex|waivers)\/[a-z0-9-]+(?=')/g) ?? [],
      ),
    )
    expect([...reasons].filter(reason => !written.has(reason) && !notListedOfImages.has(reason))).toEqual([])
    expect([...notListedOfImages].filter(reason => written.has(reason) || !reasons.has(reason))).toEqual([])
  })

  test('names of the rules of model files only some: all of them stand in docs/artifact-rules.md', () => {
    const rules: readonly string[] = pageOf('artifact-rules.md').match(/(?<=^\| `)model\/[a-z0-9-]+(?=` \|)/gm) ?? []
    // A rule is an object that begins with its id and its title, wherever it stands.
    const inSource = sourceBelow('model/safety').flatMap(
      text => text.match(/(?<=\bid: ')[a-z0-9-]+(?=',\s+title: )/g) ?? [],
    )
    expect(inSource.length).toBeGreaterThan(100)
    expect(inSource.filter(id => !rules.includes(`model/${id}`))).toEqual([])
    const all = [...rules, ...told.map(each => each.replace(/^[a-z-]+ /, ''))]
    const notTold = ruleGroups.flatMap(group => group.rules).filter(({id}) => !all.includes(`model/${id}`))
    expect(notTold.map(({id}) => id)).toEqual([])
  })
})

function pageOf(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../../docs', name), 'utf8')
}

function sourceBelow(...folders: readonly string[]): readonly string[] {
  const source = path.join(import.meta.dirname, '../../src')
  return folders.flatMap(folder =>
    readdirSync(path.join(source, folder), {recursive: true, encoding: 'utf8'})
      .filter(file => file.endsWith('.ts'))
      .map(file => readFileSync(path.join(source, folder, file), 'utf8')),
  )
}

async function onCopyOf(when: Case['when'], use: (world: World) => Promise<void>): Promise<void> {
  const machine = machines.get(when)
  if (machine === undefined) throw new Error(`there is no machine ${when}`)
  const world = machine.copy()
  try {
    await use(world)
  } finally {
    world.remove()
  }
}

function expectPast({exitCode, result}: Told): void {
  expect(exitCode, result.summary).toBe(0)
}

/** Validates and records on a GitHub that has no evidence yet and answers every write with this status. */
async function validateWith(world: World, status: number, message: string) {
  world.configure(/records: .*\n/, '')
  const http = {
    send: async ({method = 'GET'}) => ({
      status: method === 'GET' ? 404 : status,
      headers: new Headers(),
      body: JSON.stringify({message: method === 'GET' ? 'Not Found' : message}),
    }),
  }
  const runtime = {...world.runtime, http}
  const context = parseContext(workflowEnv, '{}')
  const repository = {owner: 'acme', name: 'credit'}
  const client = openGitHub({apiUrl: 'https://api.github.com', token: 'secret', repository}, runtime)
  const session = {runtime, github: {client, context}, by: 'mona'}
  try {
    return (await validateModelGate(session, {config: world.file('slipway.yml'), record: true})).result
  } catch (error) {
    return failedOutcome('model', error).result
  }
}

const workflowEnv = {
  GITHUB_REPOSITORY: 'acme/credit',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/main',
  GITHUB_ACTOR: 'mona',
  GITHUB_RUN_ID: '42',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
}
