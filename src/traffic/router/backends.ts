/**
 * The services behind the router: started, watched and stopped here, or only reached. The one place of `src` beside
 * `runtime` that starts programs, because a supervisor outlives the call that started it.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import {createServer} from 'node:net'
import {isFailure} from '../../core/failure.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {ReleaseSpec} from './routing.ts'

/** Whether a release can serve now. */
export interface Health {
  readonly ready: boolean
  /** Why not: `starting`, `exited with code 1: ...`, `refuses connections`. */
  readonly detail?: string
}

/** What is written down so that a router that comes back finds the services that outlived it. */
export interface ProcessRecord {
  readonly pid: number
  readonly url: string
}

export interface Backends {
  /** Starts what is not running; leaves alone what is. */
  ensure(version: string, spec: ReleaseSpec): Promise<void>
  /** Stops a release that we started, once its requests are answered. */
  retire(version: string): void
  /** Where a release is reached; null when it is not running. */
  urlOf(version: string): string | null
  health(version: string): Promise<Health>
  /** Counts a request that is on its way, until the returned function is called. */
  enter(version: string): () => void
  records(): Readonly<Record<string, ProcessRecord>>
  /** Takes a process over from a router that died, if it is still there and answers. */
  adopt(version: string, record: ProcessRecord): Promise<boolean>
  close(): Promise<void>
}

type Backend = {
  url: string
  process: ChildProcess | null
  /** Process id of a service that an earlier router started. */
  adopted: number | null
  exit: string | null
  lastWords: string
}

type Machine = Pick<Runtime, 'clock' | 'http' | 'log' | 'env'>

const drainMs = 10_000
const graceMs = 5000

/** `variables`: names of environment variables that the services may see, besides PATH, HOME, LANG and TMPDIR. */
export function createBackends(machine: Machine, variables: readonly string[]): Backends {
  const {clock, log} = machine
  const backends = new Map<string, Backend>()
  const inFlight = new Map<string, number>()
  const env = pick(machine.env, ['PATH', 'HOME', 'LANG', 'TMPDIR', ...variables])
  const stopping = new Set<Promise<void>>()

  async function start(version: string, argv: readonly [string, ...string[]]): Promise<void> {
    const port = await freePort()
    const fill = (text: string) => text.replaceAll('{version}', version).replaceAll('{port}', String(port))
    const [program, ...args] = argv.map(fill)
    if (program === undefined) return
    const child = spawn(program, args, {env, stdio: ['ignore', 'pipe', 'pipe']})
    const backend: Backend = {url: `http://127.0.0.1:${port}`, process: child, adopted: null, exit: null, lastWords: ''}
    backends.set(version, backend)
    log.info(`release ${version} starts at ${backend.url}`)
    const listen = (chunk: Buffer) => {
      backend.lastWords = (backend.lastWords + chunk.toString('utf8')).slice(-2000)
    }
    child.stdout?.on('data', chunk => log.debug(`${version}: ${String(chunk).trimEnd()}`))
    child.stderr?.on('data', listen)
    child.on('error', error => {
      backend.exit = `cannot be started: ${error.message}`
    })
    child.on('close', (code, signal) => {
      backend.exit ??= `${code === null ? `was ended by ${signal}` : `exited with code ${code}`}${lastLine(backend.lastWords)}`
      log.info(`release ${version} ${backend.exit}`)
    })
  }

  function isRunning(backend: Backend): boolean {
    if (backend.adopted !== null && !isAlive(backend.adopted)) backend.exit ??= 'has ended'
    return backend.exit === null
  }

  async function stop(version: string, backend: Backend): Promise<void> {
    const until = clock.now().getTime() + drainMs
    while ((inFlight.get(version) ?? 0) > 0 && clock.now().getTime() < until) await clock.sleep(50)
    await end(backend)
  }

  async function end(backend: Backend): Promise<void> {
    if (!signal(backend, 'SIGTERM')) return
    const until = clock.now().getTime() + graceMs
    while (isRunning(backend) && clock.now().getTime() < until) await clock.sleep(20)
    if (isRunning(backend)) signal(backend, 'SIGKILL')
  }

  return {
    async ensure(version, spec) {
      const known = backends.get(version)
      const ours = known !== undefined && (known.process !== null || known.adopted !== null)
      if (spec.kind === 'start') {
        if (!ours || !isRunning(known)) await start(version, spec.argv)
        return
      }
      if (ours) await end(known)
      backends.set(version, {url: spec.url, process: null, adopted: null, exit: null, lastWords: ''})
    },
    retire(version) {
      const backend = backends.get(version)
      if (backend === undefined) return
      backends.delete(version)
      const stopped = stop(version, backend).finally(() => stopping.delete(stopped))
      stopping.add(stopped)
    },
    urlOf(version) {
      const backend = backends.get(version)
      return backend !== undefined && isRunning(backend) ? backend.url : null
    },
    async health(version) {
      const backend = backends.get(version)
      if (backend === undefined) return {ready: false, detail: 'is not running'}
      if (!isRunning(backend)) return {ready: false, detail: backend.exit ?? 'has ended'}
      return probe(backend.url, machine.http)
    },
    enter(version) {
      inFlight.set(version, (inFlight.get(version) ?? 0) + 1)
      let left = false
      return () => {
        if (left) return
        left = true
        inFlight.set(version, (inFlight.get(version) ?? 1) - 1)
      }
    },
    records() {
      const records: Record<string, ProcessRecord> = {}
      for (const [version, backend] of backends) {
        const pid = backend.process?.pid ?? backend.adopted
        if (pid && isRunning(backend)) records[version] = {pid, url: backend.url}
      }
      return records
    },
    async adopt(version, {pid, url}) {
      // The number alone may belong to somebody else by now; that number and an answer at that address do not.
      if (!isAlive(pid) || !(await probe(url, machine.http)).ready) return false
      backends.set(version, {url, process: null, adopted: pid, exit: null, lastWords: ''})
      log.info(`release ${version} is taken over at ${url}`)
      return true
    },
    async close() {
      await Promise.all([...[...backends.values()].map(end), ...stopping])
      backends.clear()
    },
  }
}

/**
 * Asks a service whether it is ready: by the Open Inference Protocol (GET /v2/health/ready); of a service that does not
 * speak it, any answer will do.
 */
async function probe(url: string, http: Machine['http']): Promise<Health> {
  try {
    const {status} = await http.send({url: `${url}/v2/health/ready`, system: 'release', timeoutMs: 1000, retries: 0})
    const ready = (status >= 200 && status < 300) || [404, 405, 501].includes(status)
    return ready ? {ready} : {ready, detail: `answers ${status} to /v2/health/ready`}
  } catch (error) {
    if (!isFailure(error)) throw error
    return {ready: false, detail: error.code === 'release/timeout' ? 'does not answer' : 'refuses connections'}
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      )
    })
  })
}

function signal(backend: Backend, name: 'SIGTERM' | 'SIGKILL'): boolean {
  if (backend.exit !== null) return false
  if (backend.process !== null) return backend.process.kill(name)
  if (backend.adopted === null) return false
  try {
    return process.kill(backend.adopted, name)
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return line === '' ? '' : `: ${line.slice(0, 200)}`
}

function pick(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = env[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
