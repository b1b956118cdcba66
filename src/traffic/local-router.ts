/**
 * The embedded router: a process of its own that stands in front of two releases on one machine, for demos, tests and
 * small installations. It outlives the commands that drive it through its control API (`local.ts`).
 * Its parts: `router/routing.ts` (who serves what), `proxy.ts` (the traffic), `mirror.ts` (copies of it), `backends.ts`
 * (the services), `arrivals.ts` (those that have to start first), `control.ts` (the API), `memory.ts` (what it writes down).
 */
import type {IncomingHttpHeaders} from 'node:http'
import * as path from 'node:path'
import {messageOf} from '../core/failure.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {createAlarm} from './router/alarm.ts'
import {createArrivals} from './router/arrivals.ts'
import {createBackends} from './router/backends.ts'
import {createControl, type RouterState} from './router/control.ts'
import {createDraws, drawOfSession} from './router/draws.ts'
import {findAgain} from './router/find-again.ts'
import {listen, shut} from './router/listening.ts'
import {recall, remember} from './router/memory.ts'
import {createMirror, defaultMirrorLimits, type MirrorLimits} from './router/mirror.ts'
import {createMirrorTally} from './router/mirror-tally.ts'
import {observe} from './router/observe.ts'
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
  /**
   * How long the old release stays up after a promotion, so that going back takes no start. Default: 0, it is stopped once
   * its requests are answered; a roll-back then starts it again, and the new one serves until it is ready.
   */
  readonly standbyMs?: number
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
/** How long who restores a release waits for an answer that says that it serves. */
const answerWithinMs = 30_000

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
  let closed = false
  const closing = new AbortController()

  const state = async (): Promise<RouterState> => {
    await back
    return observe(now, backends, tally)
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
    const isNew = next.restoring !== now.restoring
    for (const version of after) {
      const spec = next.releases[version]
      if (spec !== undefined && (version === named || !before.has(version))) await backends.ensure(version, spec)
    }
    now = next
    // What is about to be stopped is written down too: a router that dies meanwhile finds it again, and stops it.
    await remember(options.stateFile, machine.files, next, backends)
    for (const version of before) if (!after.has(version)) whenGone(backends.retire(version))
    alarm.set(closed ? null : next.standbyUntil)
    if (next.restoring !== null && (isNew || next.restoring === named)) void arrivals.wait(next.restoring)
  }

  /** Only the paper still knows of a service that has ended. */
  function whenGone(ended: Promise<void>): void {
    ended
      .then(() => (closed ? undefined : act(from => ({kind: 'changed', routing: from}))))
      .catch(error => log.warning(`the end of a service could not be written down: ${messageOf(error)}`))
  }

  const alarm = createAlarm(clock, () => {
    act(from => ({kind: 'changed', routing: routing.endStandby(from, clock.now().getTime())})).catch(error =>
      log.warning(`the release on standby could not be stopped: ${messageOf(error)}`),
    )
  })

  const isReady = async (version: string): Promise<boolean> => (await backends.health(version)).ready
  const arrivals = createArrivals({
    withinMs: readyWithinMs,
    isAwaited: version => !closed && now.restoring === version,
    isRunning: version => backends.urlOf(version) !== null,
    isReady,
    arrive: version => act(from => ({kind: 'changed', routing: routing.arrive(from, version)})),
    clock,
    log,
  })

  async function promote(version: string): Promise<routing.Change> {
    const {standbyMs = 0} = options
    const until = standbyMs === 0 ? null : clock.now().getTime() + standbyMs
    return act(from => routing.promote(from, version, until))
  }

  /** Answers once `version` serves, as far as that is soon. */
  async function restore(version: string): Promise<routing.Change> {
    const change = await act(async from => routing.restore(from, version, await upNow(from, version)), version)
    if (change.kind === 'changed' && change.routing.restoring === version) {
      const patience = new AbortController()
      const signal = AbortSignal.any([patience.signal, closing.signal])
      await Promise.race([arrivals.wait(version), clock.sleep(answerWithinMs, signal)])
      patience.abort()
    }
    return change
  }

  async function upNow({stable, candidate}: routing.Routing, version: string): Promise<ReadonlySet<string>> {
    // Nobody else is asked when this one is up: a candidate that hangs must not delay its own end.
    if (await isReady(version)) return new Set([version])
    const others = [stable, candidate].filter(each => each !== null)
    const answers = await Promise.all(others.map(async each => ((await isReady(each)) ? [each] : [])))
    return new Set(answers.flat())
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
      promote,
      restore,
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
    now = routing.endStandby(memory.routing, clock.now().getTime())
    await findAgain(memory, now, backends)
    comeBack()
    // Written down anew: the services may be others by now, and those that nobody needs are being stopped.
    await act(from => ({kind: 'changed', routing: from}), now.restoring)
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
    closing.abort()
    alarm.set(null)
    comeBack()
    await Promise.all([proxy.server, control].map(server => shut(server, clock)))
    proxy.close()
    mirror.close()
    await queue
    await backends.close()
  }
}

function logFolderOf({stateFile}: RouterOptions): string | null {
  return stateFile === undefined ? null : path.join(path.dirname(stateFile), 'router-logs')
}
