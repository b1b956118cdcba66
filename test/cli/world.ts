/** A user's machine: the credit example in a folder of its own, a router that does as it is told, and the command line. */
import {createHash} from 'node:crypto'
import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import * as path from 'node:path'
import * as z from 'zod'
import {main} from '../../src/cli/main.ts'
import {verdicts} from '../../src/core/verdict.ts'
import {createHttp, type Http, type HttpRequest, type HttpResponse} from '../../src/runtime/http.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {type Runtime, systemRuntime} from '../../src/runtime/runtime.ts'
import {type FakeClock, fakeClock} from '../fakes/clock.ts'

const example = path.join(import.meta.dirname, '../../examples/credit')

const result = z.looseObject({
  verdict: z.enum(verdicts),
  reason: z.string(),
  summary: z.string(),
  findings: z.array(
    z.looseObject({
      id: z.string(),
      verdict: z.enum(verdicts),
      reason: z.string(),
      what: z.string(),
      remedy: z.string().optional(),
    }),
  ),
})

export interface Told {
  readonly exitCode: number
  readonly result: z.output<typeof result>
  /** What a person reads where no JSON is asked for. */
  readonly failure: string
}

/** What the router of this machine has, and what happens when it is asked. */
export interface RouterState {
  stable: string | null
  candidate: string | null
  weight: number
}

export interface World {
  readonly folder: string
  readonly runtime: Runtime
  readonly router: RouterState
  /** The environment of the command line. */
  readonly env: Record<string, string | undefined>
  /** What `https://registry.test` answers; null: it is asked like any other address. */
  registry:
    | ((request: HttpRequest) => Pick<HttpResponse, 'status' | 'body'> & {headers?: Record<string, string>})
    | null
  /** Bytes that are free on every disk; null: as it is. */
  freeBytes: number | null
  /** Called before the router answers; for what happens meanwhile. */
  whenAsked: () => Promise<void>
  file(name: string): string
  read(name: string): string
  write(name: string, text: string | Uint8Array): void
  /** Changes the config, and refuses to change nothing. */
  configure(from: string | RegExp, to: string): void
  run(...argv: string[]): Promise<Told>
  /** Digest of every file below the records. */
  records(): Readonly<Record<string, string>>
  imageDigest(version: string): string
  /** The same machine once more, to be changed without changing this one. */
  copy(): World
  remove(): void
}

export function makeWorld(): World {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bad-input-'))
  for (const version of ['v1', 'v2', 'v3', 'v4', 'v7']) {
    cpSync(path.join(example, 'releases', version), path.join(folder, 'releases', version), {recursive: true})
  }
  writeFileSync(path.join(folder, 'slipway.yml'), configOf(folder))
  return worldIn(folder, {stable: null, candidate: null, weight: 0}, fakeClock('2026-11-22T00:00:00.000Z'))
}

/** A folder with a model and nothing else; the config is for the test to write. */
export function makeModelWorld(): World {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-bad-input-'))
  cpSync(path.join(example, 'releases/v2/model'), path.join(folder, 'model'), {recursive: true})
  writeFileSync(path.join(folder, 'slipway.yml'), '')
  return worldIn(folder, {stable: null, candidate: null, weight: 0}, fakeClock('2026-11-22T00:00:00.000Z'))
}

function worldIn(folder: string, router: RouterState, clock: FakeClock): World {
  const file = (name: string) => path.join(folder, name)
  const read = (name: string) => readFileSync(file(name), 'utf8')
  const write = (name: string, text: string | Uint8Array) => {
    mkdirSync(path.dirname(file(name)), {recursive: true})
    writeFileSync(file(name), text)
  }
  const http: Http = {
    send: async request => {
      if (world.registry !== null && request.url.startsWith('https://registry.test/')) {
        const {status, body: text, headers} = world.registry(request)
        return {status, body: text, headers: new Headers(headers)}
      }
      if (!request.url.startsWith('http://router.test/')) return createHttp(clock).send(request)
      await world.whenAsked()
      return answer(request, router)
    },
  }
  const env: Record<string, string | undefined> = {PATH: process.env.PATH}
  const system = systemRuntime(silentLog)
  const freeBytes = async (place: string) => world.freeBytes ?? (await system.folders.freeBytes(place))
  const runtime: Runtime = {...system, clock, http, env, folders: {...system.folders, freeBytes}}
  const world: World = {
    folder,
    runtime,
    router,
    env,
    registry: null,
    freeBytes: null,
    whenAsked: async () => {},
    file,
    read,
    write,
    configure(from, to) {
      const before = read('slipway.yml')
      const after = before.replace(from, to)
      if (after === before) throw new Error(`the config has no ${from}`)
      write('slipway.yml', after)
    },
    async run(...argv) {
      // Evidence of the same bytes is told apart by its time.
      clock.advance(1000)
      const out: string[] = []
      const failures: string[] = []
      const terminal = {
        out: (text: string) => void out.push(text),
        fail: (text: string) => void failures.push(text),
        color: false,
        width: 100,
      }
      const [command = '', ...options] = argv
      const config = options.includes('--config') ? [] : ['--config', file('slipway.yml')]
      const exitCode = await main([command, '--json', ...config, ...options], terminal, runtime)
      return {exitCode, result: result.parse(JSON.parse(out.join(''))), failure: failures.join('')}
    },
    records: () => digestsBelow(file('records')),
    imageDigest: version => read(`releases/${version}/image-digest.txt`).trim(),
    copy() {
      const other = mkdtempSync(path.join(tmpdir(), 'slipway-bad-input-'))
      cpSync(folder, other, {recursive: true})
      writeFileSync(path.join(other, 'slipway.yml'), read('slipway.yml').replaceAll(folder, other))
      return worldIn(other, {...router}, fakeClock(clock.now().toISOString()))
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  }
  return world
}

function configOf(folder: string): string {
  return `version: 1
service: credit
model:
  files: ${folder}/releases/v2/model
validation:
  predictions:
    candidate: ${folder}/releases/v2/eval.csv
    baseline: ${folder}/releases/v1/eval.csv
    columns: {id: id, label: label, prediction: prediction, score: score, groups: [sex]}
    positive: bad
  gates:
    - {metric: accuracy, at-least: 0.70, may-lose: 0.02}
    - {fairness: demographic-parity-difference, by: sex, at-most: 0.15}
image:
  scanner: report
  database-max-age: 3650d
  report: ${folder}/releases/v2/image.json
environments:
  production:
    target: {kind: local, router: http://router.test, start: [serve, "{version}", "{port}"]}
    telemetry: {kind: scrape, url: ["http://router.test/releases/{version}/metrics"]}
    traffic: 600/s
    rollout:
      stages: [{weight: 5%, for: 2h}, {weight: 50%, for: 2h}]
      guards:
        - {name: errors, share: {of: http_requests_total, bad: 'code=~"5.."'}, at-most: 1%}
records: {kind: directory, path: ${folder}/records}
`
}

const body = z.looseObject({version: z.string().optional(), percent: z.number().optional()})

/** The control API of `slipway router`, and the metrics of a service that has been asked as often as its address says. */
function answer({method = 'GET', url, body: text = '{}'}: HttpRequest, state: RouterState): HttpResponse {
  const ok = (content: string) => ({status: 200, headers: new Headers(), body: content})
  const {version = null, percent = 0} = body.parse(JSON.parse(text))
  const asked = `${method} ${new URL(url).pathname}`
  const requests = new URL(url).searchParams.get('requests') ?? '0'
  if (asked.includes('/metrics')) {
    return ok(`# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${requests}\n`)
  }
  if (asked === 'POST /deploy' && state.stable === null) state.stable = version
  else if (asked === 'POST /deploy') state.candidate = version
  if (asked === 'PUT /weight') state.weight = percent
  if (asked === 'POST /promote' || asked === 'POST /restore') {
    Object.assign(state, {stable: version, candidate: null, weight: 0})
  }
  return ok(JSON.stringify({...state, candidateReady: state.candidate === null ? null : true, stableReady: null}))
}

function digestsBelow(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const entries = readdirSync(folder, {recursive: true, withFileTypes: true})
  return Object.fromEntries(
    entries
      .filter(entry => entry.isFile())
      .map(entry => path.join(entry.parentPath, entry.name))
      .map(file => [path.relative(folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  )
}

/** An address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return `http://127.0.0.1:${address.port}`
}
