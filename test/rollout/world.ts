/** A small world for the tests of the engine: one environment, v1 in production, v2 with passing evidence. */
import {createHash} from 'node:crypto'
import {configSchema, type EnvironmentConfig} from '../../src/config/schema.ts'
import type {Digest} from '../../src/core/digest.ts'
import type {Release} from '../../src/core/release.ts'
import type {Evidence, EvidenceKind} from '../../src/evidence/evidence.ts'
import type {EvidenceStore} from '../../src/evidence/store.ts'
import {describeAct} from '../../src/rollout/event-words.ts'
import type {EventOf, EventType} from '../../src/rollout/events.ts'
import type {RolloutPorts, RolloutScope} from '../../src/rollout/ports.ts'
import {startRollout} from '../../src/rollout/run/start.ts'
import {type RolloutState, stateOf} from '../../src/rollout/state.ts'
import {silentLog} from '../../src/runtime/log.ts'
import {type FakeClock, fakeClock} from '../fakes/clock.ts'
import {type FakeLedger, fakeLedger} from '../fakes/ledger.ts'
import {type FakeSource, fakeSource} from '../fakes/source.ts'
import {type FakeTarget, fakeTarget} from '../fakes/target.ts'

export interface World {
  readonly ports: RolloutPorts & {ledger: FakeLedger; target: FakeTarget; source: FakeSource; clock: FakeClock}
  readonly evidence: Evidence[]
}

export const scope: RolloutScope = {service: 'credit', environment: 'production', by: 'anna'}

export const v1 = release('v1')
export const v2 = release('v2')

export function release(version: string): Release {
  return {version, model: digestOf(`model of ${version}`)}
}

export function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** Traffic flows while the clock moves: `perSecond` requests in all, split by the router's weight. */
export interface Traffic {
  readonly perSecond: number
  /** Share of bad requests by version; 0 for the others. */
  readonly bad: Readonly<Record<string, number>>
}

export interface WorldOptions {
  readonly stable?: string | null
  readonly traffic?: Traffic
  readonly guards?: readonly string[]
}

export function createWorld({stable = 'v1', traffic, guards = ['errors']}: WorldOptions = {}): World {
  const target = fakeTarget(stable)
  const source = fakeSource()
  const ledger = fakeLedger()
  const evidence: Evidence[] = []
  const carry = new Map<string, number>()
  const clock = fakeClock(undefined, durationMs => {
    if (!traffic) return
    const weight = (target.state.observedWeightPercent ?? 0) / 100
    // Copies of what the stable release serves come on top of the candidate's own requests.
    const copies = ((target.state.mirrorPercent ?? 0) / 100) * (1 - weight)
    serve(target.state.candidate, weight + copies, durationMs)
    serve(target.state.stable, 1 - weight, durationMs)
  })

  /** Fractions of requests are carried over, so that counts follow the rates exactly and without chance. */
  function serve(version: string | null, share: number, durationMs: number): void {
    if (version === null || share === 0 || !traffic) return
    const n = whole(`${version} n`, (traffic.perSecond * share * durationMs) / 1000)
    const bad = Math.min(n, whole(`${version} bad`, n * (traffic.bad[version] ?? 0)))
    for (const guard of guards) source.count(guard, version, {n, bad})
  }

  function whole(name: string, amount: number): number {
    const sum = (carry.get(name) ?? 0) + amount
    const taken = Math.floor(sum + 1e-9)
    carry.set(name, sum - taken)
    return taken
  }

  let ids = 0
  const store: EvidenceStore = {
    find: async (kind, digest) => evidence.filter(each => each.kind === kind && each.digest === digest),
    record: async each => void evidence.push(each),
  }
  evidence.push(passing('model', v2.model))
  const newId = () => `id-${++ids}`
  return {ports: {ledger, target, source, evidence: store, clock, newId, log: silentLog}, evidence}
}

/** A world in which the rollout of v2 against v1 has been started, and nothing has moved yet. */
export async function started(options: WorldOptions, config: EnvironmentConfig = environment()): Promise<World> {
  const world = createWorld(options)
  await startRollout(world.ports, scope, {environment: config, candidate: v2, stable: v1})
  return world
}

/** For `runRollout`: a job that lasts so many minutes from now on. */
export function until({ports}: World, minutes: number): {readonly until: number} {
  return {until: ports.clock.now().getTime() + minutes * 60_000}
}

export function rolloutOf({ports}: World): RolloutState {
  const {rollout} = stateOf(ports.ledger.events)
  if (!rollout) throw new Error('no rollout')
  return rollout
}

export function eventsOf<T extends EventType>({ports}: World, type: T): EventOf<T>[] {
  return ports.ledger.events.filter((event): event is EventOf<T> => event.type === type)
}

/** What the ledger says that the target was asked for, in order: `deploy v2`, `set the weight to 5%`. */
export function actsOf(world: World): string[] {
  return eventsOf(world, 'act-intended').map(({act}) => describeAct(act))
}

export function passing(kind: EvidenceKind, digest: Digest): Evidence {
  return {
    schemaVersion: 1,
    kind,
    service: 'credit',
    digest,
    verdict: 'pass',
    reason: 'model/passed',
    summary: 'good',
    policy: digestOf('policy'),
    at: '2026-01-01T00:00:00.000Z',
    by: 'test',
    findings: [],
  }
}

/** An environment of slipway.yml with this rollout part. */
export function environment(rollout: object = {}, rest: object = {}): EnvironmentConfig {
  const config = configSchema.parse({
    version: 1,
    service: 'credit',
    model: {files: 'model/'},
    validation: {},
    environments: {
      production: {
        target: {kind: 'local', router: 'http://127.0.0.1:1'},
        telemetry: {kind: 'scrape', url: ['http://127.0.0.1:2/{version}']},
        rollout: {
          stages: [
            {weight: '5%', for: '1h'},
            {weight: '50%', for: '1h'},
          ],
          guards: [{name: 'errors', share: {of: 'requests_total', bad: 'code="500"'}, 'at-most': '1%'}],
          ...rollout,
        },
        ...rest,
      },
    },
  })
  const found = config.environments.production
  if (!found) throw new Error('the config of this test has no environment production')
  return found
}
