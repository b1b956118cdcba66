import {gzipSync} from 'node:zlib'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import * as z from 'zod'
import {type FakeGitHub, startFakeGitHub} from './server.ts'

let fake: FakeGitHub
let commit: string

beforeEach(async () => {
  fake = await startFakeGitHub({control: true})
  commit = await fake.commit('main', {'README.md': 'hello'})
})
afterEach(() => fake.stop())

function send(method: string, address: string, body?: unknown) {
  return fetch(`${fake.url}${address}`, {
    method,
    headers: {authorization: `Bearer ${fake.token}`},
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
}

const upload = (sarif: string, ref = 'refs/heads/main') =>
  send('POST', '/repos/acme/credit/code-scanning/sarifs', {commit_sha: commit, ref, sarif})

describe('code scanning of the fake GitHub', () => {
  test.each([
    ['text that is no base64', '{"version": "2.1.0"}', 400],
    ['base64 that is no gzip', Buffer.from('{"version": "2.1.0"}').toString('base64'), 400],
    // Stored blocks: bytes that gzip cannot make smaller than the limit.
    ['more than 10 MB', gzipSync(Buffer.alloc(10_100_000, 7), {level: 0}).toString('base64'), 413],
  ])('refuses %s', async (_, sarif, status) => {
    expect((await upload(sarif)).status).toBe(status)
  })

  test('takes what it cannot read, and says so only later', async () => {
    const taken = await upload(gzipSync('{').toString('base64'))
    expect(taken.status).toBe(202)
    const {id} = z.object({id: z.string()}).parse(await taken.json())
    const look = async () => (await send('GET', `/repos/acme/credit/code-scanning/sarifs/${id}`)).json()
    expect(await look()).toMatchObject({processing_status: 'pending'})
    expect(await look()).toMatchObject({processing_status: 'failed', errors: ['Invalid SARIF. JSON syntax error']})
    expect(fake.violations).toEqual([])
  })

  test('lists no alert of an analysis that failed', async () => {
    await upload(gzipSync('{').toString('base64'))
    expect(await (await send('GET', '/repos/acme/credit/code-scanning/alerts?state=open')).json()).toEqual([])
    expect(fake.violations).toEqual([])
    await send('GET', '/repos/acme/credit/code-scanning/alerts?state=closed')
    expect(fake.violations[0]).toContain('query state: body must be equal to one of the allowed values')
  })

  test('notices a ref that GitHub would not take', async () => {
    expect((await upload(gzipSync('{}').toString('base64'), 'main')).status).toBe(422)
    expect(fake.violations[0]).toContain('/ref must match pattern')
  })

  test('can be switched off by another process', async () => {
    await send('POST', '/_fake/settings', {codeScanning: 'disabled', owner: 'User', slowness: 3})
    expect((await upload(gzipSync('{}').toString('base64'))).status).toBe(403)
    expect(fake.state.artifacts.owner).toBe('User')
    expect(fake.state.codeScanning.slowness).toBe(3)
  })
})
