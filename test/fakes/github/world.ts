/** What the fake GitHub knows, and the words in which its handlers answer. */
import type {BareRepository} from './repository.ts'

export interface Token {
  /** `github-actions[bot]` for a workflow's own token. */
  readonly login: string
  /** By area: `contents`, `checks` ... Unnamed is none. */
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>
}

export interface FakeComment {
  readonly id: number
  readonly issue: number
  body: string
  readonly login: string
  readonly createdAt: string
  updatedAt: string
}

export interface FakeCheckRun {
  readonly id: number
  readonly headSha: string
  readonly app: string
  name: string
  externalId: string | null
  detailsUrl: string | null
  status: string
  conclusion: string | null
  title: string | null
  summary: string | null
  text: string | null
}

export interface FakeStatus {
  readonly id: number
  readonly state: string
  readonly description: string
  readonly logUrl: string
  readonly environmentUrl: string
}

export interface FakeDeployment {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly environment: string
  readonly task: string
  readonly payload: unknown
  readonly description: string | null
  readonly production: boolean
  readonly login: string
  /** Oldest first. */
  readonly statuses: FakeStatus[]
}

export interface FakeDispatch {
  readonly workflow: string
  readonly ref: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly runId: number
  readonly by: string
}

export interface FakeApproval {
  readonly runId: number
  readonly state: 'approved' | 'rejected' | 'pending'
  readonly login: string
  readonly environments: readonly string[]
  readonly comment: string
}

export interface FakeUpload {
  readonly id: string
  readonly commit: string
  readonly ref: string
  /** Unpacked. */
  readonly sarif: string
  polls: number
  status: 'pending' | 'complete' | 'failed'
  readonly errors: string[]
}

export interface FakeAlert {
  readonly number: number
  readonly tool: string
  readonly category: string
  readonly rule: string
  readonly path: string
  readonly hash: string
  readonly ref: string
  state: string
  title: string
  level: string
  securitySeverity: number
  message: string
  line: number
}

export interface FakeCodeScanning {
  setting: 'enabled' | 'disabled' | 'archived'
  /** How many looks at an upload it takes until it is processed. */
  slowness: number
  readonly uploads: FakeUpload[]
  readonly alerts: FakeAlert[]
}

export interface FakeArtifacts {
  owner: 'Organization' | 'User'
  readonly storage: Readonly<Record<string, unknown>>[]
  readonly deployments: Readonly<Record<string, unknown>>[]
}

/** Plain data: a test looks at it and may change it. */
export interface FakeState {
  readonly comments: FakeComment[]
  readonly checkRuns: FakeCheckRun[]
  readonly deployments: FakeDeployment[]
  readonly dispatches: FakeDispatch[]
  readonly approvals: FakeApproval[]
  readonly codeScanning: FakeCodeScanning
  readonly artifacts: FakeArtifacts
}

export interface World {
  readonly state: FakeState
  readonly repository: BareRepository
  readonly fullName: string
  /** Where this server answers: addresses in answers begin with it. */
  url: string
  readonly now: () => Date
  readonly nextId: () => number
  readonly onDispatch: (dispatch: FakeDispatch) => void | Promise<void>
}

export interface Call {
  readonly world: World
  readonly token: Token
  /** Parts of the path by name, decoded. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
}

export interface Endpoint {
  readonly method: string
  /** `/repos/{repo}/git/ref/{ref}`: a part in braces takes one segment, whose slashes are encoded, as octokit sends it. */
  readonly path: string
  /** `contents: read`, or `pull-requests|issues: write` where either will do; null where every token may. */
  readonly permission: string | null
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

/** An answer that is no success. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The body of a refusal, as GitHub words it. */
export function refusalBody(status: number, message: string): object {
  return {message, documentation_url: 'https://docs.github.com/rest', status: String(status)}
}

/** A whole user object, of which only the login matters. */
export function userOf(world: World, login: string): object {
  const url = `${world.url}/users/${encodeURIComponent(login)}`
  return {
    login,
    id: idOf(login),
    node_id: `U_${idOf(login)}`,
    avatar_url: `${url}/avatar`,
    gravatar_id: '',
    url,
    html_url: url,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  }
}

/** A small number that is always the same for the same text. */
function idOf(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7)
}

/** One page of a list, as `per_page` (default 30, at most 100) and `page` ask. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams): T[] {
  const size = Math.min(100, Number(query.get('per_page') ?? 30))
  const page = Number(query.get('page') ?? 1)
  return items.slice((page - 1) * size, page * size)
}

/** The one with this id. @throws Refused 404 */
export function byId<T extends {readonly id: number}>(all: readonly T[], id: string | undefined): T {
  const found = all.find(each => each.id === Number(id))
  if (!found) throw new Refused(404, 'Not Found')
  return found
}
