/**
 * Engines that are broken on purpose, each by a wrapped port: what an invariant cannot notice, it does not hold. The
 * code under test stays as it is.
 */
import type {LedgerEvent} from '../../src/rollout/events.ts'
import type {RolloutPorts} from '../../src/rollout/ports.ts'
import type {RolloutPlan} from '../../src/rollout/stages.ts'
import {passing} from '../rollout/world.ts'
import type {Mutation} from './processes.ts'
import {simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {type RouterMutation, releases} from './world.ts'

export interface Mutant {
  readonly name: string
  /** The invariant that notices it. */
  readonly foundAs: string
  /** Plans by whose stories alone it can be noticed; absent: all. */
  readonly plans?: RegExp
  readonly mutate?: Mutation
  /** Of the router itself, behind every port. */
  readonly mutateRouter?: RouterMutation
}

/** Within so many stories every one of them is to be found. */
export const seedsAllowed = 300

export interface Found {
  readonly seed: number
  readonly breach: string
}

/** The first story in which the invariant that should notice `mutant` does so; null when none does. */
export async function findMutant({foundAs, plans = /./, ...options}: Mutant): Promise<Found | null> {
  for (let seed = 1; seed <= seedsAllowed; seed++) {
    const story = storyOf(seed)
    if (!plans.test(story.plan)) continue
    const {breaches} = await simulate(story, options)
    const breach = breaches.find(each => each.includes(`  ${foundAs}: `))
    if (breach !== undefined) return {seed, breach}
  }
  return null
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
    foundAs: 'time-moves-on',
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
    mutate: reading(event => (event.type === 'requested' && event.request === 'abort' ? null : event)),
  },
  {
    name: 'a driver that watches each stage for a quarter of its dwell',
    foundAs: 'dwell',
    mutate: reading(event =>
      withPlan(event, plan => ({...plan, stages: plan.stages.map(each => ({...each, dwellMs: each.dwellMs / 4}))})),
    ),
  },
  {
    name: 'a driver that skips the first stage',
    foundAs: 'order',
    mutate: reading(event => withPlan(event, plan => ({...plan, stages: plan.stages.slice(1)}))),
  },
  {
    name: 'a driver that forgets the last stage',
    foundAs: 'order',
    mutate: reading(event => withPlan(event, plan => ({...plan, stages: plan.stages.slice(0, -1)}))),
  },
  {
    name: 'a driver that waits for no approval',
    foundAs: 'approvals',
    plans: /approvals/,
    mutate: reading(event => withPlan(event, plan => ({...plan, approvals: []}))),
  },
  {
    name: 'a driver that asks nobody before a stage',
    foundAs: 'ask-first',
    plans: /asks/,
    mutate: reading(event =>
      withPlan(event, plan => ({...plan, stages: plan.stages.map(each => ({...each, askFirst: false}))})),
    ),
  },
  {
    name: 'a driver that knows no freeze and no office hours',
    foundAs: 'freeze',
    plans: /freeze|office/,
    mutate: reading(event => withPlan(event, plan => ({...plan, freeze: [], onlyDuring: []}))),
  },
  {
    name: 'a driver that knows no deadline',
    foundAs: 'deadline',
    plans: /deadline/,
    mutate: reading(event => withPlan(event, ({deadlineMs: _, ...plan}) => plan)),
  },
  {
    name: 'a driver that does not see that another one has taken over',
    foundAs: 'one-driver',
    mutate: (ports, {name}) =>
      reading(event => (event.type === 'taken-over' && event.by !== name ? null : event))(ports, name),
  },
  {
    name: 'a start that sees an empty ledger',
    foundAs: 'one-rollout',
    mutate: (ports, process) => (process.kind === 'start' && process.ticks === 0 ? reading(() => null)(ports) : ports),
  },
  {
    name: 'a person whose word reaches any rollout',
    foundAs: 'stale-word',
    mutate: (ports, {kind}) => (kind === 'word' ? renamed(ports) : ports),
  },
  {
    name: 'a driver that goes on copying requests beside its weight',
    foundAs: 'mirror-or-weight',
    plans: /shadow/,
    mutate: ports => {
      let isOver = false
      return {
        ...ports,
        target: {
          ...ports.target,
          mirror: async percent => {
            isOver = percent === 0
            if (percent > 0) await ports.target.mirror(percent)
          },
          read: async () => ({...(await ports.target.read()), ...(isOver ? {mirrorPercent: 0} : {})}),
        },
      }
    },
  },
  {
    name: 'a router that drops the old release when the new one has everything',
    foundAs: 'way-back',
    mutateRouter: router => ({
      ...router,
      setWeight(percent) {
        router.setWeight(percent)
        const {candidate} = router.read()
        if (percent === 100 && (candidate === 'v2' || candidate === 'v3')) router.promote(releases[candidate])
      },
    }),
  },
  {
    name: 'a router that restores in words only',
    foundAs: 'at-rest',
    mutateRouter: router => {
      let isRestored = false
      return {
        ...router,
        deploy(release) {
          isRestored = false
          router.deploy(release)
        },
        restore() {
          isRestored = true
        },
        read: () =>
          isRestored
            ? {...router.read(), candidate: null, desiredWeightPercent: 0, observedWeightPercent: 0}
            : router.read(),
      }
    },
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
    foundAs: 'intent-first',
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
    foundAs: 'ends',
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

/** A ledger whose events are read otherwise than they were written; null: not at all. */
function reading(
  as: (event: LedgerEvent) => LedgerEvent | null,
): (ports: RolloutPorts, ...rest: unknown[]) => RolloutPorts {
  return ports => ({
    ...ports,
    ledger: {
      ...ports.ledger,
      read: async () => {
        const page = await ports.ledger.read()
        return {...page, events: page.events.map(as).filter(event => event !== null)}
      },
    },
  })
}

function withPlan(event: LedgerEvent, change: (plan: RolloutPlan) => RolloutPlan): LedgerEvent {
  return event.type === 'rollout-started' ? {...event, plan: change(event.plan)} : event
}

/** Every rollout is the one that was meant. */
function renamed(ports: RolloutPorts): RolloutPorts {
  const meant = 'another rollout'
  let real: string | null = null
  const read = reading(event => {
    if (event.rollout === null) return event
    real = event.rollout
    return {...event, rollout: meant}
  })(ports)
  return {
    ...read,
    ledger: {
      ...read.ledger,
      append: (event, version) => ports.ledger.append(real === null ? event : {...event, rollout: real}, version),
    },
  }
}
