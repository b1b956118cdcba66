/**
 * Mirroring: the candidate gets a copy of what the stable release is asked, and its answers go nowhere but into counters.
 * The user's request neither waits for the copy nor fails with it: the copy listens to bytes that pass anyway, is sent
 * over connections of its own, and is dropped and counted where it would cost too much.
 * Memory is bounded: at most `maxConcurrent` copies, each of at most three bodies (the request and two answers) of
 * `maxBodyBytes`.
 */
import {Agent, type IncomingHttpHeaders, type IncomingMessage} from 'node:http'
import {assertNever} from '../../core/assert.ts'
import {messageOf} from '../../core/failure.ts'
import type {Clock} from '../../runtime/clock.ts'
import type {Log} from '../../runtime/log.ts'
import {type Answer, type Comparison, compareAnswers, type SkipReason} from './compare-answers.ts'
import {keepAnswer, sendCopy, unanswered} from './copy.ts'
import {idleMs} from './hop.ts'
import {type KeptBody, keepBody} from './kept-body.ts'
import type {MirrorTally} from './mirror-tally.ts'
import type {Agreement} from './same-value.ts'

export interface MirrorLimits extends Agreement {
  /** Methods that are mirrored; null for all: a prediction is a POST. */
  readonly methods: ReadonlySet<string> | null
  /** A request or an answer that is larger is not kept. */
  readonly maxBodyBytes: number
  /** Copies on their way at the same time; what would be one more is skipped. */
  readonly maxConcurrent: number
  /** From the end of the request to the end of both answers. */
  readonly timeoutMs: number
}

/** The largest memory that the defaults can take: 64 * 3 * 256 KiB = 48 MiB. */
export const defaultMirrorLimits: MirrorLimits = {
  methods: null,
  maxBodyBytes: 256 * 1024,
  maxConcurrent: 64,
  timeoutMs: 10_000,
  tolerance: 1e-6,
  // The Open Inference Protocol names the release in each answer.
  ignore: new Set(['model_version']),
}

export interface MirrorPorts {
  /** The candidate that gets a copy of a request that `servedBy` serves; null for no copy. */
  readonly choose: (headers: IncomingHttpHeaders, servedBy: string) => string | null
  /** Where a release is reached; null when it is down. */
  readonly urlOf: (version: string) => string | null
  /** A copy is on its way; call the answer when it has ended. */
  readonly enter: (version: string) => () => void
  readonly tally: MirrorTally
  /** A copy has ended: the status that a client would have got, as the proxy counts it. */
  readonly countCopy: (version: string, status: number, durationMs: number) => void
  readonly clock: Clock
  readonly log: Log
}

/** One request that is mirrored, as the proxy tells of it. */
export interface Copy {
  /** The stable release begins to answer. */
  answered(response: IncomingMessage): void
  /** The user's request is over, however it ended. */
  over(): void
}

export interface Mirror {
  /** To be called before anything of the body was read. Null: no copy. Never throws. */
  begin(incoming: IncomingMessage, servedBy: string): Copy | null
  close(): void
}

export function createMirror(limits: MirrorLimits, ports: MirrorPorts): Mirror {
  const {choose, urlOf, enter, tally, countCopy, clock, log} = ports
  const {maxBodyBytes, maxConcurrent, timeoutMs} = limits
  const agent = new Agent({keepAlive: true, maxSockets: maxConcurrent, timeout: idleMs})
  const underWay = new Set<AbortController>()

  function refusal({method = 'GET', headers}: IncomingMessage): SkipReason | null {
    if (limits.methods !== null && !limits.methods.has(method)) return 'method'
    if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return 'request-too-large'
    return underWay.size >= maxConcurrent ? 'busy' : null
  }

  /** Follows one request to its end and counts it once. */
  async function follow(candidate: string, incoming: IncomingMessage, user: User, end: AbortController): Promise<void> {
    const body = await Promise.race([keepBody(incoming, maxBodyBytes), user.over])
    if (body.kind !== 'whole') {
      tally.skip(candidate, body.kind === 'too-large' ? 'request-too-large' : 'request-broken-off')
      return
    }
    const late = clock.sleep(timeoutMs, end.signal).then((): Answer => ({kind: 'late'}))
    const sent = clock.now().getTime()
    const ours = await Promise.race([copyTo(candidate, incoming, body.bytes, end.signal), late])
    const durationMs = clock.now().getTime() - sent
    const theirs = await Promise.race([user.answer, late])
    const comparison = await compareAnswers(theirs, ours, limits, maxBodyBytes)
    if (comparison.kind === 'skipped') tally.skip(candidate, comparison.reason)
    else tally.count(candidate, comparison.result)
    const status = statusOf(ours, comparison)
    if (status !== null) countCopy(candidate, status, durationMs)
  }

  async function copyTo(
    version: string,
    incoming: IncomingMessage,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<Answer> {
    const url = urlOf(version)
    return url === null ? unanswered : sendCopy(url, incoming, body, {agent, signal, maxBodyBytes})
  }

  return {
    begin(incoming, servedBy) {
      const candidate = choose(incoming.headers, servedBy)
      if (candidate === null) return null
      const refused = refusal(incoming)
      if (refused !== null) {
        tally.skip(candidate, refused)
        return null
      }
      const {user, copy} = watchUser(maxBodyBytes)
      const leave = enter(candidate)
      const end = new AbortController()
      underWay.add(end)
      follow(candidate, incoming, user, end)
        .catch(error => log.warning(`a request could not be mirrored to ${candidate}: ${messageOf(error)}`))
        .finally(() => {
          end.abort()
          underWay.delete(end)
          leave()
        })
      return copy
    },
    close() {
      for (const end of underWay) end.abort()
      agent.destroy()
    },
  }
}

/** What a client of the candidate would have got; null where nobody knows: neither release was done in time. */
function statusOf(answer: Answer, comparison: Comparison): number | null {
  switch (answer.kind) {
    case 'answered':
      return answer.body.kind === 'broken-off' ? 502 : answer.status
    case 'none':
      return 502
    case 'late':
      return comparison.kind === 'compared' ? 504 : null
    default:
      return assertNever(answer)
  }
}

/** The user's side of a mirrored request. */
interface User {
  /** What the stable release answered. */
  readonly answer: Promise<Answer>
  /** That the request is over, in the words of a body that never came to its end. */
  readonly over: Promise<KeptBody>
}

function watchUser(maxBodyBytes: number): {readonly user: User; readonly copy: Copy} {
  const answer = Promise.withResolvers<Answer>()
  const over = Promise.withResolvers<KeptBody>()
  return {
    user: {answer: answer.promise, over: over.promise},
    copy: {
      answered: response => answer.resolve(keepAnswer(response, maxBodyBytes)),
      over: () => {
        answer.resolve(unanswered)
        over.resolve({kind: 'broken-off'})
      },
    },
  }
}
