/**
 * Users, for the demo: an open loop of requests at a fixed rate. Open means that a slow answer does not slow down who
 * comes next, as with real users; a closed loop would send less traffic exactly when a release misbehaves.
 */
import {Agent, request as httpRequest} from 'node:http'
import {createDraws} from '../../traffic/router/draws.ts'

export interface LoadOptions {
  /** Where every request goes, by POST. */
  readonly url: string
  /** JSON texts to choose from. */
  readonly bodies: readonly string[]
  readonly perSecond: number
  /** Chooses the bodies: the same seed sends the same sequence. */
  readonly seed: number
  /** Requests under way at once; what would exceed it is skipped and counted. Default: 500. */
  readonly maxInFlight?: number
  /** Default: 5 s. */
  readonly timeoutMs?: number
}

/** What users saw of one release. */
export interface Served {
  readonly requests: number
  /** Answers with 5xx. */
  readonly failed: number
  /** Answers with 4xx. */
  readonly refused: number
}

export interface LoadCounts {
  readonly sent: number
  /** Not sent, because too many were under way. */
  readonly skipped: number
  /** No answer at all: connection refused, broken or timed out. */
  readonly unanswered: number
  /** By the header `x-slipway-release` of the answer; an answer without it counts under `none`. */
  readonly releases: Readonly<Record<string, Served>>
}

export interface Load {
  counts(): LoadCounts
  /** Sends nothing more, and resolves with the last answer. Safe to repeat. */
  stop(): Promise<LoadCounts>
}

const nobody: Served = {requests: 0, failed: 0, refused: 0}
const stepMs = 10

/** Starts at once. */
export function startLoad(options: LoadOptions): Load {
  const {url, bodies, perSecond, seed, maxInFlight = 500, timeoutMs = 5000} = options
  const agent = new Agent({keepAlive: true, maxSockets: maxInFlight})
  const draw = createDraws(seed)
  const releases: Record<string, Served> = {}
  const underWay = new Set<Promise<void>>()
  const beganAt = performance.now()
  let due = 0
  let sent = 0
  let skipped = 0
  let unanswered = 0

  const timer = setInterval(() => {
    const expected = Math.floor(((performance.now() - beganAt) / 1000) * perSecond)
    for (; due < expected; due++) {
      if (underWay.size >= maxInFlight) skipped++
      else launch(bodies[Math.floor((draw() / 100) * bodies.length)] ?? '')
    }
  }, stepMs)

  function launch(body: string): void {
    sent++
    const answered = post(url, body, agent, timeoutMs).then(answer => {
      underWay.delete(answered)
      if (answer === null) unanswered++
      else releases[answer.release] = add(releases[answer.release] ?? nobody, answer.status)
    })
    underWay.add(answered)
  }

  const counts = () => ({sent, skipped, unanswered, releases: {...releases}})
  return {
    counts,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(underWay)
      agent.destroy()
      return counts()
    },
  }
}

/** What was seen of one release between two looks. */
export function servedBetween(before: LoadCounts, after: LoadCounts, release: string): Served {
  const [from, to] = [before.releases[release] ?? nobody, after.releases[release] ?? nobody]
  return {
    requests: to.requests - from.requests,
    failed: to.failed - from.failed,
    refused: to.refused - from.refused,
  }
}

/** Share of answers between two looks that came from `release`; 0 when there were none. */
export function shareBetween(before: LoadCounts, after: LoadCounts, release: string): number {
  const all = Object.keys(after.releases).reduce((sum, each) => sum + servedBetween(before, after, each).requests, 0)
  return all === 0 ? 0 : servedBetween(before, after, release).requests / all
}

function add(served: Served, status: number): Served {
  return {
    requests: served.requests + 1,
    failed: served.failed + (status >= 500 ? 1 : 0),
    refused: served.refused + (status >= 400 && status < 500 ? 1 : 0),
  }
}

interface Answer {
  readonly status: number
  readonly release: string
}

/**
 * Null when there is no whole answer. A kept connection may be closed by the other side just as a request leaves; like
 * any HTTP client, this one then asks once more on a new one (https://nodejs.org/api/http.html#requestreusedsocket).
 */
async function post(url: string, body: string, agent: Agent, timeoutMs: number): Promise<Answer | null> {
  const first = await postOnce(url, body, agent, timeoutMs)
  const outcome = first === 'connection was stale' ? await postOnce(url, body, agent, timeoutMs) : first
  return typeof outcome === 'string' ? null : outcome
}

type Attempt = Answer | 'connection was stale' | 'no answer'

function postOnce(url: string, body: string, agent: Agent, timeoutMs: number): Promise<Attempt> {
  return new Promise(resolve => {
    const headers = {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)}
    const request = httpRequest(url, {method: 'POST', agent, headers, timeout: timeoutMs}, response => {
      const {'x-slipway-release': release = 'none'} = response.headers
      response.on('end', () => resolve({status: response.statusCode ?? 0, release: String(release)}))
      response.on('error', () => resolve('no answer'))
      response.resume()
    })
    request.on('timeout', () => request.destroy())
    request.on('error', error => {
      const reset = 'code' in error && error.code === 'ECONNRESET'
      resolve(reset && request.reusedSocket ? 'connection was stale' : 'no answer')
    })
    request.end(body)
  })
}
