import {spawn} from 'node:child_process'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import * as path from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {UserError} from '../../src/core/failure.ts'
import {type Log, silentLog} from '../../src/runtime/log.ts'
import {followProxy} from '../../src/runtime/proxy.ts'

/** A proxy that answers by itself for every host, and a service beside it; both count what reaches them. */
async function startProxy() {
  const through: string[] = []
  const served: string[] = []
  const proxy = createServer((request, response) => {
    through.push(request.url ?? '')
    response.end('by the proxy')
  })
  // Node asks for a tunnel, also where plain HTTP goes through it.
  proxy.on('connect', (request, socket) => {
    through.push(request.url ?? '')
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.once('data', () =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 12\r\nconnection: close\r\n\r\nby the proxy'),
    )
    socket.on('error', () => {})
  })
  const service = createServer((request, response) => {
    served.push(request.url ?? '')
    response.end('directly')
  })
  const [port, servicePort] = await Promise.all([proxy, service].map(listen))
  return {
    url: `http://127.0.0.1:${port}`,
    service: `http://127.0.0.1:${servicePort}/metrics`,
    servicePort,
    through,
    served,
    close: () => Promise.all([proxy, service].map(each => new Promise(done => each.close(done)))),
  }
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** A process of its own: a proxy is set for a whole process. */
function ask(urls: readonly string[], env: Record<string, string>) {
  return new Promise<{answers: string[]; said: string}>((resolve, reject) => {
    const program = path.join(import.meta.dirname, 'programs/ask.ts')
    const child = spawn(process.execPath, [program, ...urls], {env: {PATH: process.env.PATH, ...env}})
    let [out, said] = ['', '']
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (said += chunk))
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve({answers: JSON.parse(out), said})
      else reject(new Error(`ended with ${code}: ${said}`))
    })
  })
}

describe('behind a proxy', () => {
  let proxy: Awaited<ReturnType<typeof startProxy>>
  beforeEach(async () => {
    proxy = await startProxy()
  })
  afterEach(() => proxy.close())

  test.each(['HTTP_PROXY', 'http_proxy'])('requests go through the one that %s names', async name => {
    const {answers, said} = await ask(['http://metrics.test/v2'], {[name]: proxy.url})
    expect({answers, said}).toEqual({answers: ['200 by the proxy'], said: ''})
    expect(proxy.through).toEqual(['metrics.test:80'])
  })

  test.each(['HTTPS_PROXY', 'https_proxy'])('encrypted requests go through the one that %s names', async name => {
    // The proxy of this test cannot speak TLS; that it was asked for the tunnel is what counts.
    await ask(['https://api.github.test/'], {[name]: proxy.url})
    expect(proxy.through).toEqual(['api.github.test:443'])
  })

  test('requests to this machine do not go through it: a proxy does not know what runs here', async () => {
    const {answers} = await ask([proxy.service, proxy.service.replace('127.0.0.1', 'localhost')], {
      HTTP_PROXY: proxy.url,
      NO_PROXY: 'other.test',
    })
    expect(answers).toEqual(['200 directly', '200 directly'])
    expect(proxy.through).toEqual([])
  })

  test.each([
    ['a host by name', 'metrics.test', []],
    ['a domain', '.test', []],
    ['everything', '*', []],
    ['another host', 'other.test', ['metrics.test:80']],
  ])('NO_PROXY is respected: %s', async (_, noProxy, through) => {
    await ask(['http://metrics.test/v2'], {HTTP_PROXY: proxy.url, NO_PROXY: noProxy})
    expect(proxy.through).toEqual(through)
  })

  test('without one in the environment, requests go straight', async () => {
    expect((await ask([proxy.service], {})).answers).toEqual(['200 directly'])
    expect(proxy.served).toEqual(['/metrics'])
  })

  test('one whose address is none is said before anything is asked, without its password', async () => {
    const {answers} = await ask([proxy.service], {HTTPS_PROXY: 'anna:secret@proxy'})
    expect(answers).toEqual(['The environment variable HTTPS_PROXY is not the address of a proxy.'])
    expect(proxy.served).toEqual([])
  })
})

describe('a Node that cannot follow a proxy at runtime', () => {
  function heard(env: Record<string, string>): string[] {
    const warnings: string[] = []
    const log: Log = {...silentLog, warning: message => warnings.push(message)}
    followProxy(env, log, () => ({}))
    return warnings
  }

  test('is said, with the way out', () => {
    expect(heard({HTTPS_PROXY: 'http://proxy:3128'})).toEqual([
      expect.stringMatching(/HTTPS_PROXY is set, and Node \S+ does not follow it: set NODE_USE_ENV_PROXY=1/),
    ])
  })

  test('is fine where Node was told at its start, or where there is no proxy', () => {
    expect(heard({HTTPS_PROXY: 'http://proxy:3128', NODE_USE_ENV_PROXY: '1'})).toEqual([])
    expect(heard({HTTPS_PROXY: '', NO_PROXY: '*'})).toEqual([])
  })
})

test.each(['proxy:3128', 'socks5://proxy:1080', '::'])('an address that is none is refused: %s', address => {
  expect(() => followProxy({HTTP_PROXY: address}, silentLog)).toThrow(
    expect.toSatisfy((error: unknown) => error instanceof UserError && error.code === 'runtime/proxy-malformed'),
  )
})
