import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {fileURLToPath} from 'node:url'
import {describe, expect, test} from 'vitest'
import {createHttp, type Http} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openLocal} from '../../src/traffic/local.ts'
import {startRouter} from '../../src/traffic/local-router.ts'
import {describeTarget, releaseOf} from '../contracts/target.ts'

const runtime = systemRuntime(silentLog)
const service = fileURLToPath(new URL('programs/service.ts', import.meta.url))

describeTarget('the embedded router', async () => {
  const router = await startRouter({port: 0, controlPort: 0}, runtime)
  const start = [process.execPath, service, '{version}', '{port}']
  return {
    target: openLocal({kind: 'local', router: router.controlUrl, start}, runtime.http),
    close: () => router.close(),
  }
})

const local = {kind: 'local', router: 'http://127.0.0.1:1'} as const

/** A router that answers everything alike. */
function answering(status: number, body: string): Http {
  return {send: async () => ({status, headers: new Headers(), body})}
}

const state = {stable: 'v1', candidate: 'v2', weight: 25, candidateReady: true}

describe('a router that does not answer as a router does', () => {
  test('but not at all is a failure that may pass', async () => {
    const http = createHttp({now: () => new Date(0), sleep: async () => {}})
    await expect(openLocal(local, http).read()).rejects.toMatchObject({code: 'router/unreachable', retryable: true})
  })

  test.each([
    ['a web page', 200, '<html></html>'],
    ['JSON of something else', 200, '{"status": "ok"}'],
    ['nothing', 200, ''],
    ['404', 404, 'not found'],
    ['500 without a reason', 500, ''],
    ['a weight above 100', 200, JSON.stringify({...state, weight: 250})],
    ['a weight that is no number', 200, JSON.stringify({...state, weight: null})],
    ['a weight without a candidate', 200, JSON.stringify({...state, candidate: null})],
    ['one release in both roles', 200, JSON.stringify({...state, candidate: 'v1'})],
  ])('but with %s is refused', async (_, status, body) => {
    await expect(openLocal(local, answering(status, body)).read()).rejects.toMatchObject({
      code: 'router/answer-malformed',
      retryable: false,
    })
  })

  test('but in no time is a failure that may pass', async () => {
    const mute = createServer(() => {})
    await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
    // The same client with less patience, so that nobody has to wait here.
    const http: Http = {send: request => runtime.http.send({...request, timeoutMs: 40, retries: 0})}
    const failure = await openLocal({kind: 'local', router: url}, http)
      .setWeight(5)
      .catch((error: unknown) => error)
    mute.closeAllConnections()
    await new Promise(resolve => mute.close(resolve))
    expect(failure).toMatchObject({
      code: 'router/timeout',
      retryable: true,
      message: expect.stringContaining('/weight'),
    })
  })

  test('but knows no mirroring yet is older than the command, and is not asked again', async () => {
    const old = JSON.stringify({reason: 'not-found', detail: 'PUT /mirror is not part of the control API'})
    await expect(openLocal(local, answering(404, old)).mirror(50)).rejects.toMatchObject({
      code: 'router/too-old',
      retryable: false,
    })
  })

  test('but refuses is quoted', async () => {
    const refusal = JSON.stringify({reason: 'other-candidate', detail: 'the candidate is v3'})
    await expect(openLocal(local, answering(409, refusal)).promote(releaseOf('v2', '2'))).rejects.toMatchObject({
      code: 'router/refused',
      message: expect.stringContaining('the candidate is v3'),
    })
  })
})

test('a release that the router cannot know is the user’s to name, with both ways out', async () => {
  const router = await startRouter({port: 0, controlPort: 0}, runtime)
  const target = openLocal({kind: 'local', router: router.controlUrl}, runtime.http)
  const error = await target.deploy(releaseOf('v1', '1')).catch((each: unknown) => each)
  await router.close()
  expect(error).toMatchObject({code: 'traffic/release-unknown', hint: expect.stringContaining('target.start')})
})

test('a release that runs already is made known by its address', async () => {
  const router = await startRouter({port: 0, controlPort: 0}, runtime)
  const target = openLocal({kind: 'local', router: router.controlUrl}, runtime.http)
  const register = {
    method: 'PUT',
    url: `${router.controlUrl}/releases/v1`,
    body: '{"url": "http://127.0.0.1:1"}',
  } as const
  await runtime.http.send({...register, system: 'router'})
  await target.deploy(releaseOf('v1', '1'))
  const seen = await target.read()
  await router.close()
  expect(seen).toMatchObject({stable: 'v1', candidate: null})
})
