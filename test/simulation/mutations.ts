/**
 * Engines that are broken on purpose, each by a wrapped port: what an invariant cannot notice, it does not hold. The
 * code under test stays as it is.
 */
import type {LedgerEvent} from '../../src/rollout/events.ts'
import {passing} from '../rollout/world.ts'
import type {Mutation} from './processes.ts'

export interface Mutant {
  readonly name: string
  /** Beginning of a breach by which it is found. */
  readonly foundAs: string
  readonly mutate: Mutation
}

export const mutants: readonly Mutant[] = [
  {
    name: 'a driver that acts without writing its intent',
    foundAs: 'intent-first',
    mutate: ports => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        append: (event, version) =>
          event.type === 'act-intended'
            ? Promise.resolve({kind: 'appended', version: version ?? '0'})
            : ports.ledger.append(event, version),
      },
    }),
  },
  {
    name: 'a driver that sends more traffic than it intended',
    foundAs: 'intent-first',
    mutate: ports => ({
      ...ports,
      target: {...ports.target, setWeight: percent => ports.target.setWeight(Math.min(100, percent + 1))},
    }),
  },
  {
    name: 'a ledger without compare-and-swap',
    foundAs: '',
    mutate: ports => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        append: async (event, version) => {
          const outcome = await ports.ledger.append(event, version)
          if (outcome.kind === 'appended') return outcome
          return ports.ledger.append(event, (await ports.ledger.read()).version)
        },
      },
    }),
  },
  {
    name: 'a ledger that keeps an event as often as it is sent',
    foundAs: 'each-event-once',
    mutate: ports => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        append: async (event, version) => {
          await ports.ledger.append({...event, id: `${event.id} first`}, version)
          return ports.ledger.append(event, (await ports.ledger.read()).version)
        },
      },
    }),
  },
  {
    name: 'a driver that does not hear that an abort was asked for',
    foundAs: 'abort-wins',
    mutate: ports => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        read: async () => {
          const page = await ports.ledger.read()
          const isAbort = (event: (typeof page.events)[number]) =>
            event.type === 'requested' && event.request === 'abort'
          return {...page, events: page.events.filter(event => !isAbort(event))}
        },
      },
    }),
  },
  {
    name: 'a driver that watches each stage for a quarter of its dwell',
    foundAs: 'dwell',
    mutate: ports => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        read: async () => {
          const page = await ports.ledger.read()
          return {...page, events: page.events.map(event => hurried(event))}
        },
      },
    }),
  },
  {
    name: 'a driver that takes any release for one with evidence',
    foundAs: 'evidence-first',
    mutate: ports => ({
      ...ports,
      evidence: {
        ...ports.evidence,
        find: async (kind, digest) => {
          await ports.evidence.find(kind, digest)
          return [passing(kind, digest)]
        },
      },
    }),
  },
  {
    name: 'a source that counts each request twice',
    foundAs: 'counted-once',
    mutate: ports => ({
      ...ports,
      source: {
        ...ports.source,
        read: async (queries, versions) => {
          const {guards} = await ports.source.read(queries, versions)
          return {guards: JSON.parse(JSON.stringify(guards), (key, value) => (key === 'n' ? 2 * value : value))}
        },
      },
    }),
  },
  {
    name: 'a source that sees no failure',
    foundAs: 'no-harm',
    mutate: ports => ({
      ...ports,
      source: {
        ...ports.source,
        read: async (queries, versions) => {
          const {guards} = await ports.source.read(queries, versions)
          return {
            guards: JSON.parse(JSON.stringify(guards), (key, value) =>
              key === 'bad' || key === 'suspect' ? 0 : value,
            ),
          }
        },
      },
    }),
  },
  {
    name: 'a target that calls every candidate unready',
    foundAs: 'same-end',
    mutate: ports => ({
      ...ports,
      target: {...ports.target, read: async () => ({...(await ports.target.read()), candidateReady: false})},
    }),
  },
  {
    name: 'a target that promotes where it should only deploy',
    foundAs: '',
    mutate: ports => ({
      ...ports,
      target: {
        ...ports.target,
        deploy: async release => {
          await ports.target.deploy(release)
          await ports.target.promote(release)
        },
      },
    }),
  },
  {
    name: 'a driver that forgets to restore',
    foundAs: '',
    mutate: ports => ({...ports, target: {...ports.target, restore: async () => {}}}),
  },
  {
    name: 'a driver that never waits',
    foundAs: 'no-loop',
    mutate: ports => ({...ports, clock: {...ports.clock, sleep: async () => {}}}),
  },
  {
    name: 'a driver that writes what no ledger can read',
    foundAs: 'readable',
    mutate: ports => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        append: (event, version) =>
          ports.ledger.append(event.type === 'handed-over' ? {...event, by: ''} : event, version),
      },
    }),
  },
  {
    name: 'a driver whose clock goes back',
    foundAs: 'time-moves-on',
    mutate: (ports, process) => ({
      ...ports,
      clock: {...ports.clock, now: () => new Date(ports.clock.now().getTime() - process.ticks * 30 * 60_000)},
    }),
  },
]

function hurried(event: LedgerEvent): LedgerEvent {
  if (event.type !== 'rollout-started') return event
  const stages = event.plan.stages.map(stage => ({...stage, dwellMs: stage.dwellMs / 4}))
  return {...event, plan: {...event.plan, stages}}
}
