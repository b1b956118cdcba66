import {spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import * as z from 'zod'
import {violationsOf} from '../../contracts/github-api.ts'
import {connect} from './connection.ts'
import {type FakeGitHub, startFakeGitHub} from './server.ts'

let fake: FakeGitHub

beforeEach(async () => {
  fake = await startFakeGitHub()
})
afterEach(() => fake.stop())

function send(method: string, address: string, body?: unknown, token = fake.token) {
  return fetch(`${fake.url}${address}`, {
    method,
    headers: {authorization: `Bearer ${token}`},
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
}

describe('the fake GitHub', () => {
  test('keeps objects that git itself finds sound, folders and all', async () => {
    await fake.commit('main', {'a/b/c.txt': 'c', 'a.txt': 'a', 'a-b': 'x', a0: 'y'}, 'First')
    await fake.commit('main', {'a/b/d.txt': 'd'}, 'Second')
    expect(await fake.repository.git(['fsck', '--strict', '--no-dangling'])).toBe('')
    expect(await fake.repository.git(['ls-tree', '-r', '--name-only', 'main'])).toBe(
      ['a-b', 'a.txt', 'a/b/c.txt', 'a/b/d.txt', 'a0'].join('\n'),
    )
  })

  test('reads what a person pushed from a clone', async () => {
    await fake.commit('main', {'README.md': 'hello'})
    const folder = await mkdtemp(path.join(tmpdir(), 'clone-'))
    await fake.repository.git(['clone', '--quiet', fake.repository.dir, folder])
    await fake.repository.git(['-C', folder, '--git-dir', '.git', 'commit', '--quiet', '--allow-empty', '-m', 'Pushed'])
    await fake.repository.git(['-C', folder, '--git-dir', '.git', 'push', '--quiet', 'origin', 'HEAD:pushed'])
    const pushed = await fake.repository.git(['rev-parse', 'pushed'])
    const answer = await send('GET', '/repos/acme/credit/git/ref/heads%2Fpushed')
    expect(await answer.json()).toMatchObject({object: {sha: pushed}})
    await rm(folder, {recursive: true, force: true})
  })

  test.each([
    ['GET', '/repos/acme/credit/deployments', 'deployments: read', {}],
    ['POST', '/repos/acme/credit/check-runs', 'checks: write', {checks: 'read'}],
    ['POST', '/repos/acme/credit/git/refs', 'contents: write', {contents: 'read', checks: 'write'}],
  ] as const)('refuses %s %s to a token without %s', async (method, address, _, permissions) => {
    const token = fake.issueToken({login: 'github-actions[bot]', permissions})
    const answer = await send(method, address, method === 'GET' ? undefined : {}, token)
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({message: 'Resource not accessible by integration'})
  })

  test('refuses an unknown token, an unknown repository and an unknown address', async () => {
    expect((await send('GET', '/repos/acme/credit/deployments', undefined, 'guessed')).status).toBe(401)
    expect((await send('GET', '/repos/acme/other/deployments')).status).toBe(404)
    expect((await send('GET', '/repos/acme/credit/secrets')).status).toBe(404)
  })

  test('notices a request that GitHub would not understand', async () => {
    await send('POST', '/repos/acme/credit/issues/7/comments', {body: 'hello', sticky: true})
    await send('GET', '/repos/acme/credit/deployments?enviroment=production')
    await send('GET', '/repos/acme/credit/secrets')
    expect(fake.violations).toEqual([
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments: request has an unknown field sticky',
      'GET /repos/{owner}/{repo}/deployments: the query has an unknown parameter enviroment',
      'GET /repos/acme/credit/secrets: GitHub has no such endpoint',
    ])
  })

  test('a fault meets as many matching requests as it was set for, and others not at all', async () => {
    fake.fail({method: 'GET', path: '/deployments', times: 2, act: {kind: 'refuse', status: 503}})
    const statuses: number[] = []
    for (const address of ['deployments', 'commits/main/check-runs', 'deployments', 'deployments']) {
      statuses.push((await send('GET', `/repos/acme/credit/${address}`)).status)
    }
    expect(statuses).toEqual([503, 200, 503, 200])
  })

  test('a fault can wait for the n-th matching request, and be taken back', async () => {
    fake.fail({path: '/deployments', after: 2, act: {kind: 'refuse', status: 500}})
    const statuses: number[] = []
    for (let index = 0; index < 4; index++) statuses.push((await send('GET', '/repos/acme/credit/deployments')).status)
    expect(statuses).toEqual([200, 200, 500, 200])
    fake.fail({path: '/deployments', act: {kind: 'refuse', status: 500}})
    fake.heal()
    expect((await send('GET', '/repos/acme/credit/deployments')).status).toBe(200)
  })

  test('a slow answer arrives, later', async () => {
    fake.fail({path: '/deployments', act: {kind: 'slow', delayMs: 20}})
    expect((await send('GET', '/repos/acme/credit/deployments')).status).toBe(200)
  })

  test('writes down what was asked and answered', async () => {
    await send('GET', '/repos/acme/credit/git/ref/heads%2Fmain')
    fake.fail({path: '/deployments', act: {kind: 'drop'}})
    await expect(send('GET', '/repos/acme/credit/deployments?per_page=1')).rejects.toThrow()
    expect(fake.transcript().split('\n')).toEqual([
      'GET /repos/acme/credit/git/ref/heads/main -> 404',
      'GET /repos/acme/credit/deployments?per_page=1 -> dropped',
    ])
  })

  test('runs as a program that another process can drive', async () => {
    const program = spawn(process.execPath, ['test/fakes/github/main.ts', '--repository', 'acme/fraud'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = new Promise(resolve => program.on('exit', resolve))
    const line = await new Promise<string>(resolve => program.stdout.once('data', chunk => resolve(String(chunk))))
    const {url, token} = z.object({url: z.string(), token: z.string()}).parse(JSON.parse(line))
    const post = (address: string, body: unknown) =>
      fetch(`${url}/_fake/${address}`, {method: 'POST', body: JSON.stringify(body)})
    const headers = {authorization: `Bearer ${token}`}
    await post('faults', {path: '/deployments', act: {kind: 'refuse', status: 502}})
    expect((await fetch(`${url}/repos/acme/fraud/deployments`, {headers})).status).toBe(502)
    await post('approvals', {runId: 1, state: 'approved', login: 'mona', environments: ['production'], comment: ''})
    const approvals = await fetch(`${url}/repos/acme/fraud/actions/runs/1/approvals`, {headers})
    expect(await approvals.json()).toMatchObject([{state: 'approved', user: {login: 'mona'}}])
    const known = await (await fetch(`${url}/_fake`)).json()
    expect(known).toMatchObject({violations: [], transcript: expect.stringContaining('/deployments -> 502')})
    program.kill('SIGTERM')
    expect(await exited).toBe(0)
  })
})

describe('GitHub’s published description', () => {
  const exchange = {
    method: 'GET',
    path: '/repos/acme/credit/actions/runs/1/approvals',
    query: new URLSearchParams(),
    requestBody: undefined,
    status: 200,
    responseBody: [],
  }

  test.each([
    ['an exchange as described', {}, []],
    [
      'a number that is none',
      {path: '/repos/a/b/deployments', query: new URLSearchParams('per_page=many')},
      ['query per_page'],
    ],
    ['a list that is none', {responseBody: {}}, ['answer 200 body must be array']],
    [
      'a missing body',
      {method: 'POST', path: '/repos/a/b/git/refs', status: 422},
      ['the body is missing', 'answer 422'],
    ],
    ['an answer that is not described', {status: 202}, ['the answer 202 is not described']],
    [
      'an answer with a body where there is none',
      {method: 'DELETE', path: '/repos/a/b/issues/comments/1', status: 204},
      ['has a body'],
    ],
  ])('tells %s', (_, changes, expected) => {
    const found = violationsOf({...exchange, ...changes})
    expect(found).toHaveLength(expected.length)
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text)
  })

  test('a client of ours and the fake agree on it', async () => {
    await fake.commit('main', {'README.md': 'hello'})
    await connect(fake).find(
      'GET /repos/{owner}/{repo}/git/ref/{ref}',
      {ref: 'heads/main'},
      {permission: 'contents: read', answer: z.unknown()},
    )
    expect(fake.violations).toEqual([])
  })
})
