/**
 * The services behind the router: started, watched and stopped here, or only reached. The one file of `src` beside
 * `runtime` that starts programs, because a supervisor outlives the call that started it.
 */
import {type ChildProcess, spawn} from 'node:child_process'
import {createServer} from 'node:net'
import type {Runtime} from '../../runtime/runtime.ts'
import {type Health, probe} from './probe.ts'
import type {ReleaseSpec} from './routing.ts'
import {openWords} from './words.ts'

/** What is written down so that a router that comes back finds the services that outlived it. */
export interface ProcessRecord {
  readonly pid: number
  readonly url: string
}

export interface Backends {
  /** Starts what is not running; leaves alone what is. */
  ensure(version: string, spec: ReleaseSpec): Promise<void>
  /** Stops a release that we started, once its requests are answered; resolves when it has ended. */
  retire(version: string): Promise<void>
  /** Where a release is reached; null when it is not running. */
  urlOf(version: string): string | null
  health(version: string): Promise<Health>
  /** Counts a request that is on its way, until the returned function is called. */
  enter(version: string): () => void
  records(): Readonly<Record<string, ProcessRecord>>
  /** Processes that are being stopped. */
  leaving(): readonly ProcessRecord[]
  /** Takes a process over from a router that died, if it is still there and answers. */
  adopt(version: string, record: ProcessRecord): Promise<boolean>
  /** Stops a process that a router that died did not need any more. Resolves as soon as it is being stopped. */
  dismiss(record: ProcessRecord): Promise<void>
  close(): Promise<void>
}

type Backend = {
  url: string
  process: ChildProcess | null
  /** Process id of a service that an earlier router started. */
  adopted: number | null
  exit: string | null
  /** Requests, and copies of them, that are on their way. */
  inFlight: number
}

type Machine = Pick<Runtime, 'clock' | 'http' | 'log' | 'env'>

/** How long the requests of a release that is stopped may take to end: as long as one may be silent (`proxy.ts`). */
const drainMs = 60_000
/** From SIGTERM to SIGKILL. */
const graceMs = 5000

export interface BackendsOptions {
  /** Names of environment variables that the services may see, besides PATH, HOME, LANG and TMPDIR. */
  readonly variables: readonly string[]
  /**
   * Folder of one log file per release. A service that is to outlive its router must not print into a pipe that ends with
   * it. Null: no service is meant to, and only its last words are kept.
   */
  readonly logFolder: string | null
}

export function createBackends(machine: Machine, {variables, logFolder}: BackendsOptions): Backends {
  const {clock, log} = machine
  const backends = new Map<string, Backend>()
  const env = pick(machine.env, ['PATH', 'HOME', 'LANG', 'TMPDIR', ...variables])
  const stopping = new Map<Backend, Promise<void>>()

  async function start(version: string, argv: readonly [string, ...string[]]): Promise<void> {
    const port = await freePort()
    const fill = (text: string) => text.replaceAll('{version}', version).replaceAll('{port}', String(port))
    const [program, ...args] = argv.map(fill)
    if (program === undefined) return
    const words = openWords(logFolder, version)
    const child = spawn(program, args, {env, stdio: ['ignore', words.output, words.output]})
    words.listenTo(child)
    const backend = createBackend(`http://127.0.0.1:${port}`, {process: child})
    backends.set(version, backend)
    log.info(`release ${version} starts at ${backend.url}`)
    child.on('error', error => {
      backend.exit = `cannot be started: ${error.message}`
    })
    let end = ''
    child.on('exit', (code, signal) => {
      end = code === null ? `was ended by ${signal}` : `exited with code ${code}`
      backend.exit ??= end
      log.info(`release ${version} ${end}`)
    })
    // Its last words may come after its end.
    child.on('close', () => {
      if (backend.exit === end) backend.exit = `${end}${words.last()}`
    })
  }

  function isRunning(backend: Backend): boolean {
    if (backend.adopted !== null && !isAlive(backend.adopted)) backend.exit ??= 'has ended'
    return backend.exit === null
  }

  function stop(backend: Backend): Promise<void> {
    const stopped = drain(backend)
      .then(() => end(backend))
      .finally(() => stopping.delete(backend))
    stopping.set(backend, stopped)
    return stopped
  }

  async function drain(backend: Backend): Promise<void> {
    const until = clock.now().getTime() + drainMs
    while (backend.inFlight > 0 && clock.now().getTime() < until) await clock.sleep(50)
  }

  function recordOf(backend: Backend): ProcessRecord | null {
    const pid = backend.process?.pid ?? backend.adopted
    return pid && isRunning(backend) ? {pid, url: backend.url} : null
  }

  /** The number alone may belong to somebody else by now; that number and an answer at that address do not. */
  async function isStillThere({pid, url}: ProcessRecord): Promise<boolean> {
    return isAlive(pid) && (await probe(url, machine.http)).answers
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
      backends.set(version, createBackend(spec.url))
    },
    async retire(version) {
      const backend = backends.get(version)
      if (backend === undefined) return
      backends.delete(version)
      await stop(backend)
    },
    urlOf(version) {
      const backend = backends.get(version)
      return backend !== undefined && isRunning(backend) ? backend.url : null
    },
    async health(version) {
      const backend = backends.get(version)
      if (backend === undefined) return {ready: false, answers: false, detail: 'is not running'}
      if (!isRunning(backend)) return {ready: false, answers: false, detail: backend.exit ?? 'has ended'}
      return probe(backend.url, machine.http)
    },
    enter(version) {
      const backend = backends.get(version)
      if (backend === undefined) return () => {}
      backend.inFlight++
      let left = false
      return () => {
        if (left) return
        left = true
        backend.inFlight--
      }
    },
    records() {
      const records: Record<string, ProcessRecord> = {}
      for (const [version, backend] of backends) {
        const record = recordOf(backend)
        if (record !== null) records[version] = record
      }
      return records
    },
    leaving: () => [...stopping.keys()].map(recordOf).filter(record => record !== null),
    async adopt(version, record) {
      if (!(await isStillThere(record))) return false
      backends.set(version, createBackend(record.url, {adopted: record.pid}))
      log.info(`release ${version} is taken over at ${record.url}`)
      return true
    },
    async dismiss(record) {
      if (await isStillThere(record)) void stop(createBackend(record.url, {adopted: record.pid}))
    },
    async close() {
      await Promise.all([...[...backends.values()].map(end), ...stopping.values()])
      backends.clear()
    },
  }
}

function createBackend(url: string, ours: Partial<Pick<Backend, 'process' | 'adopted'>> = {}): Backend {
  return {url, process: null, adopted: null, ...ours, exit: null, inFlight: 0}
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

function pick(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = env[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
