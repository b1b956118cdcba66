import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {createServer, request} from 'node:http'
import {type AddressInfo, createServer as createTcpServer} from 'node:net'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, describe, expect, test} from 'vitest'
import {silentLog} from '../../src/runtime/log.ts'
import {systemRuntime} from '../../src/runtime/runtime.ts'
import {openLocal} from '../../src/traffic/local.ts'
import {type RouterOptions, startRouter} from '../../src/traffic/local-router.ts'
import {releaseOf} from '../contracts/target.ts'

const runtime = systemRuntime(silentLog)
const program = (name: string) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
const v1 = releaseOf('v1', '1')
const v2 = releaseOf('v2', '2')

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'slipway-router-'))
  cleanups.push(() => rm(made, {recursive: true, force: true}))
  return made
}

const serving = (behaviour = 'healthy') => [process.execPath, program('service'), '{version}', '{port}', behaviour]

/** A router in this process, and a target that starts services of the behaviour asked for. */
async function open(options: Partial<RouterOptions> = {}) {
  const router = await startRouter({port: 0, controlPort: 0, ...options}, runtime)
  cleanups.push(router.close)
  const target = (behaviour?: string) =>
    openLocal({kind: 'local', router: router.controlUrl, start: serving(behaviour)}, runtime.http)
  const ready = (expected: object) =>
    expect.poll(() => target().read(), {timeout: 15_000, interval: 25}).toMatchObject(expected)
  const serves = (version: string) =>
    expect
      .poll(async () => (await fetch(router.url)).text(), {timeout: 15_000, interval: 25})
      .toMatch(new RegExp(`^${version} `))
  const control = (way: string, init?: RequestInit) => fetch(router.controlUrl + way, init)
  /** Deploys what listens already. */
  const register = async (version: string, address: string | AddressInfo | null) => {
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    await control(`/releases/${version}`, {method: 'PUT', body: JSON.stringify({url})})
    await control('/deploy', {method: 'POST', body: JSON.stringify({version})})
  }
  return {router, target, ready, serves, control, register}
}

/** v1 stable and up, v2 candidate. */
async function openCanary(behaviour?: string, options?: Partial<RouterOptions>) {
  const world = await open(options)
  await world.target().deploy(v1)
  await world.serves('v1')
  await world.target(behaviour).deploy(v2)
  return world
}

async function sharesOf(url: string, count: number, headers: Record<string, string> = {}) {
  const seen: Record<string, number> = {}
  for (let index = 0; index < count; index++) {
    const answer = await fetch(url, {headers})
    await answer.arrayBuffer()
    const key = `${answer.headers.get('x-slipway-release')} ${answer.status}`
    seen[key] = (seen[key] ?? 0) + 1
  }
  return seen
}

describe('traffic through the router', () => {
  test('is split by the weight, and each answer names its release', async () => {
    const {router, target, ready} = await openCanary()
    await ready({candidateReady: true})
    expect(await sharesOf(router.url, 20)).toEqual({'v1 200': 20})
    await target().setWeight(50)
    const seen = await sharesOf(router.url, 200)
    // Within 5 standard deviations of 100; the seed is fixed, so it is the same split each time.
    expect(seen['v2 200']).toBeGreaterThan(64)
    expect(seen['v2 200']).toBeLessThan(136)
    expect((seen['v1 200'] ?? 0) + (seen['v2 200'] ?? 0)).toBe(200)
    await target().promote(v2)
    expect(await sharesOf(router.url, 20)).toEqual({'v2 200': 20})
  })

  test('keeps a session with its release', async () => {
    const {router, target, ready} = await openCanary('healthy', {sessionHeader: 'X-Session'})
    await ready({candidateReady: true})
    await target().setWeight(50)
    const releases = new Set<string>()
    for (let session = 0; session < 12; session++) {
      const seen = Object.keys(await sharesOf(router.url, 5, {'x-session': `user-${session}`}))
      expect(seen).toHaveLength(1)
      for (const release of seen) releases.add(release)
    }
    expect(releases).toEqual(new Set(['v1 200', 'v2 200']))
  })

  test('passes bodies of any size through as they come, in both directions', async () => {
    const {router} = await openCanary()
    const body = 'x'.repeat(5_000_000)
    const answer = await fetch(`${router.url}/v2/models/credit/infer?q=1`, {method: 'PUT', body})
    expect(answer.headers.get('x-method')).toBe('PUT')
    expect((await answer.text()).length).toBe('v1 '.length + body.length)
  })

  test('shows a failure of the candidate as a failure, and never falls back', async () => {
    const {router, target, ready} = await openCanary('broken')
    await ready({candidateReady: true})
    await target().setWeight(100)
    expect(await sharesOf(router.url, 5)).toEqual({'v2 500': 5})
  })

  test('answers 502 for a candidate that has crashed, and counts it', async () => {
    const {router, target, control, ready} = await openCanary()
    await ready({candidateReady: true})
    await target().setWeight(100)
    expect((await fetch(`${router.url}/die`)).status).toBe(502)
    await ready({candidateReady: false, detail: 'v2 exited with code 7'})
    expect(await sharesOf(router.url, 3)).toEqual({'v2 502': 3})
    const page = await (await control('/releases/v2/traffic')).text()
    expect(page).toContain('http_requests_total{code="502",version="v2"} 4')
  })

  test('breaks an answer off where the release broke it off, and counts it as failed', async () => {
    const {router, target, control, ready} = await openCanary()
    await ready({candidateReady: true})
    await target().setWeight(100)
    await expect(fetch(`${router.url}/break`).then(answer => answer.text())).rejects.toThrow()
    await expect
      .poll(async () => (await control('/releases/v2/traffic')).text())
      .toContain('code="502",version="v2"} 1')
  })

  test('answers 503 while nothing is deployed', async () => {
    const {router} = await open()
    const answer = await fetch(router.url)
    expect([answer.status, await answer.json()]).toEqual([503, {error: 'no release is deployed'}])
  })

  test.each([
    ['breaks the protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['answers with an impossible status', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['closes the connection without a word', ''],
  ])('answers 502 for a release that %s, and lives on', async (_, words) => {
    const backend = createTcpServer(socket => {
      socket.on('error', () => {})
      socket.resume().end(words)
    })
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => new Promise(resolve => backend.close(resolve)))
    const {router, register} = await open()
    await register('v1', backend.address())
    expect(await sharesOf(router.url, 3)).toEqual({'v1 502': 3})
  })

  test('does not pass on headers of one connection', async () => {
    const seen: string[] = []
    const backend = createServer((incoming, response) => {
      seen.push(...Object.keys(incoming.headers))
      const lies = {'x-slipway-release': 'v9'}
      response.writeHead(200, {connection: 'x-hop', 'x-hop': 'secret', 'x-end': 'kept', ...lies}).end('ok')
    })
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => new Promise(resolve => backend.close(resolve)))
    const {router, register} = await open()
    await register('v1', backend.address())
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      request(router.url, {headers: {connection: 'close, x-mine', 'x-mine': '1', 'x-yours': '2'}}, answer => {
        answer.resume()
        resolve(answer.headers)
      })
        .on('error', reject)
        .end()
    })
    expect(headers).toMatchObject({'x-end': 'kept', 'x-slipway-release': 'v1'})
    expect(headers).not.toHaveProperty('x-hop')
    expect(seen).toContain('x-yours')
    expect(seen).not.toContain('x-mine')
  })
})

describe('a request that tries to hide another in its body', () => {
  const hidden = 'GET /die HTTP/1.1\r\nhost: x\r\n\r\n'
  test.each([
    ['in chunks', {'transfer-encoding': 'chunked'}],
    [
      'whose length is called a matter of the connection',
      {'content-length': hidden.length, connection: 'content-length'},
    ],
  ])('stays one request: a GET with a body %s is framed for the service too', async (_, headers) => {
    const {router, control} = await openCanary()
    await new Promise<void>((resolve, reject) => {
      const sent = request(router.url, {method: 'GET', headers}, answer => {
        answer.resume()
        answer.on('end', resolve)
      })
      sent.on('error', reject)
      sent.end(hidden)
    })
    expect(await sharesOf(router.url, 3)).toEqual({'v1 200': 3})
    expect((await control('/releases/v1/metrics')).status).toBe(200)
  })
})

describe('a candidate', () => {
  test('that crashes at its start is not ready, and says its last words', async () => {
    const {ready} = await openCanary('crash')
    await ready({candidate: 'v2', candidateReady: false, detail: 'v2 exited with code 1: the weights are missing'})
  })

  test('whose program does not exist is not ready, and says so', async () => {
    const {router, ready} = await openCanary()
    const start = ['/does/not/exist', '{port}']
    await openLocal({kind: 'local', router: router.controlUrl, start}, runtime.http).deploy(releaseOf('v3', '3'))
    await ready({candidate: 'v3', candidateReady: false, detail: expect.stringContaining('cannot be started')})
  })

  test('that never gets ready is not called ready', async () => {
    const {ready} = await openCanary('unready')
    await ready({candidateReady: false, detail: 'v2 answers 503 to /v2/health/ready'})
  })

  test('that takes connections and never answers is not called ready, and the router does not wait for it', async () => {
    const mute = createServer(() => {})
    await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
    cleanups.push(async () => mute.close().closeAllConnections())
    const {register, ready} = await openCanary()
    await register('v3', mute.address())
    await ready({candidate: 'v3', candidateReady: false, detail: 'v3 does not answer'})
  })

  test('that crashed is started again when it is deployed again', async () => {
    const {target, ready} = await openCanary('crash')
    await ready({candidateReady: false, detail: expect.stringContaining('exited')})
    await target('healthy').deploy(v2)
    await ready({candidate: 'v2', candidateReady: true})
  })

  test('that crashed stays down when only the weight changes: nobody shall miss the crash', async () => {
    const {router, target, ready} = await openCanary()
    await ready({candidateReady: true})
    await target().setWeight(100)
    await fetch(`${router.url}/die`)
    await ready({candidateReady: false, detail: expect.stringContaining('exited with code 7')})
    await target().setWeight(50)
    expect(await target().read()).toMatchObject({candidateReady: false, desiredWeightPercent: 50})
  })

  test('gets no environment variable that was not named', async () => {
    const file = path.join(await folder(), 'env.json')
    const env = {PATH: process.env.PATH, NAMED: 'x', SECRET: 'y'}
    const router = await startRouter({port: 0, controlPort: 0, env: ['NAMED']}, {...runtime, env})
    cleanups.push(router.close)
    const code = `fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify(Object.keys(process.env)))`
    const start = [process.execPath, '-e', code, '{port}']
    await openLocal({kind: 'local', router: router.controlUrl, start}, runtime.http).deploy(v1)
    const names = async () => JSON.parse(await readFile(file, 'utf8').catch(() => '[]'))
    await expect.poll(names, {timeout: 10_000}).toEqual(expect.arrayContaining(['NAMED', 'PATH']))
    expect(await names()).not.toContain('SECRET')
  })
})

describe('the old release, after a promotion', () => {
  /** v2 promoted, and what the state file says of v1 before. */
  async function promoted(options: Partial<RouterOptions> = {}) {
    const stateFile = path.join(await folder(), 'router.json')
    const world = await openCanary('healthy', {stateFile, ...options})
    await world.ready({candidateReady: true})
    await world.target().setWeight(100)
    const old = (await recordsIn(stateFile)).processes.v1
    if (old === undefined) throw new Error('v1 is not in the state file')
    return {...world, stateFile, old}
  }

  test('is stopped, and written off', async () => {
    const {target, control, old, stateFile} = await promoted()
    await target().promote(v2)
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
    const state = await (await control('/state')).json()
    expect(state).toMatchObject({stable: 'v2', standby: null, standbyUntil: null, stableReady: true})
    await expect.poll(async () => await recordsIn(stateFile)).toEqual({processes: {v2: expect.anything()}, leaving: []})
  })

  test('answers what it was asked before it ends, and nothing is asked of it any more', async () => {
    const {router, target, old} = await promoted()
    await target().setWeight(0)
    const asked = await fetch(`${router.url}/think?ms=700`)
    await target().promote(v2)
    expect(await sharesOf(router.url, 10)).toEqual({'v2 200': 10})
    expect(isAlive(old.pid)).toBe(true)
    expect(await asked.text()).toBe('v1 has thought')
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
  })

  test('stays up for the time that was asked for, and going back then takes no start: not one request fails', async () => {
    const {router, target, control, old} = await promoted({standbyMs: 60_000})
    await target().promote(v2)
    expect(await (await control('/state')).json()).toMatchObject({
      standby: 'v1',
      standbyUntil: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    await target('crash').restore(v1)
    expect(await sharesOf(router.url, 20)).toEqual({'v1 200': 20})
    expect(isAlive(old.pid)).toBe(true)
  })

  test('is stopped when that time is over', async () => {
    const {target, control, old} = await promoted({standbyMs: 300})
    await target().promote(v2)
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
    expect(await (await control('/state')).json()).toMatchObject({stable: 'v2', standby: null, standbyUntil: null})
  })

  test('is started again by a roll-back, and answers all users once that is said to be done', async () => {
    const {router, target, old} = await promoted()
    await target().promote(v2)
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
    const seen: Record<string, number> = {}
    const users = new AbortController()
    const asking = (async () => {
      while (!users.signal.aborted) {
        const [[key = '', count = 0] = []] = Object.entries(await sharesOf(router.url, 1))
        seen[key] = (seen[key] ?? 0) + count
      }
    })()
    await target('slow').restore(v1)
    expect(await target().read()).toMatchObject({stable: 'v1', candidate: null, stableReady: true})
    expect(await sharesOf(router.url, 5)).toEqual({'v1 200': 5})
    users.abort()
    await asking
    expect(Object.keys(seen).sort()).toEqual(['v1 200', 'v2 200'])
  })

  test('may be started again while it is still being stopped', async () => {
    const {router, target, old} = await promoted()
    await target().setWeight(0)
    const asked = await fetch(`${router.url}/think?ms=1500`)
    await target().promote(v2)
    await target().restore(v1)
    expect(isAlive(old.pid)).toBe(true)
    expect(await sharesOf(router.url, 5)).toEqual({'v1 200': 5})
    expect(await asked.text()).toBe('v1 has thought')
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
    expect(await sharesOf(router.url, 5)).toEqual({'v1 200': 5})
  })
})

describe('going back', () => {
  test('from a candidate that serves everything, to a stable release that crashed, fails nobody', async () => {
    const {router, target, ready} = await openCanary()
    await ready({candidateReady: true})
    await fetch(`${router.url}/die`)
    await target().setWeight(100)
    await ready({stableReady: false})
    const back = target('slow').restore(v1)
    await ready({stable: 'v1', candidate: 'v2', desiredWeightPercent: 100, candidateReady: true})
    expect(await sharesOf(router.url, 3)).toEqual({'v2 200': 3})
    await back
    expect(await target().read()).toMatchObject({stable: 'v1', candidate: null, stableReady: true})
    expect(await sharesOf(router.url, 3)).toEqual({'v1 200': 3})
  })

  test('from a candidate that serves everything, to a stable release that cannot start, moves nobody and says why', async () => {
    const {router, target, control} = await openCanary()
    await expect.poll(async () => (await target().read()).candidateReady, {timeout: 15_000}).toBe(true)
    await fetch(`${router.url}/die`)
    await target().setWeight(100)
    await expect.poll(async () => (await target().read()).stableReady).toBe(false)
    const start = ['/does/not/exist', '{port}']
    await openLocal({kind: 'local', router: router.controlUrl, start}, runtime.http).restore(v1)
    expect(await target().read()).toMatchObject({
      stable: 'v1',
      candidate: 'v2',
      candidateReady: true,
      stableReady: false,
      detail: expect.stringContaining('v1 cannot be started'),
    })
    expect(await sharesOf(router.url, 3)).toEqual({'v2 200': 3})
    // Who wants nobody served rather than this candidate says so.
    await control('/weight', {method: 'PUT', body: '{"percent": 0}'})
    expect(await sharesOf(router.url, 3)).toEqual({'v1 502': 3})
  })

  test('is known to be impossible at once when the old side is down while the candidate has everything', async () => {
    const {router, target, ready} = await openCanary()
    await ready({candidateReady: true, stableReady: true})
    await fetch(`${router.url}/die`)
    await target().setWeight(100)
    await ready({stable: 'v1', stableReady: false, candidateReady: true, detail: expect.stringContaining('v1 exited')})
  })

  test('to a release that must start first leaves the old one serving until it is ready', async () => {
    const {router, target, serves} = await openCanary()
    const back = target('slow').restore(releaseOf('v0', '0'))
    await expect.poll(async () => (await target().read()).detail).toMatch(/^v0 /)
    expect(Object.keys(await sharesOf(router.url, 3))).toEqual(['v1 200'])
    await back
    await serves('v0')
    expect(await target().read()).toMatchObject({stable: 'v0', candidate: null})
  })

  test('to a release that cannot start says so, and the old one goes on', async () => {
    const {router, target, ready} = await openCanary()
    await target('crash').restore(releaseOf('v0', '0'))
    await ready({stable: 'v1', candidate: null, detail: 'v0 exited with code 1: the weights are missing'})
    expect(await sharesOf(router.url, 3)).toEqual({'v1 200': 3})
  })
})

describe('the control API', () => {
  const put = (body: string, headers: Record<string, string> = {}) => ({method: 'PUT', body, headers})

  test.each([
    ['no JSON', '/weight', 'five'],
    ['a weight in words', '/weight', '{"percent": "5"}'],
    ['a weight above 100', '/weight', '{"percent": 101}'],
    ['copies above 100', '/mirror', '{"percent": 101}'],
    ['copies in words', '/mirror', '{"percent": "all"}'],
    ['an unknown key', '/weight', '{"percent": 5, "percnt": 6}'],
    ['a start without {port}', '/releases/v1', '{"start": ["serve"]}'],
    ['a start that is one command line', '/releases/v1', '{"start": "serve --port {port}"}'],
    ['both an address and a start', '/releases/v1', '{"url": "http://a", "start": ["serve", "{port}"]}'],
    ['an address that is no http', '/releases/v1', '{"url": "file:///etc/passwd"}'],
    ['a version that is a path', '/releases/..%2Fv1', '{"url": "http://a"}'],
    ['a body without end', '/weight', `{"percent": ${' '.repeat(70_000)}5}`],
  ])('refuses %s', async (_, way, body) => {
    const {control} = await open()
    const answer = await control(way, put(body))
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({reason: 'malformed'})
  })

  test('refuses a web page that tries to start programs', async () => {
    const {control} = await open()
    const body = '{"start": ["sh", "{port}"]}'
    const answer = await control('/releases/v1', put(body, {origin: 'http://evil.example'}))
    expect(answer.status).toBe(403)
  })

  test('refuses another host name, which may point here today', async () => {
    const {router} = await open()
    const status = await new Promise(resolve => {
      request(`${router.controlUrl}/state`, {headers: {host: 'evil.example'}}, answer => {
        answer.resume()
        resolve(answer.statusCode)
      }).end()
    })
    expect(status).toBe(403)
  })

  test('shows the release’s own metrics, wherever it runs', async () => {
    const {router, control} = await openCanary()
    await (await fetch(router.url)).text()
    const page = await control('/releases/v1/metrics')
    expect(page.headers.get('content-type')).toContain('text/plain')
    expect(await page.text()).toMatch(/http_requests_total\{code="200",version="v1"\} [1-9]/)
    expect((await control('/releases/v9/metrics')).status).toBe(404)
  })

  test('says 404 to what it does not know', async () => {
    const {control} = await open()
    expect((await control('/weights')).status).toBe(404)
  })
})

describe('a router process', () => {
  interface Started {
    readonly child: ChildProcess
    readonly url: string
    readonly controlUrl: string
  }

  async function startProcess(options: RouterOptions): Promise<Started> {
    const child = spawn(process.execPath, [program('router'), JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    cleanups.push(() => ended(child, 'SIGTERM'))
    const line = await new Promise<string>(resolve => child.stdout?.once('data', chunk => resolve(String(chunk))))
    return {child, ...JSON.parse(line)}
  }

  const stateOf = async ({controlUrl}: Started): Promise<unknown> => (await fetch(`${controlUrl}/state`)).json()

  /** v1 stable and v2 candidate, both ready, without traffic for v2. */
  async function canaryOf({controlUrl, url}: Started, stateFile: string) {
    const target = openLocal({kind: 'local', router: controlUrl, start: serving()}, runtime.http)
    await target.deploy(v1)
    await target.deploy(v2)
    await expect.poll(() => target.read(), {timeout: 15_000}).toMatchObject({candidateReady: true, stableReady: true})
    const old = (await recordsIn(stateFile)).processes.v1
    if (old === undefined) throw new Error('v1 is not in the state file')
    return {target, old, url}
  }

  test('that is killed comes back with the same weight and copies, and takes its services over', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const first = await startProcess({port: 0, controlPort: 0, stateFile})
    const target = openLocal({kind: 'local', router: first.controlUrl, start: serving()}, runtime.http)
    await target.deploy(v1)
    await target.deploy(v2)
    await expect.poll(() => target.read(), {timeout: 15_000}).toMatchObject({candidateReady: true})
    await expect.poll(async () => (await fetch(first.url)).status, {timeout: 15_000}).toBe(200)
    await target.setWeight(25)
    await target.mirror(40)
    const pids = async () => Object.values(JSON.parse(await readFile(stateFile, 'utf8')).processes)
    const before = await pids()
    await ended(first.child, 'SIGKILL')

    const second = await startProcess({port: 0, controlPort: 0, stateFile})
    const again = openLocal({kind: 'local', router: second.controlUrl, start: serving()}, runtime.http)
    expect(await again.read()).toMatchObject({
      stable: 'v1',
      candidate: 'v2',
      desiredWeightPercent: 25,
      mirrorPercent: 40,
      candidateReady: true,
    })
    expect((await fetch(second.url)).status).toBe(200)
    await again.setWeight(50)
    expect(await pids()).toEqual(before)
    const log = await readFile(path.join(path.dirname(stateFile), 'router-logs', 'v1.log'), 'utf8')
    expect(log).toContain('v1 serves')
    await ended(second.child, 'SIGTERM')
    for (const pid of before) await expect.poll(() => isAlive(Number(pid)), {timeout: 15_000}).toBe(false)
  })

  test('that is killed while it stops the old release is followed by one that stops it', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const first = await startProcess({port: 0, controlPort: 0, stateFile})
    const {target, old} = await canaryOf(first, stateFile)
    const asked = await fetch(`${first.url}/think?ms=30000`)
    await target.promote(v2)
    // Another act, which writes the state down once more.
    const body = '{"url": "http://127.0.0.1:1"}'
    await fetch(`${first.controlUrl}/releases/v3`, {method: 'PUT', body})
    expect((await recordsIn(stateFile)).leaving).toEqual([old])
    await ended(first.child, 'SIGKILL')
    await expect(asked.text()).rejects.toThrow()
    expect(isAlive(old.pid)).toBe(true)
    const second = await startProcess({port: 0, controlPort: 0, stateFile})
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
    expect(await stateOf(second)).toMatchObject({stable: 'v2', stableReady: true, standby: null})
  })

  test('that is killed while a candidate loads its model takes it over, and starts no second one', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const first = await startProcess({port: 0, controlPort: 0, stateFile})
    const target = openLocal({kind: 'local', router: first.controlUrl, start: serving('unready')}, runtime.http)
    await target.deploy(v1)
    const isLoading = {stableReady: false, detail: 'v1 answers 503 to /v2/health/ready'}
    await expect.poll(() => target.read(), {timeout: 15_000}).toMatchObject(isLoading)
    const {processes} = await recordsIn(stateFile)
    await ended(first.child, 'SIGKILL')
    const second = await startProcess({port: 0, controlPort: 0, stateFile})
    expect(await stateOf(second)).toMatchObject(isLoading)
    expect((await recordsIn(stateFile)).processes).toEqual(processes)
  })

  test('that is killed comes back with the release on standby, and stops it when its time is over', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const first = await startProcess({port: 0, controlPort: 0, stateFile, standbyMs: 3_600_000})
    const {target, old} = await canaryOf(first, stateFile)
    await target.promote(v2)
    await ended(first.child, 'SIGKILL')
    const second = await startProcess({port: 0, controlPort: 0, stateFile})
    expect(await stateOf(second)).toMatchObject({stable: 'v2', standby: 'v1'})
    await ended(second.child, 'SIGKILL')
    expect(isAlive(old.pid)).toBe(true)
    // An hour later.
    const text = await readFile(stateFile, 'utf8')
    await writeFile(stateFile, text.replace(/"standbyUntil": \d+/, '"standbyUntil": 1'))
    const third = await startProcess({port: 0, controlPort: 0, stateFile})
    await expect.poll(() => isAlive(old.pid), {timeout: 15_000}).toBe(false)
    expect(await stateOf(third)).toMatchObject({stable: 'v2', standby: null, stableReady: true})
  })

  test('reads the state file of one that could not mirror yet', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const roles = {stable: 'v1', candidate: null, weightPercent: 0, standby: null, restoring: null}
    const releases = {v1: {kind: 'url', url: 'http://127.0.0.1:1'}}
    await writeFile(stateFile, JSON.stringify({format: 1, routing: {releases, ...roles}, processes: {}}))
    const {target} = await open({stateFile})
    expect(await target().read()).toMatchObject({stable: 'v1', mirrorPercent: 0})
  })

  test('keeps nothing on standby that one kept until the next deployment: it has written down no time for it', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const url = {kind: 'url', url: 'http://127.0.0.1:1'}
    const routing = {releases: {v1: url, v2: url}, stable: 'v2', candidate: null, weightPercent: 0, standby: 'v1'}
    const memory = {format: 1, routing: {...routing, restoring: null}, processes: {}}
    await writeFile(stateFile, JSON.stringify(memory))
    const {control} = await open({stateFile, standbyMs: 3_600_000})
    expect(await (await control('/state')).json()).toMatchObject({stable: 'v2', standby: null, standbyUntil: null})
  })

  test.each([
    ['words', 'v1'],
    ['another version of the format', '{"format": 2}'],
    ['half a file', '{"format": 1, "routing": {'],
  ])('refuses to guess from a state file with %s', async (_, text) => {
    const stateFile = path.join(await folder(), 'router.json')
    await writeFile(stateFile, text)
    await expect(startRouter({port: 0, controlPort: 0, stateFile}, runtime)).rejects.toMatchObject({
      code: 'router/state-unreadable',
    })
  })

  test('that finds another one at its port leaves that one’s services alone', async () => {
    const stateFile = path.join(await folder(), 'router.json')
    const {router, serves, target} = await open({stateFile})
    await target().deploy(v1)
    await serves('v1')
    const port = Number(new URL(router.url).port)
    await expect(startRouter({port, controlPort: 0, stateFile}, runtime)).rejects.toMatchObject({
      code: 'router/port-taken',
    })
    expect(await sharesOf(router.url, 5)).toEqual({'v1 200': 5})
  })

  test('says so when its port is taken', async () => {
    const {router} = await open()
    const port = Number(new URL(router.url).port)
    await expect(startRouter({port, controlPort: 0}, runtime)).rejects.toMatchObject({code: 'router/port-taken'})
  })
})

function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

interface Records {
  readonly processes: Readonly<Record<string, {readonly pid: number}>>
  readonly leaving: readonly {readonly pid: number}[]
}

async function recordsIn(stateFile: string): Promise<Records> {
  const {processes, leaving} = JSON.parse(await readFile(stateFile, 'utf8'))
  return {processes, leaving}
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
