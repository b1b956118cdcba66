/**
 * The data plane: every request goes to one release, and comes back as that release answered it. Nothing is retried and
 * nothing falls back to the other release: a failure that the router hides is a failure that no guard can see.
 */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import {messageOf} from '../../core/failure.ts'
import type {Clock} from '../../runtime/clock.ts'

export interface ProxyOptions {
  /** Which release serves a request; null when nothing is deployed. */
  readonly choose: (headers: IncomingHttpHeaders) => string | null
  /** Where a release is reached; null when it is down. */
  readonly urlOf: (version: string) => string | null
  /** A request begins; call the answer when it has ended. */
  readonly enter: (version: string) => () => void
  readonly count: (version: string, status: number, durationMs: number) => void
  readonly clock: Clock
}

/** Names the release that answered. A release cannot set it itself. */
const releaseHeader = 'x-slipway-release'

/** A release that is silent for longer has failed the request. */
const silenceMs = 60_000

/**
 * An idle connection is closed before the service closes it (5 s is the usual shortest): a request sent into a closing
 * connection would be an error that the release has not made.
 */
const idleMs = 2000

export function createProxy({choose, urlOf, enter, count, clock}: ProxyOptions): {server: Server; close(): void} {
  const agent = new Agent({keepAlive: true, maxSockets: 1024, timeout: idleMs})
  const server = createServer((incoming, outgoing) => {
    const version = choose(incoming.headers)
    if (version === null) {
      answer(outgoing, 503, 'no release is deployed')
      return
    }
    outgoing.setHeader(releaseHeader, version)
    const started = clock.now().getTime()
    const leave = enter(version)
    // The status that is counted: what the client got, or would have got had the release gone on to the end.
    let failedWith: number | null = null
    outgoing.on('close', () => {
      leave()
      const gaveUp = !outgoing.writableFinished && failedWith === null
      count(version, failedWith ?? (gaveUp ? 499 : outgoing.statusCode), clock.now().getTime() - started)
    })
    const url = urlOf(version)
    if (url === null) {
      failedWith = 502
      answer(outgoing, 502, `release ${version} is not running`)
      return
    }
    forward(incoming, outgoing, url, agent, (status, problem) => {
      failedWith = status
      if (outgoing.headersSent) outgoing.destroy()
      else answer(outgoing, status, `release ${version} ${problem}`)
    })
  })
  return {server, close: () => agent.destroy()}
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: string,
  agent: Agent,
  fail: (status: 502 | 504, problem: string) => void,
): void {
  const {hostname, port, pathname} = new URL(url)
  const upstream = request({
    agent,
    host: hostname,
    port: port || 80,
    path: `${pathname === '/' ? '' : pathname.replace(/\/$/, '')}${incoming.url ?? '/'}`,
    method: incoming.method ?? 'GET',
    headers: {
      ...endToEnd(incoming.headers),
      // Without it node would send the body of a GET unframed, and the service would read it as the next request.
      ...(incoming.headers['transfer-encoding'] === undefined ? {} : {'transfer-encoding': 'chunked'}),
      'x-forwarded-for': [incoming.headers['x-forwarded-for'], incoming.socket.remoteAddress]
        .filter(Boolean)
        .join(', '),
    },
    timeout: silenceMs,
  })
  let done = false
  const failOnce = (status: 502 | 504, problem: string) => {
    if (done) return
    done = true
    fail(status, problem)
  }
  upstream.on('timeout', () => {
    failOnce(504, `was silent for ${silenceMs} ms`)
    upstream.destroy()
  })
  upstream.on('error', error => failOnce(502, `cannot be reached: ${error.message}`))
  upstream.on('response', response => {
    try {
      outgoing.writeHead(response.statusCode ?? 502, response.statusMessage, endToEnd(response.headers))
    } catch (error) {
      // Node reads answers that it refuses to write, such as a status of 99.
      upstream.destroy()
      failOnce(502, `answered what cannot be passed on: ${messageOf(error)}`)
      return
    }
    response.on('error', error => failOnce(502, `broke off its answer: ${error.message}`))
    response.pipe(outgoing)
  })
  outgoing.on('close', () => {
    done = true
    if (!outgoing.writableFinished) upstream.destroy()
  })
  incoming.pipe(upstream)
}

/** What stays behind: headers of one connection (RFC 9110, section 7.6.1), those that Connection names, and our own. */
const leftBehind = new Set([
  releaseHeader,
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
])

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set((headers.connection ?? '').split(',').map(name => name.trim().toLowerCase()))
  // A body must never lose its length on the way: see `forward`.
  named.delete('content-length')
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !leftBehind.has(name) && !named.has(name)) kept[name] = value
  }
  return kept
}

function answer(outgoing: ServerResponse, status: number, error: string): void {
  outgoing.writeHead(status, {'content-type': 'application/json'})
  outgoing.end(`${JSON.stringify({error})}\n`)
}
