import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {loadPolicy} from '../../src/gates/policy.ts'
import type {Session} from '../../src/gates/session.ts'
import type {GitHub} from '../../src/github/client.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'

const policy = (floor: number, waivers = '') =>
  `version: 1\nservice: credit\nmodel: {files: model/}\nimage: {scanner: report, report: trivy.json${waivers}}\nvalidation:\n  predictions: {candidate: a.csv, baseline: none, positive: bad, columns: {score: s}}\n  gates: [{metric: accuracy, at-least: ${floor}}]\n`

let folder: string
beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'slipway-policy-'))
})
afterEach(() => fs.rm(folder, {recursive: true}))

describe('the policy that judges', () => {
  test('outside a pull request is the one of the working directory', async () => {
    await write('slipway.yml', policy(0.9))
    const {config, findings} = await loadPolicy(session(null), inFolder('slipway.yml'))
    expect(config.validation.gates).toMatchObject([{metric: 'accuracy', 'at-least': 0.9}])
    expect(findings).toEqual([])
  })

  test('in a pull request is the base branch’s, and what the pull request loosens is a finding', async () => {
    await write('slipway.yml', policy(0.5))
    const {config, findings} = await loadPolicy(session({'slipway.yml': policy(0.9)}), inFolder('slipway.yml'))
    expect(config.validation.gates).toMatchObject([{metric: 'accuracy', 'at-least': 0.9}])
    expect(findings).toMatchObject([{id: 'policy/changed', verdict: 'warn', reason: 'policy/loosened'}])
  })

  test('takes the files to judge from the pull request, so that they can be moved', async () => {
    await write('slipway.yml', policy(0.9).replace('a.csv', 'moved.csv').replace('model/', 'weights/'))
    const {config} = await loadPolicy(session({'slipway.yml': policy(0.9)}), inFolder('slipway.yml'))
    expect(config.model.files).toBe('weights/')
    expect(config.validation.predictions?.candidate).toBe('moved.csv')
  })

  test('is the pull request’s own where the base branch has none or a broken one, and that is said', async () => {
    await write('slipway.yml', policy(0.9))
    const first = await loadPolicy(session({}), inFolder('slipway.yml'))
    expect(first.findings).toMatchObject([{verdict: 'warn', reason: 'policy/first'}])
    const broken = await loadPolicy(session({'slipway.yml': 'version: 2'}), inFolder('slipway.yml'))
    expect(broken.findings).toMatchObject([{verdict: 'warn', reason: 'policy/base-invalid'}])
  })

  test('a pull request cannot waive its own vulnerability', async () => {
    await write('slipway.yml', policy(0.9))
    await write('waivers.yml', '- everything\n')
    const {readPart} = await loadPolicy(
      session({'slipway.yml': policy(0.9), 'waivers.yml': '[]\n'}),
      inFolder('slipway.yml'),
    )
    const part = await readPart(inFolder('waivers.yml'))
    expect(part.text).toBe('[]\n')
    expect(part.findings).toMatchObject([{verdict: 'warn', reason: 'policy/part-changed'}])
  })

  test('a waiver file that only the pull request has does not count', async () => {
    await write('slipway.yml', policy(0.9))
    await write('waivers.yml', '[]\n')
    const {readPart} = await loadPolicy(session({'slipway.yml': policy(0.9)}), inFolder('slipway.yml'))
    await expect(readPart(inFolder('waivers.yml'))).rejects.toMatchObject({code: 'policy/part-missing'})
  })
})

const inFolder = (file: string) => path.join(folder, file)
const write = (file: string, text: string) => fs.writeFile(inFolder(file), text)

/** A session in a pull request whose base branch has these files; null for no pull request. */
function session(base: Readonly<Record<string, string>> | null): Session {
  const runtime = systemRuntime(silentLog)
  if (base === null) return {runtime, github: null, by: 'test'}
  const pullRequest = {number: 7, baseSha: 'b', baseRef: 'main', headSha: 'h', headRef: 'topic', isFork: false}
  const client: GitHub = {
    repository: {owner: 'acme', name: 'credit'},
    request: () => Promise.reject(new Error('nothing is requested here')),
    find: async (route, parameters, {answer}) => {
      if (route.endsWith('/commits/{ref}')) return answer.parse({sha: 'b'})
      const text = base[path.basename(String(Reflect.get(parameters, 'path')))]
      if (text === undefined) return null
      return answer.parse({type: 'file', encoding: 'base64', content: Buffer.from(text).toString('base64')})
    },
  }
  const context = {
    repository: client.repository,
    eventName: 'pull_request',
    headSha: 'h',
    ref: 'refs/pull/7/merge',
    actor: 'ada',
    runId: 1,
    runAttempt: 1,
    runUrl: 'https://example.test/run/1',
    apiUrl: 'https://example.test',
    pullRequest,
    inputs: {},
  }
  return {runtime, github: {client, context}, by: 'test'}
}
