/**
 * The embedded router: a process of its own that stands in front of two releases on one machine, for demos, tests and
 * small installations. It outlives the commands that drive it through its control API (`local.ts`).
 * Its parts: `router/routing.ts` (who serves what), `proxy.ts` (the traffic), `mirror.ts` (copies of it), `backends.ts`
 * (the services), `control.ts` (the API), `memory.ts` (what it writes down).
 */
import type {IncomingHttpHeaders} from 'node:http'
import * as path from 'node:path'
import {messageOf} from '../core/failure.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {type Backends, createBackends} from './router/backends.ts'
import {createControl, type RouterState} from './router/control.ts'
import {createDraws, drawOfSession} from './router/draws.ts'
import {listen, shut} from './router/listening.ts'
import {type Memory, recall, remember} from './router/memory.ts'
import {createMirror, defaultMirrorLimits, type MirrorLimits} from './router/mirror.ts'
import {createMirrorTally} from './router/mirror-tally.ts'
import type {Health} from './router/probe.ts'
import {createProxy} from './router/proxy.ts'
import * as routing from './router/routing.ts'
import {createTally} from './router/tally.ts'

export interface RouterOptions {
  /** Port of the traffic; 0 chooses a free one. */
  readonly port: number
  /** Address that the traffic arrives at. Default: 127.0.0.1. */
  readonly host?: string
  /** Port of the control API, on 127.0.0.1 only; 0 chooses a free one. */
  readonly controlPort: number
  /**
   * File that keeps roles and weight, so that a router that was killed comes back as it was. What the services print
   * goes to the folder `router-logs` beside it; without a state file, to nobody.
   */
  readonly stateFile?: string
  /** Request header that names a session; all requests of a session meet the same release. */
  readonly sessionHeader?: string
  /** Names of environment variables that started services may see, besides PATH, HOME, LANG and TMPDIR. */
  readonly env?: readonly string[]
  /** Seed of the assignment of requests. Default: 1. */
  readonly seed?: number
  /** How requests are mirrored once a target asks for it. Default: `defaultMirrorLimits`. */
  readonly mirror?: Partial<MirrorLimits>
}

export interface RunningRouter {
  /** Address of the traffic: `http://127.0.0.1:8080`. */
  readonly url: string
  /** Address of the control API: what `target.router` in slipway.yml names. */
  readonly controlUrl: string
  /** Stops listening and ends the services that it started. */
  close(): Promise<void>
}

export type RouterMachine = Pick<Runtime, 'clock' | 'files' | 'http' | 'log' | 'env'>

/** How long a release that is restored may take to get ready before the router gives up waiting. */
const readyWithinMs = 120_000

/** @throws UserError `router/port-taken`, `router/state-unreadable` */
export async function startRouter(options: RouterOptions, machine: RouterMachine): Promise<RunningRouter> {
  const {clock, log} = machine
  const backends = createBackends(machine, {variables: options.env ?? [], logFolder: logFolderOf(options)})
  const tally = createTally(clock.now().getTime() / 1000)
  const mirrorTally = createMirrorTally()
  const seed = options.seed ?? 1
  const draw = createDraws(seed)
  // Draws of their own: beginning to mirror changes nothing in who serves whom.
  const mirrorDraw = createDraws(~seed)
  const memory = await recall(options.stateFile, machine.files)
  let now = routing.emptyRouting
  const awaited = new Set<string>()
  let closed = false

  const state = async (): Promise<RouterState> => {
    await back
    const {stable, candidate, weightPercent, mirrorPercent, standby, restoring} = now
    const healthOf = async (version: string | null) => (version === null ? null : backends.health(version))
    const watched = restoring ?? candidate
    const [health, stableHealth] = await Promise.all([healthOf(watched), healthOf(stable)])
    const detail = describeHealth(watched, health) ?? describeHealth(stable, stableHealth)
    const requests = Object.fromEntries([...routing.wanted(now)].map(version => [version, tally.statusesOf(version)]))
    const candidateReady = candidate === null ? null : (health?.ready ?? false)
    return {
      stable,
      candidate,
      weight: weightPercent,
      mirrorPercent,
      standby,
      restoring,
      candidateReady,
      stableReady: stableHealth?.ready ?? null,
      ...(detail === undefined ? {} : {detail}),
      requests,
    }
  }

  // Nothing is said and nothing done before the services of the router before are found again.
  const {promise: back, resolve: comeBack} = Promise.withResolvers<void>()
  // One act at a time: each sees the state that the one before has left and written down.
  let queue: Promise<unknown> = back
  const act = (
    change: (from: routing.Routing) => routing.Change | Promise<routing.Change>,
    named: string | null = null,
  ): Promise<routing.Change> => {
    const done = queue.then(async () => {
      const outcome = await change(now)
      if (outcome.kind === 'changed') await settle(outcome.routing, named)
      return outcome
    })
    queue = done.catch(() => {})
    return done
  }

  /**
   * Makes the world as `next` says: services first, then the traffic, then the paper, then what is not needed any more.
   * Only a release that is new here or that the act names is started: one that crashed stays down, so that it is seen.
   */
  async function settle(next: routing.Routing, named: string | null): Promise<void> {
    const before = routing.wanted(now)
    const after = routing.wanted(next)
    for (const version of after) {
      const spec = next.releases[version]
      if (spec !== undefined && (version === named || !before.has(version))) await backends.ensure(version, spec)
    }
    now = next
    await remember(options.stateFile, machine.files, next, backends.records())
    for (const version of before) if (!after.has(version)) backends.retire(version)
    if (next.restoring !== null) wait(next.restoring)
  }

  function wait(version: string): void {
    awaitArrival(version).catch(error =>
      log.warning(`release ${version} is ready and cannot be restored: ${messageOf(error)}`),
    )
  }

  async function awaitArrival(version: string): Promise<void> {
    if (awaited.has(version)) return
    awaited.add(version)
    const until = clock.now().getTime() + readyWithinMs
    while (!closed && now.restoring === version && clock.now().getTime() < until) {
      if ((await backends.health(version)).ready) {
        await act(from => ({kind: 'changed', routing: routing.arrive(from, version)}))
        break
      }
      await clock.sleep(50)
    }
    awaited.delete(version)
  }

  const sessionOf = (headers: IncomingHttpHeaders): string | null => {
    const session = options.sessionHeader === undefined ? undefined : headers[options.sessionHeader.toLowerCase()]
    return typeof session === 'string' ? session : null
  }
  const mirror = createMirror(
    {...defaultMirrorLimits, ...options.mirror},
    {
      clock,
      log,
      choose: (headers, servedBy) => {
        if (now.mirrorPercent === 0) return null
        const session = sessionOf(headers)
        return routing.chooseMirror(now, servedBy, session === null ? mirrorDraw() : drawOfSession(`mirror ${session}`))
      },
      urlOf: backends.urlOf,
      enter: backends.enter,
      tally: mirrorTally,
      countCopy: tally.countCopy,
    },
  )
  const proxy = createProxy({
    clock,
    choose: headers => {
      const session = sessionOf(headers)
      return routing.chooseRelease(now, session === null ? draw() : drawOfSession(session))
    },
    mirror,
    urlOf: backends.urlOf,
    enter: backends.enter,
    count: tally.count,
  })
  const control = createControl(
    {
      state,
      urlOf: backends.urlOf,
      trafficPage: version => tally.render(version) + mirrorTally.render(version),
      register: (version, spec) => act(from => routing.register(from, version, spec)),
      deploy: version => act(from => routing.deploy(from, version), version),
      setWeight: percent => act(from => routing.setWeight(from, percent)),
      mirror: percent => act(from => routing.mirror(from, percent)),
      promote: version => act(from => routing.promote(from, version)),
      restore: version =>
        act(async from => routing.restore(from, version, (await backends.health(version)).ready), version),
    },
    machine,
  )
  const host = options.host ?? '127.0.0.1'
  try {
    const [port, controlPort] = [
      await listen(proxy.server, options.port, host),
      await listen(control, options.controlPort, '127.0.0.1'),
    ]
    // Ports first: a second router of the same state file ends here, before it touches the services of the first.
    await findAgain(memory, backends)
    now = memory.routing
    comeBack()
    if (now.restoring !== null) wait(now.restoring)
    log.info(`router: traffic on port ${port}, control API on port ${controlPort}`)
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      controlUrl: `http://127.0.0.1:${controlPort}`,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }

  async function close(): Promise<void> {
    closed = true
    comeBack()
    await Promise.all([proxy.server, control].map(server => shut(server, clock)))
    proxy.close()
    mirror.close()
    await queue
    await backends.close()
  }
}

/** `v2 exited with code 1`: why a release is not ready. */
function describeHealth(version: string | null, health: Health | null): string | undefined {
  return health?.detail === undefined ? undefined : `${version} ${health.detail}`
}

/** The services of the router that was here before: taken over where they live, started where they do not. */
async function findAgain(memory: Memory, backends: Backends): Promise<void> {
  for (const version of routing.wanted(memory.routing)) {
    const spec = memory.routing.releases[version]
    const record = memory.processes[version]
    const found = record !== undefined && (await backends.adopt(version, record))
    if (!found && spec !== undefined) await backends.ensure(version, spec)
  }
}

function logFolderOf({stateFile}: RouterOptions): string | null {
  return stateFile === undefined ? null : path.join(path.dirname(stateFile), 'router-logs')
}
