/**
 * A GitHub that runs here: the endpoints that Slipway uses, with state, permissions, faults and a log. Refs, commits and
 * trees are real: a bare git repository moved by the git program. Every exchange is held against GitHub's published
 * description; what does not fit stands in `violations`, which each suite expects to be empty.
 */
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import {violationsOf} from '../../contracts/github-api.ts'
import {artifactEndpoints} from './artifact-endpoints.ts'
import {checkEndpoints} from './check-endpoints.ts'
import {codeScanningEndpoints} from './code-scanning-endpoints.ts'
import {commentEndpoints} from './comment-endpoints.ts'
import {control} from './control.ts'
import {deploymentEndpoints} from './deployment-endpoints.ts'
import type {Fault, FaultAct} from './fault.ts'
import {gitEndpoints} from './git-endpoints.ts'
import {type BareRepository, openBareRepository} from './repository.ts'
import {runEndpoints} from './run-endpoints.ts'
import {
  type Answer,
  type Endpoint,
  type FakeDispatch,
  type FakeState,
  Refused,
  refusalBody,
  type Token,
  type World,
} from './world.ts'

export interface FakeGitHubOptions {
  /** `owner/name`. Default: `acme/credit`. */
  readonly repository?: string
  /** Folder of the bare repository; made when it is missing. Default: a temporary one, removed at the end. */
  readonly gitDir?: string
  /** Default: any free port. */
  readonly port?: number
  readonly now?: () => Date
  /** Whether `/_fake` is answered, for a harness in another process. */
  readonly control?: boolean
  /** Called for every dispatched workflow, before it is answered: a harness may start a run. */
  readonly onDispatch?: (dispatch: FakeDispatch) => void | Promise<void>
}

export interface LoggedRequest {
  readonly method: string
  /** Decoded, with the query. */
  readonly path: string
  readonly body: unknown
  /** Null when the connection was dropped. */
  readonly status: number | null
  readonly login: string | null
}

export interface FakeGitHub {
  readonly url: string
  readonly owner: string
  readonly name: string
  /** A workflow's own token with every permission. */
  readonly token: string
  readonly repository: BareRepository
  readonly state: FakeState
  readonly requests: LoggedRequest[]
  readonly violations: string[]
  issueToken(token: Token): string
  /** The next matching request meets this fault. Faults are met in the order in which they were set. */
  fail(fault: Fault): void
  /** Takes back every fault that was not met. */
  heal(): void
  /** Commits files to a branch with the git program, as a person would; answers the commit. */
  commit(branch: string, files: Readonly<Record<string, string>>, message?: string): Promise<string>
  /** `POST /repos/acme/credit/git/refs -> 201`, one line each. */
  transcript(): string
  stop(): Promise<void>
}

const allPermissions = {
  actions: 'write',
  'artifact-metadata': 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  'pull-requests': 'write',
  'security-events': 'write',
} as const

export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const fullName = options.repository ?? 'acme/credit'
  const [owner = '', name = ''] = fullName.split('/')
  const temporary = options.gitDir === undefined ? await mkdtemp(path.join(tmpdir(), 'fake-github-')) : null
  const repository = await openBareRepository(options.gitDir ?? path.join(temporary ?? '', `${name}.git`))
  let lastId = 1000
  const world: World = {
    state: {
      comments: [],
      checkRuns: [],
      deployments: [],
      dispatches: [],
      approvals: [],
      codeScanning: {setting: 'enabled', slowness: 1, uploads: [], alerts: []},
      artifacts: {owner: 'Organization', storage: [], deployments: []},
    },
    repository,
    fullName,
    url: '',
    now: options.now ?? (() => new Date()),
    nextId: () => ++lastId,
    onDispatch: options.onDispatch ?? (() => {}),
  }
  const tokens = new Map<string, Token>()
  const issueToken = (token: Token) => {
    const text = `fake-token-${tokens.size + 1}`
    tokens.set(text, token)
    return text
  }
  const token = issueToken({login: 'github-actions[bot]', permissions: allPermissions})
  const faults: {fault: Fault; skip: number; left: number}[] = []
  const requests: LoggedRequest[] = []
  const violations: string[] = []
  const earlier = new Map<string, Answer>()

  const takeFault = (method: string, decoded: string): FaultAct | null => {
    const matching = faults.filter(
      ({fault, left}) => left > 0 && (fault.method ?? method) === method && decoded.includes(fault.path),
    )
    const found = matching.find(each => each.skip === 0)
    for (const each of matching) if (each.skip > 0) each.skip--
    if (!found) return null
    found.left--
    return found.fault.act
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', world.url)
    const decoded = decodeURIComponent(url.pathname)
    const text = await readBody(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (options.control === true && decoded.startsWith('/_fake')) {
      return send(response, control(fake, method, decoded, body))
    }
    const known = tokens.get(/^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '') ?? null
    const log = (status: number | null) =>
      requests.push({method, path: decoded + url.search, body, status, login: known?.login ?? null})
    const act = takeFault(method, decoded)
    const drop = () => {
      log(null)
      request.socket.destroy()
    }
    if (act?.kind === 'drop') return drop()
    if (act?.kind === 'slow') await new Promise(resolve => setTimeout(resolve, act.delayMs))
    if (act?.kind === 'first') await act.run()
    if (act?.kind === 'say') {
      log(200)
      return response.writeHead(200, {'content-type': 'application/json'}).end(act.text)
    }
    if (act?.kind === 'refuse') {
      log(act.status)
      const message = act.message ?? `Refused with ${act.status}`
      return send(response, {status: act.status, body: refusalBody(act.status, message)}, act.headers)
    }
    const key = `${method} ${url.pathname}${url.search}`
    const stale = act?.kind === 'stale' ? earlier.get(key) : undefined
    const answer = stale ?? (await answerTo({world, token: known, method, url, body}))
    if (!stale) earlier.set(key, answer)
    violations.push(
      ...violationsOf({
        method,
        path: url.pathname,
        query: url.searchParams,
        requestBody: body,
        status: answer.status,
        responseBody: answer.body,
      }),
    )
    if (act?.kind === 'act-and-drop') return drop()
    if (act?.kind === 'act-and-fail') {
      log(act.status)
      return send(response, {status: act.status, body: refusalBody(act.status, 'Server Error')})
    }
    log(answer.status)
    return send(response, answer)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      violations.push(`the fake broke: ${error instanceof Error ? error.stack : String(error)}`)
      send(response, {status: 500, body: refusalBody(500, 'The fake broke')})
    })
  })
  const fake: FakeGitHub = {
    get url() {
      return world.url
    },
    owner,
    name,
    token,
    repository,
    state: world.state,
    requests,
    violations,
    issueToken,
    fail: fault => faults.push({fault, skip: fault.after ?? 0, left: fault.times ?? 1}),
    heal: () => {
      faults.length = 0
    },
    commit: (branch, files, message = 'A change by hand') => repository.commitFiles(branch, files, message),
    transcript: () => requests.map(each => `${each.method} ${each.path} -> ${each.status ?? 'dropped'}`).join('\n'),
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      repository.stop()
      if (temporary !== null) await rm(temporary, {recursive: true, force: true})
    },
  }
  world.url = await listen(server, options.port ?? 0)
  return fake
}

interface Incoming {
  readonly world: World
  readonly token: Token | null
  readonly method: string
  readonly url: URL
  readonly body: unknown
}

const allEndpoints = [
  ...gitEndpoints,
  ...commentEndpoints,
  ...checkEndpoints,
  ...codeScanningEndpoints,
  ...artifactEndpoints,
  ...deploymentEndpoints,
  ...runEndpoints,
]
const endpoints = allEndpoints.map(endpoint => ({endpoint, pattern: patternOf(endpoint)}))

async function answerTo({world, token, method, url, body}: Incoming): Promise<Answer> {
  try {
    if (token === null) throw new Refused(401, 'Bad credentials')
    const found = endpoints.find(({endpoint, pattern}) => endpoint.method === method && pattern.test(url.pathname))
    if (!found) throw new Refused(404, 'Not Found')
    const groups = found.pattern.exec(url.pathname)?.groups ?? {}
    const parts = Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]))
    if ('owner' in parts && `${parts.owner}/${parts.repo}` !== world.fullName) throw new Refused(404, 'Not Found')
    requirePermission(token, found.endpoint)
    return await found.endpoint.handle({world, token, path: parts, query: url.searchParams, body})
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return {status: error.status, body: refusalBody(error.status, error.message)}
  }
}

function requirePermission(token: Token, {permission}: Endpoint): void {
  if (permission === null) return
  const [areas = '', level = ''] = permission.split(': ')
  const held = areas.split('|').map(area => token.permissions[area])
  if (held.includes('write') || (held.includes('read') && level === 'read')) return
  throw new Refused(403, 'Resource not accessible by integration')
}

function patternOf({path: template}: Endpoint): RegExp {
  return new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}

function send(response: ServerResponse, {status, body}: Answer, headers: Readonly<Record<string, string>> = {}): void {
  const common = {
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '990',
    'x-github-media-type': 'github.v3; format=json',
  }
  if (body === undefined) response.writeHead(status, {...common, ...headers}).end()
  else {
    response.writeHead(status, {...common, 'content-type': 'application/json; charset=utf-8', ...headers})
    response.end(JSON.stringify(body))
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('The fake has no port.'))
      resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}
