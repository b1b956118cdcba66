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
import {addressOf, endToEnd, idleMs, releaseHeader, requestHeaders} from './hop.ts'
import type {Copy, Mirror} from './mirror.ts'

export interface ProxyOptions {
  /** Which release serves a request; null when nothing is deployed. */
  readonly choose: (headers: IncomingHttpHeaders) => string | null
  /** Where a release is reached; null when it is down. */
  readonly urlOf: (version: string) => string | null
  /** A request begins; call the answer when it has ended. */
  readonly enter: (version: string) => () => void
  readonly count: (version: string, status: number, durationMs: number) => void
  /** Copies requests for the candidate. */
  readonly mirror: Pick<Mirror, 'begin'>
  readonly clock: Clock
}

/** A release that is silent for longer has failed the request. */
const silenceMs = 60_000

export function createProxy({choose, urlOf, enter, count, mirror, clock}: ProxyOptions): {
  server: Server
  close(): void
} {
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
    const copy = mirror.begin(incoming, version)
    // The status that is counted: what the client got, or would have got had the release gone on to the end.
    let failedWith: number | null = null
    outgoing.on('close', () => {
      leave()
      copy?.over()
      const gaveUp = !outgoing.writableFinished && failedWith === null
      count(version, failedWith ?? (gaveUp ? 499 : outgoing.statusCode), clock.now().getTime() - started)
    })
    const url = urlOf(version)
    if (url === null) {
      failedWith = 502
      answer(outgoing, 502, `release ${version} is not running`)
      return
    }
    forward(incoming, outgoing, {url, agent, copy}, (status, problem) => {
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
  {url, agent, copy}: {url: string; agent: Agent; copy: Copy | null},
  fail: (status: 502 | 504, problem: string) => void,
): void {
  const upstream = request({
    ...addressOf(url, incoming.url),
    agent,
    method: incoming.method ?? 'GET',
    headers: {
      ...requestHeaders(incoming.headers, incoming.socket.remoteAddress),
      // Without it node would send the body of a GET unframed, and the service would read it as the next request.
      ...(incoming.headers['transfer-encoding'] === undefined ? {} : {'transfer-encoding': 'chunked'}),
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
    copy?.answered(response)
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

function answer(outgoing: ServerResponse, status: number, error: string): void {
  outgoing.writeHead(status, {'content-type': 'application/json'})
  outgoing.end(`${JSON.stringify({error})}\n`)
}
