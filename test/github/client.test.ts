import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import * as z from 'zod'
import {type GitHub, openGitHub} from '../../src/github/client.ts'
import {ifPermitted, mayHaveActed} from '../../src/github/failures.ts'
import {createHttp} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {connect, type PatientClock, patientClock} from '../fakes/github/connection.ts'
import type {FaultAct} from '../fakes/github/fault.ts'
import {type FakeGitHub, startFakeGitHub} from '../fakes/github/server.ts'

let fake: FakeGitHub
let clock: PatientClock
let github: GitHub
let commit: string

beforeEach(async () => {
  fake = await startFakeGitHub()
  clock = patientClock()
  github = connect(fake, {clock})
  commit = await fake.commit('main', {'README.md': 'hello'})
})
afterEach(async () => {
  await fake.stop()
  expect(fake.violations).toEqual([])
})

const refAnswer = z.object({object: z.object({sha: z.string()})})

function readMain(from = github) {
  return from.request(
    'GET /repos/{owner}/{repo}/git/ref/{ref}',
    {ref: 'heads/main'},
    {permission: 'contents: read', answer: refAnswer},
  )
}

function comment(options: {repeatable?: boolean} = {}) {
  return github.request(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    {issue_number: 7, body: 'hello'},
    {permission: 'pull-requests: write', answer: z.object({id: z.int()}), ...options},
  )
}

function refuse(status: number, message?: string, headers: Record<string, string> = {}): FaultAct {
  return {kind: 'refuse', status, headers, ...(message === undefined ? {} : {message})}
}

describe('a request to GitHub', () => {
  test('is answered with the fields that were asked for', async () => {
    expect(await readMain()).toEqual({object: {sha: commit}})
    expect(fake.requests[0]).toMatchObject({login: 'github-actions[bot]', status: 200})
  })

  test('finds nothing without an error where that is asked for', async () => {
    const found = github.find(
      'GET /repos/{owner}/{repo}/git/ref/{ref}',
      {ref: 'heads/gone'},
      {permission: 'contents: read', answer: refAnswer},
    )
    expect(await found).toBeNull()
  })

  test.each([
    ['a gateway error', refuse(502)],
    ['an unavailable server', refuse(503)],
    ['a timeout of a gateway', refuse(504)],
    ['a server error', refuse(500)],
    ['a dropped connection', {kind: 'drop'}],
    ['an answer that is lost', {kind: 'act-and-drop'}],
  ] as const)('is repeated after %s when repeating does no harm', async (_, act) => {
    fake.fail({path: '/git/ref/', times: 3, act})
    expect(await readMain()).toEqual({object: {sha: commit}})
    expect(clock.waits).toEqual([500, 1000, 2000])
  })

  test('is not repeated when it might act twice, and the caller can tell that it may have acted', async () => {
    fake.fail({method: 'POST', path: '/comments', act: {kind: 'act-and-fail', status: 502}})
    const failure = await comment().catch((error: unknown) => error)
    expect(failure).toMatchObject({code: 'github/unavailable', retryable: true})
    expect(mayHaveActed(failure)).toBe(true)
    expect(fake.state.comments).toHaveLength(1)
  })

  test('gives up after three repetitions and says what GitHub said', async () => {
    fake.fail({path: '/git/ref/', times: 4, act: refuse(503, 'No server is available')})
    await expect(readMain()).rejects.toMatchObject({
      code: 'github/unavailable',
      system: 'github',
      message: expect.stringMatching(
        /503 to GET \/repos\/acme\/credit\/git\/ref\/heads%2Fmain: No server is available/,
      ),
    })
  })

  test('waits as long as a secondary rate limit asks, even when it must not act twice', async () => {
    fake.fail({
      method: 'POST',
      path: '/comments',
      act: refuse(403, 'You have exceeded a secondary rate limit', {'retry-after': '17'}),
    })
    await comment()
    expect(clock.waits).toEqual([17_000])
    expect(fake.state.comments).toHaveLength(1)
  })

  test('waits until the primary rate limit is reset', async () => {
    const reset = String(clock.now().getTime() / 1000 + 42)
    const headers = {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset}
    fake.fail({path: '/git/ref/', act: refuse(403, 'API rate limit exceeded', headers)})
    await readMain()
    expect(clock.waits).toEqual([42_000])
  })

  test('waits a minute when a limit names no time', async () => {
    fake.fail({path: '/git/ref/', act: refuse(429, 'Too many requests')})
    await readMain()
    expect(clock.waits).toEqual([60_000])
  })

  test('does not wait for a limit that lasts longer than it may, and says how long', async () => {
    fake.fail({path: '/git/ref/', act: refuse(429, 'Too many requests', {'retry-after': '3000'})})
    await expect(readMain()).rejects.toMatchObject({
      code: 'github/rate-limited',
      retryable: true,
      message: expect.stringContaining('3000 s'),
    })
    expect(clock.waits).toEqual([])
  })

  test('does not wait for ever when the limit keeps coming back', async () => {
    fake.fail({path: '/git/ref/', times: 10, act: refuse(429, 'Too many requests', {'retry-after': '50'})})
    await expect(readMain()).rejects.toMatchObject({code: 'github/rate-limited'})
    expect(clock.waits).toEqual([50_000, 50_000])
  })

  test('that the token may not send names the permission and where to grant it', async () => {
    const reader = connect(fake, {token: fake.issueToken({login: 'github-actions[bot]', permissions: {}})})
    await expect(readMain(reader)).rejects.toMatchObject({
      name: 'UserError',
      code: 'github/permission-missing',
      message: expect.stringContaining('"contents: read"'),
      hint: expect.stringContaining('permissions: {contents: read}'),
    })
    expect(await ifPermitted(() => readMain(reader))).toMatchObject({
      kind: 'not-permitted',
      permission: 'contents: read',
    })
  })

  test('that a policy forbids is told apart from a missing permission', async () => {
    fake.fail({path: '/comments', act: refuse(403, 'Unable to create comment because issue is locked.')})
    await expect(comment()).rejects.toMatchObject({
      code: 'github/forbidden',
      message: expect.stringContaining('locked'),
    })
  })

  test.each([
    ['an expired token', refuse(401, 'Bad credentials'), 'github/token-invalid', 'UserError'],
    ['a repository that is not there', refuse(404, 'Not Found'), 'github/not-found', 'UserError'],
    ['a conflict', refuse(409, 'Git Repository is empty.'), 'github/request-refused', 'SystemError'],
    ['a request that cannot be processed', refuse(422, 'Validation Failed'), 'github/request-refused', 'SystemError'],
    [
      'an answer of another server',
      {kind: 'say', text: '<html>Log in</html>'},
      'github/unexpected-answer',
      'SystemError',
    ],
    ['an answer without the field', {kind: 'say', text: '{}'}, 'github/unexpected-answer', 'SystemError'],
  ] as const)('that meets %s fails with its own code', async (_, act, code, name) => {
    fake.fail({path: '/git/ref/', act})
    await expect(readMain()).rejects.toMatchObject({code, name})
  })

  test('to a server that is not there says so', async () => {
    const {url} = fake
    const nowhere = openGitHub(
      {apiUrl: url.replace(/:\d+$/, ':9'), token: 'x', repository: {owner: 'acme', name: 'credit'}},
      {http: createHttp(clock), clock, log: silentLog},
    )
    await expect(readMain(nowhere)).rejects.toMatchObject({code: 'github/unreachable', retryable: true})
  })

  test('without a token is refused before anything is sent', () => {
    expect(() => connect(fake, {token: ''})).toThrow(expect.objectContaining({code: 'github/token-missing'}))
    expect(fake.requests).toEqual([])
  })

  test('never shows the token in a message', async () => {
    fake.fail({path: '/git/ref/', act: refuse(401, 'Bad credentials')})
    const failure = await readMain().catch((error: unknown) => error)
    expect(JSON.stringify([failure, String(failure)])).not.toContain(fake.token)
  })
})
