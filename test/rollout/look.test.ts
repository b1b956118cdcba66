import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {formatInstant} from '../../src/core/instant.ts'
import {describeEvent} from '../../src/rollout/event-words.ts'
import type {EventOf, LedgerEvent, Unstamped} from '../../src/rollout/events.ts'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import {parseEvent} from '../../src/rollout/ledgers/event-schema.ts'
import {foldReading} from '../../src/rollout/look.ts'
import {planRollout} from '../../src/rollout/stages.ts'
import {type RolloutState, stateOf} from '../../src/rollout/state.ts'
import {isCounts} from '../../src/rollout/tally.ts'
import type {GuardReading, Reading, Series, Source} from '../../src/telemetry/source.ts'
import {type Pod, podSource, type Silence} from '../fakes/pods.ts'
import {environment, scope, v1, v2} from './world.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')
const minute = 60_000
const years = 5_000_000

/** A rollout of v2 against v1, deployed at minute 1 and looked at by hand. */
function beginRollout(more: readonly PlannedGuard[] = []) {
  const events: LedgerEvent[] = []
  let now = start
  const append = (event: Unstamped) => {
    const stamped = {...event, schemaVersion: 1, id: `e${events.length}`, at: formatInstant(now), by: scope.by}
    // Through the door of a ledger: what a look keeps must come back as it was.
    events.push(parseEvent(JSON.parse(JSON.stringify(stamped)), 'event'))
  }
  const rollout = (): RolloutState => {
    const state = stateOf(events).rollout
    if (!state) throw new Error('no rollout')
    return state
  }
  const capabilities = {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true}
  const plan = planRollout({environment: environment(), candidate: v2, stable: v1, capabilities, policyLoosened: false})
  const guards = [...plan.guards, ...more]
  append({type: 'rollout-started', rollout: 'r', candidate: v2, stable: v1, plan: {...plan, guards}})
  const act = (name: string, it: EventOf<'act-intended'>['act']) => {
    append({type: 'act-intended', rollout: 'r', act: it, reason: 'rollout/started', why: name})
    const intent = events.at(-1)?.id ?? ''
    append({type: 'act-confirmed', rollout: 'r', intent})
  }
  now += minute
  act('deploy', {kind: 'deploy', release: v2})
  return {
    get now() {
      return now
    },
    get rollout() {
      return rollout()
    },
    wait(ms: number) {
      now += ms
    },
    mirror: (percent: number) => act('mirror', {kind: 'mirror', percent, stage: 0}),
    setWeight: (weightPercent: number, stage = 0) => act('weight', {kind: 'set-weight', weightPercent, stage}),
    see(reading: GuardReading, others: Readonly<Record<string, GuardReading>> = {}): EventOf<'measured'> {
      append(foldReading(rollout(), {guards: {errors: reading, ...others}}, now))
      const event = events.at(-1)
      if (event?.type !== 'measured') throw new Error('not measured')
      return event
    },
    async look(source: Source): Promise<EventOf<'measured'>> {
      const {guards} = await source.read([rollout().plan.guards[0]?.query ?? fail()], {candidate: 'v2', stable: 'v1'})
      return this.see(guards.errors ?? fail())
    },
    /** What was counted: for the stable release, while the candidate had traffic. */
    counted() {
      const sum = {candidate: 0, candidateBad: 0, stable: 0}
      for (const {weightPercent, candidate, stable} of rollout().guards.errors?.atWeights ?? []) {
        if (!isCounts(candidate)) continue
        sum.candidate += candidate.n
        sum.candidateBad += candidate.bad
        if (weightPercent > 0) sum.stable += stable.n
      }
      return sum
    },
  }
}

function fail(): never {
  throw new Error('the guard of this test is missing')
}

const counted = (candidate: Series, stable: Series): GuardReading => ({kind: 'counted', candidate, stable})

describe('a series that begins late', () => {
  const begun = start + 10 * minute
  test.each<[string, Series[string], number]>([
    ['began in this rollout: all its requests count', {n: 40, bad: 2, beganAt: begun}, 40],
    ['began years ago: its history does not count', {n: years, bad: 70, beganAt: start - 1e10}, 0],
    ['nobody knows when it began: its history does not count', {n: years, bad: 70}, 0],
  ])('that of a candidate pod that %s', (_, late, n) => {
    const world = beginRollout()
    world.see(counted({a: {n: 0, bad: 0}}, {s: {n: 100, bad: 0}}))
    world.setWeight(5)
    world.wait(20 * minute)
    const {notes} = world.see(counted({a: {n: 10, bad: 0}, late}, {s: {n: 300, bad: 0}}))
    expect(world.counted()).toMatchObject({candidate: 10 + n, stable: 200})
    expect(notes).toEqual(n > 0 ? [] : [expect.stringContaining('errors: candidate series late is new with 5000000')])
    world.see(counted({late: {...late, n: late.n + 7}}, {s: {n: 300, bad: 0}}))
    expect(world.counted()).toMatchObject({candidate: 17 + n})
  })

  test('of the stable release counts whole only when it began after the base line, not while approval was awaited', () => {
    const world = beginRollout()
    world.wait(60 * minute)
    world.see(counted({a: {n: 0, bad: 0}}, {s: {n: 100, bad: 0}}))
    const [before, after] = [{beganAt: world.now - minute}, {beganAt: world.now + minute}]
    world.setWeight(5)
    world.wait(20 * minute)
    world.see(
      counted({a: {n: 1, bad: 0}}, {s: {n: 100, bad: 0}, t: {n: 9, bad: 0, ...before}, u: {n: 4, bad: 0, ...after}}),
    )
    expect(world.counted()).toMatchObject({candidate: 1, stable: 4})
  })

  test('during an outage of the metrics server is known by its beginning once the server is back', () => {
    const world = beginRollout()
    world.see(counted({a: {n: 0, bad: 0}}, {s: {n: 100, bad: 0}}))
    world.setWeight(5)
    world.wait(minute)
    world.see({kind: 'query-failed', detail: 'down'})
    world.wait(minute)
    world.see(counted({a: {n: 5, bad: 0}, b: {n: 6, bad: 6, beganAt: world.now - 1000}}, {s: {n: 100, bad: 0}}))
    expect(world.counted()).toEqual({candidate: 11, candidateBad: 6, stable: 0})
  })

  test('before the candidate has traffic is a base line: what a deployment tries out is no user', () => {
    const world = beginRollout()
    const tried = {n: 12, bad: 3, beganAt: world.now}
    world.see(counted({a: tried}, {s: {n: 100, bad: 0}}))
    world.wait(minute)
    world.see(counted({a: tried, b: tried}, {s: {n: 100, bad: 0}}))
    world.setWeight(5)
    world.see(counted({a: {...tried, n: 14}, b: {...tried, n: 15}}, {s: {n: 100, bad: 0}}))
    expect(world.counted()).toMatchObject({candidate: 5, candidateBad: 0})
  })
})

describe('a candidate that exports no counter before its first request', () => {
  const first = {n: 12, bad: 12}

  test.each<[string, GuardReading, Series[string]]>([
    [
      'and whose start is known',
      {kind: 'no-data', detail: 'candidate v2 has no data', candidate: {}, stable: {s: {n: years, bad: 9}}},
      {...first, beganAt: start + 2 * minute},
    ],
    [
      'and whose page was seen without it',
      {kind: 'no-data', detail: 'no series', candidate: {a: {n: 0, bad: 0}}, stable: {s: {n: years, bad: 9}}},
      first,
    ],
    [
      'beside a stable release that exported none either',
      {kind: 'no-data', detail: 'no series', candidate: {a: {n: 0, bad: 0}}, stable: {s: {n: 0, bad: 0}}},
      {...first, beganAt: start + 2 * minute},
    ],
  ])('is judged from its first request, %s', (_, silent, appears) => {
    const world = beginRollout()
    expect(world.see(silent)).toMatchObject({guards: {}, absent: {errors: {kind: 'no-data'}}})
    world.setWeight(5)
    world.wait(minute)
    const stable = silent.kind === 'no-data' ? (silent.stable?.s?.n ?? 0) : 0
    const event = world.see(counted({a: appears}, {s: {n: stable + 200, bad: 9}}))
    expect(event.guards.errors?.candidate).toEqual({n: 12, bad: 12, suspect: 12})
    expect(event.guards.errors?.stable.n).toBe(200)
  })

  test('has no evidence while it is silent, and the requests of the stable release meanwhile are counted with its first', () => {
    const world = beginRollout()
    const silent = (n: number): GuardReading => ({
      kind: 'no-data',
      detail: 'no',
      candidate: {},
      stable: {s: {n, bad: 0}},
    })
    world.see(silent(1000))
    world.setWeight(5)
    for (const n of [1100, 1200]) {
      world.wait(minute)
      world.see(silent(n))
      expect(world.counted()).toEqual({candidate: 0, candidateBad: 0, stable: 0})
    }
    world.see(counted({a: {n: 3, bad: 0, beganAt: start + 2 * minute}}, {s: {n: 1250, bad: 0}}))
    expect(world.counted()).toEqual({candidate: 3, candidateBad: 0, stable: 250})
  })

  test('at weight 0 lets the base line of the stable release move on', () => {
    const world = beginRollout()
    for (const n of [1000, 2000]) world.see({kind: 'no-data', detail: 'no', stable: {s: {n, bad: 0}}})
    world.setWeight(5)
    world.wait(2 * minute)
    world.see(counted({a: {n: 3, bad: 0, beganAt: start + 2 * minute}}, {s: {n: 2050, bad: 0}}))
    expect(world.counted()).toEqual({candidate: 3, candidateBad: 0, stable: 50})
  })

  test('beside a counter that no process can have makes the look a failed one', () => {
    const world = beginRollout()
    const event = world.see({kind: 'no-data', detail: 'no', stable: {s: {n: -1, bad: 0}}})
    expect(event).toMatchObject({absent: {errors: {kind: 'query-failed'}}, snapshot: {}})
  })
})

describe('a look that misses a series', () => {
  const stable = (n: number) => ({s: {n, bad: 0}})
  const begin = () => {
    const world = beginRollout()
    world.see(counted({a: {n: 0, bad: 0}, b: {n: 0, bad: 0}}, stable(100)))
    world.setWeight(5)
    return world
  }

  test('counts what it sees, and says that it saw a part', () => {
    const world = begin()
    const event = world.see(counted({a: {n: 30, bad: 9}}, stable(200)))
    expect(event.guards.errors?.candidate).toEqual({n: 30, bad: 9, suspect: 9})
    expect(event.partial).toEqual({errors: 'a series that had counted is not in the answer: candidate b'})
    expect(world.rollout.lastLook?.partial).toEqual(event.partial)
  })

  test('is whole again when the series returns, and counts what it served meanwhile', () => {
    const world = begin()
    world.see(counted({a: {n: 30, bad: 0}}, stable(200)))
    const event = world.see(counted({a: {n: 40, bad: 0}, b: {n: 25, bad: 5}}, stable(300)))
    expect(event.partial).toBeUndefined()
    expect(world.counted()).toEqual({candidate: 65, candidateBad: 5, stable: 200})
  })

  test('is whole again at the third look without it: the process has ended, and a note says so', () => {
    const world = begin()
    const looks = [1, 2, 3, 4].map(n => world.see(counted({a: {n, bad: 0}}, stable(100 + n))))
    expect(looks.map(look => look.partial !== undefined)).toEqual([true, true, false, false])
    expect(looks[2]?.notes).toEqual(['errors: candidate series b was not in the last 3 looks: taken as gone'])
  })

  test('names three of many', () => {
    const world = beginRollout()
    const all = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [name, {n: 0, bad: 0}]))
    world.see(counted(all, stable(100)))
    world.setWeight(5)
    expect(world.see(counted({a: {n: 1, bad: 0}}, stable(101))).partial).toEqual({
      errors: '4 series that had counted are not in the answer: candidate b, candidate c, candidate d and 1 more',
    })
  })

  test('before the candidate has traffic is a base line like any other', () => {
    const world = beginRollout()
    world.see(counted({a: {n: 0, bad: 0}, b: {n: 0, bad: 0}}, stable(100)))
    expect(world.see(counted({a: {n: 0, bad: 0}}, stable(100))).partial).toBeUndefined()
  })

  test('does not wear out the patience while no answer comes at all', () => {
    const world = begin()
    world.see(counted({a: {n: 1, bad: 0}}, stable(101)))
    for (let look = 0; look < 5; look++) world.see({kind: 'query-failed', detail: 'down'})
    for (let look = 0; look < 5; look++) world.see({kind: 'no-data', detail: 'none', stable: stable(110)})
    expect(world.see(counted({a: {n: 2, bad: 0}}, stable(120))).partial).toBeDefined()
  })
})

describe('a look without a new sample', () => {
  const pod = (n: number, second: number) => ({a: {n, bad: 0, sampledAt: start + second * 1000}})

  test('counts nothing on either side: a scrape that has not come yet is no silence', () => {
    const world = beginRollout()
    const base = counted(pod(0, 60), {s: {n: 100, bad: 0, sampledAt: start + 60_000}})
    world.see(base)
    // At a base line nothing can be lost: it is one, however often the same sample is read.
    expect(world.see(base)).toMatchObject({guards: {errors: {candidate: {n: 0}}}, notes: []})
    world.setWeight(5)
    world.wait(minute)
    const event = world.see(counted(pod(0, 60), {s: {n: 900, bad: 0, sampledAt: start + 110_000}}))
    expect(event).toMatchObject({guards: {}, absent: {}})
    expect(event.notes).toEqual([expect.stringContaining('no sample of the candidate is newer')])
    expect(world.rollout.silence).toEqual({looks: 0, stableRequests: 0, since: null})
    world.see(counted(pod(40, 119), {s: {n: 950, bad: 0, sampledAt: start + 115_000}}))
    expect(world.counted()).toEqual({candidate: 40, candidateBad: 0, stable: 850})
  })
})

test('a look without a new sample does not complete one that missed a series', () => {
  const world = beginRollout()
  const at = (n: number, second: number) => ({n, bad: 0, sampledAt: start + second * 1000})
  world.see(counted({a: at(0, 60), b: at(0, 60)}, {s: at(100, 60)}))
  world.setWeight(5)
  world.wait(minute)
  const missed = world.see(counted({a: at(9, 100)}, {s: at(200, 100)})).partial
  expect(missed).toBeDefined()
  expect(world.see(counted({a: at(9, 100)}, {s: at(200, 100)}))).toMatchObject({guards: {}, partial: missed})
  world.wait(minute)
  expect(world.see(counted({a: at(12, 160), b: at(4, 160)}, {s: at(300, 160)})).partial).toBeUndefined()
})

test('the first events of a process that counts nothing else count for the candidate alone: its history is short', () => {
  const guard: PlannedGuard = {
    name: 'incidents',
    query: {kind: 'events', name: 'incidents', of: 'incidents_total', per: 'requests_total'},
    tests: [{kind: 'events-at-most', limit: 0}],
  }
  const world = beginRollout([guard])
  const errors = counted({a: {n: 0, bad: 0}}, {s: {n: 9, bad: 0}})
  const pods = [{a: {n: 0, bad: 0}}, {s: {n: 9, bad: 0}}] as const
  world.see(errors, {incidents: counted(...pods)})
  world.setWeight(5)
  const desk = {desk: {n: 0, bad: 1, beganAt: 5}}
  const event = world.see(errors, {incidents: counted({...pods[0], ...desk}, {...pods[1], ...desk})})
  expect(event.guards.incidents).toMatchObject({candidate: {bad: 1}, stable: {bad: 0}})
})

test('events that nobody exports are told at the base line, and not again at every look', () => {
  const guard: PlannedGuard = {
    name: 'incidents',
    query: {kind: 'events', name: 'incidents', of: 'incidents_total', per: 'requests_total'},
    tests: [{kind: 'events-at-most', limit: 0}],
  }
  const world = beginRollout([guard])
  const [errors, incidents] = [counted({a: {n: 0, bad: 0}}, {s: {n: 9, bad: 0}}), counted({a: {n: 0, bad: 0}}, {})]
  const look = () => world.see(errors, {incidents: {...incidents, assumedZero: 'incidents_total'} as GuardReading})
  expect(look().notes).toEqual(['incidents: nobody exports incidents_total yet: counted as zero'])
  world.setWeight(5)
  expect(look().notes).toEqual([])
})

describe('copies of requests', () => {
  test('count as requests do, from the look before the first copy on', () => {
    const world = beginRollout()
    world.see(counted({a: {n: 3, bad: 3}}, {s: {n: 100, bad: 0}}))
    world.mirror(100)
    world.see(counted({a: {n: 43, bad: 4}, b: {n: 7, bad: 0, beganAt: start + minute}}, {s: {n: 150, bad: 0}}))
    expect(world.counted()).toMatchObject({candidate: 47, candidateBad: 1})
  })
})

describe('alerts', () => {
  const guard: PlannedGuard = {
    name: 'alerts',
    query: {kind: 'alert', name: 'alerts', matchers: 'severity="critical"'},
    tests: [{kind: 'no-alert'}],
  }
  const quiet = counted({a: {n: 0, bad: 0}}, {s: {n: 100, bad: 0}})

  test('that fire are in every look, beside what is counted', () => {
    const world = beginRollout([guard])
    expect(world.see(quiet, {alerts: {kind: 'alerts', firing: []}})).toMatchObject({alerts: {alerts: []}, absent: {}})
    const event = world.see(quiet, {alerts: {kind: 'alerts', firing: ['Unsafe{severity="critical"}']}})
    expect(event.alerts).toEqual({alerts: ['Unsafe{severity="critical"}']})
    expect(event.guards.errors).toBeDefined()
  })

  test('and a part that is missing are in the line that a person reads', () => {
    const world = beginRollout([guard])
    world.see(counted({a: {n: 0, bad: 0}, b: {n: 0, bad: 0}}, {s: {n: 100, bad: 0}}))
    world.setWeight(5)
    const [firing, silent] = [['Unsafe{pod="a"}', 'Slow'], []].map(names => ({kind: 'alerts' as const, firing: names}))
    const look = (n: number, alerts: GuardReading | undefined) =>
      describeEvent(world.see(counted({a: {n, bad: 1}}, {s: {n: 100 + n, bad: 0}}), {alerts: alerts ?? fail()}))
    expect(look(9, firing)).toBe(
      'Look at 5%: errors 1/9 (stable 0/9, seen in part), alerts firing: Unsafe{pod="a"}, Slow',
    )
    expect(look(12, silent)).toContain('alerts quiet')
  })

  test('that could not be asked for are not taken for silence', () => {
    const world = beginRollout([guard])
    const event = world.see(quiet, {alerts: {kind: 'query-failed', detail: 'the server is down'}})
    expect(event).toMatchObject({absent: {alerts: {kind: 'query-failed', detail: 'the server is down'}}})
    expect(event.alerts).toBeUndefined()
    const deaf = world.see(quiet, {alerts: {kind: 'no-data', detail: 'no rule', unanswerable: true}})
    expect(deaf.absent).toEqual({alerts: {kind: 'no-data', detail: 'no rule'}})
  })

  test('are no answer to a question of counts, nor counts to one of alerts', () => {
    const world = beginRollout([guard])
    const event = world.see({kind: 'alerts', firing: []}, {alerts: quiet})
    expect(event.absent).toMatchObject({errors: {kind: 'query-failed'}, alerts: {kind: 'query-failed'}})
  })
})

type Step =
  | {readonly kind: 'serve'; readonly pod: number; readonly n: number; readonly bad: number}
  | {readonly kind: 'begin'; readonly version: string; readonly listed: boolean; readonly old: boolean}
  | {readonly kind: 'restart'; readonly pod: number}
  | {readonly kind: 'list'; readonly pod: number; readonly listed: boolean}
  | {readonly kind: 'look'; readonly fails: boolean}
  /** A server that lags behind answers with what was true at an earlier look. */
  | {readonly kind: 'lag'; readonly back: number}
  | {readonly kind: 'weight'; readonly weight: number}

const pod = fc.nat(9)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({kind: fc.constant('serve' as const), pod, n: fc.nat(30), bad: fc.nat(30)}),
  },
  fc.record({
    kind: fc.constant('begin' as const),
    version: fc.constantFrom('v1', 'v2'),
    listed: fc.boolean(),
    old: fc.boolean(),
  }),
  fc.record({kind: fc.constant('restart' as const), pod}),
  fc.record({kind: fc.constant('list' as const), pod, listed: fc.boolean()}),
  {weight: 2, arbitrary: fc.record({kind: fc.constant('look' as const), fails: fc.boolean()})},
  fc.record({kind: fc.constant('lag' as const), back: fc.nat(3)}),
  fc.record({kind: fc.constant('weight' as const), weight: fc.constantFrom(25, 50)}),
)

interface LivingPod {
  readonly pod: Pod
  /** Served to users since the base line; for a process with a history, since it was first seen. */
  served: {n: number; bad: number}
  /** A history of which nobody can tell how much belongs to this rollout, until a look sees the process. */
  hidden: boolean
}

/** Lives through `steps` and returns what was counted beside what the pods really served in it. */
async function live(steps: readonly Step[], silence: Silence, tellsStart: boolean, tellsTime = false) {
  const world = beginRollout()
  const [pods, living]: [Pod[], LivingPod[]] = [[], []]
  const server = podSource(pods, silence, tellsTime ? () => world.now : undefined)
  const answers: Reading[] = []
  const source: Source = {
    ...server,
    async read(...question) {
      const answer = await server.read(...question)
      answers.push(answer)
      return answer
    },
  }
  const begin = (version: string, listed: boolean, old: boolean) => {
    const beganAt = old ? start - 1e10 : world.now
    const pod = {address: `p${pods.length}`, version, beganAt, n: old ? years : 0, bad: 0, listed, tellsStart}
    pods.push(pod)
    living.push({pod, served: {n: 0, bad: 0}, hidden: old})
  }
  const serve = ({pod, served}: LivingPod, n: number, bad: number) => {
    pod.n += n
    pod.bad += bad
    served.n += n
    served.bad += bad
  }
  const look = async () => {
    for (const each of living) {
      if (each.hidden) each.served = {n: 0, bad: 0}
      if (each.pod.listed) each.hidden = false
    }
    return world.look(source)
  }
  begin('v1', true, true)
  begin('v2', true, false)
  await look()
  world.setWeight(5)
  for (const step of steps) {
    world.wait(1000)
    const each = living[('pod' in step ? step.pod : 0) % living.length] ?? fail()
    switch (step.kind) {
      case 'serve':
        serve(each, step.n, Math.min(step.n, step.bad))
        break
      case 'begin':
        begin(step.version, step.listed, step.old)
        break
      case 'restart': {
        // Just after a look that counted it: what a dead process served after its last look, nobody can know.
        if (!each.pod.listed) break
        const {guards} = await look()
        if (guards.errors) Object.assign(each.pod, {n: 0, bad: 0, beganAt: world.now})
        break
      }
      case 'list':
        each.pod.listed = step.listed
        break
      case 'look':
        if (step.fails) world.see({kind: 'query-failed', detail: 'down'})
        else await look()
        break
      case 'lag': {
        // An older answer cannot be told from a restart where nothing says when its samples were taken.
        const answer = answers.at(-1 - step.back)
        if (tellsTime && answer) world.see(answer.guards.errors ?? fail())
        break
      }
      case 'weight':
        world.setWeight(step.weight, 1)
        break
    }
  }
  // In the end everybody is listed and has counted, so that no process is left out.
  world.wait(1000)
  for (const {pod} of living) pod.listed = true
  await look()
  for (const each of living) serve(each, 1, 0)
  await look()
  const truth = {candidate: 0, candidateBad: 0, stable: 0}
  for (const {pod, served} of living) {
    if (pod.version === 'v1') truth.stable += served.n
    else {
      truth.candidate += served.n
      truth.candidateBad += served.bad
    }
  }
  return {counted: world.counted(), truth}
}

describe.each<Silence>(['page', 'server'])('whatever processes do, as a source sees them by %s', silence => {
  test('looks add up to exactly what was served, when each process tells when it began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 40}), async steps => {
        const {counted, truth} = await live(steps, silence, true)
        expect(counted).toEqual(truth)
      }),
      {numRuns: 300, seed: 3},
    )
  })

  test('nor does it matter that some answers come from a server that lags behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 40}), async steps => {
        const {counted, truth} = await live(steps, silence, true, true)
        expect(counted).toEqual(truth)
      }),
      {numRuns: 150, seed: 5},
    )
  })

  test('looks never add up to more than was served, when nothing tells when a process began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 40}), async steps => {
        const {counted, truth} = await live(steps, silence, false)
        expect(counted.candidate).toBeLessThanOrEqual(truth.candidate)
        expect(counted.candidateBad).toBeLessThanOrEqual(truth.candidateBad)
        expect(counted.stable).toBeLessThanOrEqual(truth.stable)
      }),
      {numRuns: 300, seed: 4},
    )
  })
})
