import {createServer, type IncomingMessage, request, type Server, type ServerResponse} from 'node:http'
import {type AddressInfo, createServer as createTcpServer, type Socket} from 'node:net'
import {gzipSync} from 'node:zlib'
import {afterEach, describe, expect, test} from 'vitest'
import type {Clock} from '../../src/runtime/clock.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openScrape} from '../../src/telemetry/scrape.ts'
import {openLocal} from '../../src/traffic/local.ts'
import {type RouterOptions, startRouter} from '../../src/traffic/local-router.ts'
import {createDraws, drawOfSession} from '../../src/traffic/router/draws.ts'
import {releaseOf} from '../contracts/target.ts'

const runtime = systemRuntime(silentLog)

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Reply = (seen: Seen, response: ServerResponse) => void

/** A real service that answers as it is told, and remembers what it was asked. Probes are not counted. */
async function startService(reply: Reply) {
  const seen: Seen[] = []
  const server = createServer(async (incoming, response) => {
    if (incoming.url === '/v2/health/ready') {
      response.end()
      return
    }
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk)
    } catch {
      return
    }
    const body = Buffer.concat(chunks).toString()
    const asked = {method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body}
    seen.push(asked)
    reply(asked, response)
  })
  return {seen, url: await listen(server)}
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What a prediction service says of a request: the score is the length of its body. */
const scored =
  (version: string, shift = 0): Reply =>
  ({body}, response) => {
    response.writeHead(200, {'content-type': 'application/json'})
    response.end(JSON.stringify({model_version: version, score: body.length / 100 + shift}))
  }
const says =
  (text: string, status = 200): Reply =>
  (_, response) =>
    void response.writeHead(status, {'content-type': 'text/plain'}).end(text)
const silence: Reply = () => {}

/** v1 stable, v2 candidate without weight, both real services behind a real router. */
async function openShadow(
  stable: Reply,
  candidate: Reply,
  options: Partial<RouterOptions> = {},
  clock = runtime.clock,
) {
  const services = {v1: await startService(stable), v2: await startService(candidate)}
  const router = await startRouter({port: 0, controlPort: 0, ...options}, {...runtime, clock})
  cleanups.push(router.close)
  const target = openLocal({kind: 'local', router: router.controlUrl}, runtime.http)
  for (const [version, {url}] of Object.entries(services)) {
    await fetch(`${router.controlUrl}/releases/${version}`, {method: 'PUT', body: JSON.stringify({url})})
    await target.deploy(releaseOf(version, version.slice(1)))
  }
  const predict = async (body = 'x', init: RequestInit = {}) => {
    const answer = await fetch(`${router.url}/v2/models/credit/infer`, {method: 'POST', body, ...init})
    return {status: answer.status, release: answer.headers.get('x-slipway-release'), text: await answer.text()}
  }
  const counts = async (version = 'v2') => {
    const page = await (await fetch(`${router.controlUrl}/releases/${version}/traffic`)).text()
    const found = page.matchAll(
      /^slipway_mirror_(?:requests|skipped)_total\{\w+="([\w-]+)",version="\w+"\} ([1-9]\d*)$/gm,
    )
    return Object.fromEntries([...found].map(([, label, count]) => [label, Number(count)]))
  }
  /** Copies end after the user's request. */
  const counted = (expected: object) => expect.poll(() => counts(), {timeout: 10_000, interval: 20}).toEqual(expected)
  return {router, target, predict, counts, counted, seen: {v1: services.v1.seen, v2: services.v2.seen}}
}

describe('a mirrored request', () => {
  test('is answered by the stable release, and the candidate gets the same one, marked as a copy', async () => {
    const {target, predict, counted, seen} = await openShadow(scored('v1'), scored('v2'))
    await target.mirror(100)
    const headers = {'content-type': 'application/json', 'x-request-id': 'r1'}
    const answer = await predict('{"age": 35}', {headers})
    expect(answer).toMatchObject({status: 200, release: 'v1', text: '{"model_version":"v1","score":0.11}'})
    await counted({same: 1})
    expect(seen.v2).toHaveLength(1)
    expect(seen.v2[0]).toMatchObject({method: 'POST', url: '/v2/models/credit/infer', body: '{"age": 35}'})
    expect(seen.v2[0]?.headers).toMatchObject({...headers, 'content-length': '11', 'slipway-mirrored': '1'})
    expect(seen.v1[0]?.headers).not.toHaveProperty('slipway-mirrored')
  })

  test('is counted as different where the candidate answers differently, and the user never sees that', async () => {
    const {target, predict, counted} = await openShadow(scored('v1'), scored('v2', 0.3))
    await target.mirror(100)
    for (let index = 0; index < 5; index++) expect(await predict()).toMatchObject({release: 'v1', status: 200})
    await counted({different: 5})
  })

  test('may differ by as much as the tolerance allows', async () => {
    const mirror = {tolerance: 0.5}
    const {target, predict, counted} = await openShadow(scored('v1'), scored('v2', 0.3), {mirror})
    await target.mirror(100)
    await predict()
    await counted({same: 1})
  })

  test.each<[string, Reply]>([
    ['fails', says('', 500)],
    [
      'breaks off',
      (_, response) => void response.writeHead(200, {'content-length': '9'}).write('half', () => response.destroy()),
    ],
    ['hangs up', (_, response) => void response.destroy()],
  ])('is counted as failed where the candidate %s', async (_, candidate) => {
    const {target, predict, counted} = await openShadow(scored('v1'), candidate)
    await target.mirror(100)
    expect(await predict()).toMatchObject({status: 200, release: 'v1'})
    await counted({failed: 1})
  })

  test('waits for no candidate: users are answered while it says nothing, and no more copies wait than may', async () => {
    // The candidate answers when it is told to, which is after the last user has his answer.
    const waiting: ServerResponse[] = []
    const hesitant: Reply = (_, response) => void waiting.push(response)
    const {target, predict, counts, counted} = await openShadow(says('ok'), hesitant, {mirror: {maxConcurrent: 3}})
    await target.mirror(100)
    for (let index = 0; index < 8; index++) expect(await predict()).toMatchObject({status: 200, release: 'v1'})
    expect(await counts()).toEqual({busy: 5})
    await expect.poll(() => waiting.length).toBe(3)
    for (const response of waiting) response.writeHead(200, {'content-type': 'text/plain'}).end('ok')
    await counted({busy: 5, same: 3})
    await predict()
    await expect.poll(() => waiting.length).toBe(4)
  })

  test('is given up where the candidate never answers, and makes room for the next', async () => {
    const mirror = {timeoutMs: 30, maxConcurrent: 1}
    const {router, target, predict, counted} = await openShadow(says('ok'), silence, {mirror})
    await target.mirror(100)
    await predict()
    await counted({failed: 1})
    await predict()
    await counted({failed: 2})
    const page = await (await fetch(`${router.controlUrl}/releases/v2/traffic`)).text()
    expect(page).toContain('http_requests_total{code="504",mirrored="true",version="v2"} 2')
  })

  test('goes to a candidate that is down, and fails there', async () => {
    const {router, target, predict, counted} = await openShadow(scored('v1'), scored('v2'))
    const gone = createServer()
    const url = await listen(gone)
    await new Promise(resolve => gone.close(resolve))
    await fetch(`${router.controlUrl}/releases/v2`, {method: 'PUT', body: JSON.stringify({url})})
    await target.deploy(releaseOf('v2', '2'))
    await target.mirror(100)
    expect(await predict()).toMatchObject({status: 200, release: 'v1'})
    await counted({failed: 1})
  })

  test.each([
    ['breaks the protocol', 'SSH-2.0-OpenSSH_9.2\r\n', true],
    ['closes the connection without a word', '', true],
    ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n', false],
    ['begins an answer and never ends it', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', false],
    ['hints for ever and never answers', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(3), false],
  ])('is counted as failed where the candidate %s, and the router lives on', async (_, words, ends) => {
    const sockets = new Set<Socket>()
    const backend = createTcpServer(socket => {
      sockets.add(socket.on('error', () => {}))
      socket.once('data', () => (ends ? socket.end(words) : socket.write(words)))
    })
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => backend.close(resolve))
    })
    const {router, target, predict, counted} = await openShadow(says('ok'), says('ok'), {mirror: {timeoutMs: 200}})
    const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
    await fetch(`${router.controlUrl}/releases/v2`, {method: 'PUT', body: JSON.stringify({url})})
    await target.deploy(releaseOf('v2', '2'))
    await target.mirror(100)
    expect(await predict()).toMatchObject({status: 200, text: 'ok'})
    expect(await predict()).toMatchObject({status: 200, text: 'ok'})
    await counted({failed: 2})
  })

  test('keeps its body where the user sent it in chunks', async () => {
    const {router, target, counted, seen} = await openShadow(scored('v1'), scored('v2'))
    await target.mirror(100)
    await new Promise<void>((resolve, reject) => {
      const sent = request(router.url, {method: 'POST', headers: {'transfer-encoding': 'chunked'}}, answer => {
        answer.resume().on('end', resolve)
      })
      sent.on('error', reject)
      sent.write('one ')
      setTimeout(() => sent.end('two'), 20)
    })
    await counted({same: 1})
    expect(seen.v2[0]).toMatchObject({body: 'one two'})
    expect(seen.v2[0]?.headers['content-length']).toBe('7')
  })

  test('cannot hide another request in its body: a GET with chunks is framed for the candidate too', async () => {
    const {router, target, counted, seen} = await openShadow(scored('v1'), scored('v2'))
    await target.mirror(100)
    const hidden = 'GET /hidden HTTP/1.1\r\nhost: x\r\n\r\n'
    await new Promise<void>((resolve, reject) => {
      const sent = request(router.url, {method: 'GET', headers: {'transfer-encoding': 'chunked'}}, answer => {
        answer.resume().on('end', resolve)
      })
      sent.on('error', reject)
      sent.end(hidden)
    })
    await counted({same: 1})
    expect(seen.v2).toMatchObject([{method: 'GET', url: '/', body: hidden}])
  })

  test('is not read to its end where the answer has none', async () => {
    const closed = Promise.withResolvers<void>()
    const endless: Reply = (_, response) => {
      response.on('close', closed.resolve).writeHead(200)
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    }
    const {target, predict, counted} = await openShadow(says('ok'), endless, {mirror: {maxBodyBytes: 1000}})
    await target.mirror(100)
    await predict()
    await counted({different: 1})
    await closed.promise
  })

  test('leaves no timer behind: thousands of them would be the memory that is to be bounded', async () => {
    const timeoutMs = 54_321
    const timers: (AbortSignal | undefined)[] = []
    const clock: Clock = {
      now: runtime.clock.now,
      sleep: (durationMs, signal) => {
        if (durationMs === timeoutMs) timers.push(signal)
        return runtime.clock.sleep(durationMs, signal)
      },
    }
    const {target, predict, counted} = await openShadow(says('ok'), says('ok'), {mirror: {timeoutMs}}, clock)
    await target.mirror(100)
    for (let index = 0; index < 3; index++) await predict()
    await counted({same: 3})
    expect(timers.map(signal => signal?.aborted)).toEqual([true, true, true])
  })

  test('is not one that a user marks as such himself', async () => {
    const {predict, seen} = await openShadow(scored('v1'), scored('v2'))
    await predict('x', {headers: {'slipway-mirrored': '1'}})
    expect(seen.v1[0]?.headers).not.toHaveProperty('slipway-mirrored')
  })

  test('is compared behind its compression', async () => {
    const packed: Reply = ({headers}, response) => {
      response.writeHead(200, {'content-type': 'application/json', 'content-encoding': 'gzip'})
      response.end(gzipSync(headers['slipway-mirrored'] ? '{"b":2,"a":1}' : '{"a":1,"b":2}'))
    }
    const {target, predict, counted} = await openShadow(packed, packed)
    await target.mirror(100)
    await predict()
    await counted({same: 1})
  })
})

describe('a request that says nothing of the candidate is skipped, and counted as that', () => {
  test.each<[string, {reply?: Reply; mirror?: RouterOptions['mirror']; body?: string; reason: string}]>([
    [
      'its body is larger than is kept',
      {mirror: {maxBodyBytes: 1000}, body: 'x'.repeat(1001), reason: 'request-too-large'},
    ],
    ['its method is not mirrored', {mirror: {methods: new Set(['GET'])}, reason: 'method'}],
    ['the stable release fails it', {reply: says('', 503), reason: 'stable-failed'}],
    [
      'the stable release breaks it off',
      {reply: (_, response) => void response.destroy(), reason: 'stable-unanswered'},
    ],
    [
      'both answers are too large',
      {reply: says('y'.repeat(5000)), mirror: {maxBodyBytes: 1000}, reason: 'answers-too-large'},
    ],
  ])('when %s', async (_, {reply = scored('v1'), mirror = {}, body = 'x', reason}) => {
    const {target, predict, counted} = await openShadow(reply, reply, {mirror})
    await target.mirror(100)
    const answer = await predict(body)
    expect(answer.release).toBe('v1')
    await counted({[reason]: 1})
  })

  test('when a body without a stated length turns out too large, and the user gets his whole answer', async () => {
    const echo: Reply = ({body}, response) => void response.end(body)
    const {router, target, counted, seen} = await openShadow(echo, echo, {mirror: {maxBodyBytes: 1000}})
    await target.mirror(100)
    const size = await new Promise<number>((resolve, reject) => {
      const sent = request(router.url, {method: 'POST', headers: {'transfer-encoding': 'chunked'}}, answer => {
        let received = 0
        answer.on('data', chunk => (received += chunk.length)).on('end', () => resolve(received))
      })
      sent.on('error', reject)
      for (let index = 0; index < 20; index++) sent.write('z'.repeat(100_000))
      sent.end()
    })
    expect(size).toBe(2_000_000)
    await counted({'request-too-large': 1})
    expect(seen.v2).toEqual([])
  })

  test('when the user gives up before his request is whole', async () => {
    const {router, target, counted, seen} = await openShadow(scored('v1'), scored('v2'))
    await target.mirror(100)
    const sent = request(router.url, {method: 'POST', headers: {'content-length': '100'}})
    sent.on('error', () => {})
    await new Promise<void>(resolve => sent.write('half', () => resolve()))
    // The router has to have met the request before it is broken off.
    await expect.poll(async () => (await fetch(router.url)).status).toBe(200)
    sent.destroy()
    await counted({same: 1, 'request-broken-off': 1})
    expect(seen.v2).toHaveLength(1)
  })

  test('when the stable release answers before the request is whole, and its place is free again', async () => {
    // It answers at once and reads nothing: a refusal by the headers alone.
    const hasty = createServer((incoming, response) => {
      if (incoming.url === '/v2/health/ready') response.end()
      else response.writeHead(413, {connection: 'close'}).end()
    })
    const {router, target, counted, seen} = await openShadow(says('ok'), says('ok'), {mirror: {maxConcurrent: 1}})
    await fetch(`${router.controlUrl}/releases/v1`, {method: 'PUT', body: JSON.stringify({url: await listen(hasty)})})
    await target.restore(releaseOf('v1', '1'))
    await target.deploy(releaseOf('v2', '2'))
    await target.mirror(100)
    const unfinished = async () => {
      const sent = request(router.url, {method: 'POST', headers: {'transfer-encoding': 'chunked'}})
      sent.on('error', () => {})
      cleanups.push(async () => sent.destroy())
      const status = await new Promise<number | undefined>(resolve => {
        sent.on('response', answer => answer.resume().on('end', () => resolve(answer.statusCode)))
        sent.write('the begin of a body')
      })
      expect(status).toBe(413)
    }
    await unfinished()
    await counted({'request-broken-off': 1})
    await unfinished()
    await counted({'request-broken-off': 2})
    expect(seen.v2).toEqual([])
  })

  test('when the stable release is slower than a copy may be', async () => {
    const slow: Reply = (_, response) => void setTimeout(() => response.end('late'), 400)
    const {target, predict, counted} = await openShadow(slow, says('late'), {mirror: {timeoutMs: 50}})
    await target.mirror(100)
    expect(await predict()).toMatchObject({status: 200, text: 'late'})
    await counted({'stable-late': 1})
  })
})

describe('the share that is mirrored', () => {
  test('is what the seed draws, and the weight is not touched by it', async () => {
    const {target, predict, counted} = await openShadow(says('ok'), says('ok'), {seed: 7})
    await target.mirror(25)
    for (let index = 0; index < 60; index++) expect((await predict()).release).toBe('v1')
    const draw = createDraws(~7)
    const expected = Array.from({length: 60}, draw).filter(each => each < 25).length
    // 15 of 60 expected; 3 standard deviations are 10.
    expect(Math.abs(expected - 15)).toBeLessThan(10)
    await counted({same: expected})
  })

  test('holds for whole sessions, so that a service with a memory sees whole stories', async () => {
    const {target, predict, counted, seen} = await openShadow(says('ok'), says('ok'), {sessionHeader: 'x-session'})
    await target.mirror(50)
    const sessions = Array.from({length: 12}, (_, index) => `user-${index}`)
    for (const session of [...sessions, ...sessions]) await predict('x', {headers: {'x-session': session}})
    const mirrored = sessions.filter(session => drawOfSession(`mirror ${session}`) < 50)
    await counted({same: mirrored.length * 2})
    expect(new Set(seen.v2.map(each => each.headers['x-session']))).toEqual(new Set(mirrored))
  })

  test('is taken of what the stable release serves: the candidate’s own requests are not copied', async () => {
    const {target, predict, counts, seen} = await openShadow(says('ok'), says('ok'))
    await target.mirror(100)
    await target.setWeight(100)
    for (let index = 0; index < 5; index++) expect((await predict()).release).toBe('v2')
    expect(seen.v1).toEqual([])
    expect(seen.v2).toHaveLength(5)
    expect(await counts()).toEqual({})
  })

  test('is none before it is asked for, and none after it was ended', async () => {
    const {target, predict, counted, seen} = await openShadow(says('ok'), says('ok'))
    await predict()
    await target.mirror(100)
    await predict()
    await target.mirror(0)
    await predict()
    await counted({same: 1})
    expect(seen.v1).toHaveLength(3)
    expect(seen.v2).toHaveLength(1)
  })
})

test('copies are counted apart from the requests of users, by the status that a user would have got', async () => {
  const hangsUp: Reply = ({body}, response) => void (body === 'x' ? response.destroy() : response.writeHead(500).end())
  const {router, target, predict, counted} = await openShadow(says('ok'), hangsUp)
  await target.mirror(100)
  await predict('x')
  await predict('y')
  await counted({failed: 2})
  const page = await (await fetch(`${router.controlUrl}/releases/v2/traffic`)).text()
  expect(page.split('\n').filter(line => line.startsWith('http_requests_total'))).toEqual([
    'http_requests_total{code="200",version="v2"} 0',
    'http_requests_total{code="502",mirrored="true",version="v2"} 1',
    'http_requests_total{code="500",mirrored="true",version="v2"} 1',
  ])
})

test('a guard can judge what mirroring shows, by the pages of the router', async () => {
  const {router, target, predict, counted} = await openShadow(scored('v1'), ({body}, response) => {
    if (body === 'poison') response.writeHead(500).end()
    else scored('v2', body === 'other' ? 1 : 0)({body} as Seen, response)
  })
  await target.mirror(100)
  for (const body of ['x', 'x', 'other', 'poison', 'x']) await predict(body)
  await counted({same: 3, different: 1, failed: 1})
  const source = openScrape({kind: 'scrape', url: [`${router.controlUrl}/releases/{version}/traffic`]}, runtime.http)
  const of = 'slipway_mirror_requests_total'
  const {guards} = await source.read(
    [
      {kind: 'share', name: 'answers', of, bad: 'result=~"different|failed"'},
      {kind: 'share', name: 'errors', of: 'http_requests_total', bad: 'code=~"5.."'},
      {kind: 'quantile', name: 'latency', histogram: 'http_request_duration_seconds', limit: 10},
    ],
    {candidate: 'v2', stable: 'v1'},
  )
  const [counter] = Object.values(guards.answers?.kind === 'counted' ? guards.answers.candidate : {})
  expect(counter).toMatchObject({n: 5, bad: 2, beganAt: expect.any(Number)})
  expect(Object.values(guards.errors?.kind === 'counted' ? guards.errors.candidate : {})).toMatchObject([
    {n: 5, bad: 1},
  ])
  // The stable release has a page as well, or the guard would have no data; it is asked no copies.
  expect(Object.values(guards.answers?.kind === 'counted' ? guards.answers.stable : {})).toMatchObject([{n: 0, bad: 0}])
  // The candidate's own limits hold for its copies as for its requests; those of the stable release were no copies.
  expect(Object.values(guards.errors?.kind === 'counted' ? guards.errors.stable : {})).toMatchObject([{n: 5, bad: 0}])
  expect(Object.values(guards.latency?.kind === 'counted' ? guards.latency.candidate : {})).toMatchObject([
    {n: 5, bad: 0},
  ])
})

test('from a rehearsal to everything and back: the old side serves at once', async () => {
  const {target, predict, counted} = await openShadow(says('old'), says('new'))
  await target.mirror(100)
  expect(await predict()).toMatchObject({text: 'old'})
  await counted({different: 1})
  await target.mirror(0)
  await target.setWeight(100)
  for (let index = 0; index < 5; index++) expect(await predict()).toMatchObject({release: 'v2', text: 'new'})
  expect(await target.read()).toMatchObject({stable: 'v1', candidate: 'v2', observedWeightPercent: 100})
  await target.restore(releaseOf('v1', '1'))
  for (let index = 0; index < 5; index++) expect(await predict()).toMatchObject({release: 'v1', text: 'old'})
})
