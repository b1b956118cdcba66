/**
 * The control plane: JSON over HTTP on the loopback interface. It can start programs, so it listens to nobody else: a
 * request that comes through a browser (it carries an Origin) or under another host name (DNS rebinding) is refused.
 *
 * GET  /state                        what serves, what it was sent, whether the candidate is ready
 * GET  /releases/{version}/metrics   the release's own metrics page, wherever the release runs
 * GET  /releases/{version}/traffic   the router's own metrics page of the release
 * PUT  /releases/{version}           {"url"} or {"start": argv}: makes a release known
 * POST /deploy, /promote, /restore   {"version"}
 * PUT  /weight, /mirror              {"percent"}
 *
 * Every act may be repeated, and answers with the state. /restore waits a while for a release that has to start first;
 * until it serves, the state names it as `restoring`. A refusal is 409 with {"reason", "detail"}.
 */
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import * as z from 'zod'
import {isFailure} from '../../core/failure.ts'
import type {Http} from '../../runtime/http.ts'
import type {Log} from '../../runtime/log.ts'
import type {Change, ReleaseSpec} from './routing.ts'

export interface RouterState {
  readonly stable: string | null
  readonly candidate: string | null
  readonly weight: number
  readonly mirrorPercent: number
  readonly standby: string | null
  /** When the release on standby is stopped: ISO 8601. Null without one. */
  readonly standbyUntil: string | null
  readonly restoring: string | null
  readonly candidateReady: boolean | null
  /** Null when nothing is deployed. */
  readonly stableReady: boolean | null
  /** Why a release is not ready: of the candidate, or of the one that is restored, before that of the stable one. */
  readonly detail?: string
  /** Requests by status, for each release that serves or may serve. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** What the control plane asks of the router. */
export interface Controlled {
  state(): Promise<RouterState>
  urlOf(version: string): string | null
  trafficPage(version: string): string
  register(version: string, spec: ReleaseSpec): Promise<Change>
  deploy(version: string): Promise<Change>
  setWeight(percent: number): Promise<Change>
  mirror(percent: number): Promise<Change>
  promote(version: string): Promise<Change>
  restore(version: string): Promise<Change>
}

/** What a version may look like: it becomes an argument, a path and a header. */
export const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/

const version = z.string().regex(versionPattern, 'expected letters, digits and . _ + -, at most 128')
const versionBody = z.strictObject({version})
const percentBody = z.strictObject({percent: z.number().min(0).max(100)})
const specBody = z.union([
  z.strictObject({url: z.url({protocol: /^http$/, error: 'expected an http:// address'})}),
  z.strictObject({
    start: z
      .tuple([z.string().min(1)], z.string())
      .refine(argv => argv.some(argument => argument.includes('{port}')), 'expected {port} in one argument'),
  }),
])

const maxBodyBytes = 64 * 1024

interface Answer {
  readonly status: number
  readonly body: unknown
}

export function createControl(router: Controlled, {http, log}: {readonly http: Http; readonly log: Log}): Server {
  return createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(error => {
      log.warning(`the control API failed: ${error instanceof Error ? error.message : String(error)}`)
      send(outgoing, {status: 500, body: {reason: 'router-failed', detail: String(error)}})
    })
  })

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const stranger = refuseStranger(incoming)
    if (stranger !== null) return send(outgoing, stranger)
    const path = (incoming.url ?? '/').split('?')[0] ?? '/'
    const page = /^\/releases\/([^/]+)\/(metrics|traffic)$/.exec(path)
    if (incoming.method === 'GET' && page?.[1] !== undefined)
      return sendPage(outgoing, decode(page[1]), page[2] === 'traffic')
    const body = incoming.method === 'GET' ? null : await readBody(incoming)
    send(outgoing, typeof body === 'string' ? malformed(body) : await act(`${incoming.method} ${path}`, body?.json))
  }

  async function act(what: string, body: unknown): Promise<Answer> {
    if (what === 'GET /state') return {status: 200, body: await router.state()}
    const [, named] = /^PUT \/releases\/([^/]+)$/.exec(what) ?? []
    if (named !== undefined) {
      const name = version.safeParse(decode(named))
      if (!name.success) return malformed(z.prettifyError(name.error))
      return parsed(specBody, body, spec =>
        router.register(name.data, 'url' in spec ? {kind: 'url', url: spec.url} : {kind: 'start', argv: spec.start}),
      )
    }
    switch (what) {
      case 'POST /deploy':
        return parsed(versionBody, body, each => router.deploy(each.version))
      case 'PUT /weight':
        return parsed(percentBody, body, each => router.setWeight(each.percent))
      case 'PUT /mirror':
        return parsed(percentBody, body, each => router.mirror(each.percent))
      case 'POST /promote':
        return parsed(versionBody, body, each => router.promote(each.version))
      case 'POST /restore':
        return parsed(versionBody, body, each => router.restore(each.version))
      default:
        return {status: 404, body: {reason: 'not-found', detail: `${what} is not part of the control API`}}
    }
  }

  async function parsed<T>(schema: z.ZodType<T>, body: unknown, run: (value: T) => Promise<Change>): Promise<Answer> {
    const value = schema.safeParse(body)
    if (!value.success) return malformed(z.prettifyError(value.error))
    const change = await run(value.data)
    if (change.kind === 'refused') return {status: 409, body: {reason: change.reason, detail: change.detail}}
    return {status: 200, body: await router.state()}
  }

  /** A release's own page through the router, so that its address need not be known where the numbers are read. */
  async function sendPage(outgoing: ServerResponse, name: string, traffic: boolean): Promise<void> {
    const url = router.urlOf(name)
    if (traffic && versionPattern.test(name)) {
      outgoing.writeHead(200, {'content-type': 'text/plain; version=0.0.4; charset=utf-8'})
      outgoing.end(router.trafficPage(name))
      return
    }
    if (url === null)
      return send(outgoing, {status: 404, body: {reason: 'release-unknown', detail: `release ${name} is not running`}})
    try {
      const page = await http.send({url: `${url}/metrics`, system: 'release', retries: 0, timeoutMs: 5000})
      outgoing.writeHead(page.status, {'content-type': page.headers.get('content-type') ?? 'text/plain'})
      outgoing.end(page.body)
    } catch (error) {
      if (!isFailure(error)) throw error
      send(outgoing, {status: 502, body: {reason: 'release-unreachable', detail: error.message}})
    }
  }
}

function refuseStranger({headers}: IncomingMessage): Answer | null {
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  if (headers.origin === undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(host)) return null
  return {status: 403, body: {reason: 'not-local', detail: 'the control API answers programs on this machine only'}}
}

/** The body as JSON, or in words what is wrong with it. */
async function readBody(incoming: IncomingMessage): Promise<{readonly json: unknown} | string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    size += chunk.length
    if (size > maxBodyBytes) return `the body is larger than ${maxBodyBytes} bytes`
    chunks.push(chunk)
  }
  try {
    return {json: JSON.parse(Buffer.concat(chunks).toString('utf8'))}
  } catch {
    return 'the body is not JSON'
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function malformed(detail: string): Answer {
  return {status: 400, body: {reason: 'malformed', detail}}
}

function send(outgoing: ServerResponse, {status, body}: Answer): void {
  outgoing.writeHead(status, {'content-type': 'application/json'})
  outgoing.end(`${JSON.stringify(body)}\n`)
}
