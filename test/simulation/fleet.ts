/**
 * Users, the processes that serve them, and what a source can see of it. What was really served stands beside the
 * counters as the truth. Counts follow the rates exactly: a verdict that differs from run to run is never chance.
 */
import {assertNever} from '../../src/core/assert.ts'
import type {Counter, GuardQuery, GuardReading, Reading, Series} from '../../src/telemetry/source.ts'
import type {Dice} from './dice.ts'
import type {TelemetryTroubles} from './story.ts'

type CountedQuery = Exclude<GuardQuery, {kind: 'alert'}>

export interface Served {
  readonly n: number
  readonly bad: number
}

export interface Fleet {
  /** New processes of a version begin, in place of those that it had. */
  begin(version: string): void
  /** Users for `durationMs`, by version: requests per second and the share of them that fails. */
  serve(version: string, perSecond: number, badShare: number, durationMs: number): void
  /** All that a version ever served, copies of requests as well. */
  served(version: string): Served
  look(queries: readonly GuardQuery[], candidate: string, stable: string | null): Reading
}

interface Pod {
  readonly name: string
  beganAt: number
  n: number
  bad: number
  /** As it was at the last look. */
  seen: {readonly at: number; readonly n: number; readonly bad: number}
}

interface Arm {
  readonly pods: Pod[]
  n: number
  bad: number
  restN: number
  restBad: number
}

export interface FleetOptions {
  readonly now: () => number
  readonly dice: Dice
  readonly pods: number
  readonly podsTellStart: boolean
  readonly sampled: boolean
  /** Whether an alert fires now. */
  readonly alertFires: () => boolean
  readonly troubles: TelemetryTroubles
  /** How far the clocks of machines are off, to both sides. */
  readonly skewMs: number
  /** Told of each trouble. */
  readonly onTrouble: (what: string) => void
}

/** A process that restarts more often than this would not be called ready. */
const restartsWithinMs = 60_000

/** What the processes of a release that served for years have counted before this story begins. */
const years = 5_000_000

export function simulatedFleet(options: FleetOptions): Fleet {
  const {now, dice, pods, podsTellStart, sampled, alertFires, troubles, skewMs, onTrouble} = options
  const arms = new Map<string, Arm>()
  const answers = new Map<string, GuardReading[]>()

  let births = 0

  function armOf(version: string): Arm {
    const known = arms.get(version)
    if (known) return known
    const arm: Arm = {pods: [], n: 0, bad: 0, restN: 0, restBad: 0}
    for (let index = 0; index < pods; index++) arm.pods.push(podOf(version, now() - 1e10, years))
    arms.set(version, arm)
    return arm
  }

  function podOf(version: string, beganAt: number, n: number): Pod {
    const name = `${version}-${++births}`
    return {name, beganAt: beganAt + dice.between(-skewMs, skewMs), n, bad: 0, seen: {at: now(), n, bad: 0}}
  }

  function begin(version: string): void {
    const arm = arms.get(version) ?? {pods: [], n: 0, bad: 0, restN: 0, restBad: 0}
    arm.pods.length = 0
    // No server that lags behind is older than a deployment.
    answers.clear()
    for (let index = 0; index < pods; index++) arm.pods.push(podOf(version, now(), 0))
    arms.set(version, arm)
  }

  function serve(version: string, perSecond: number, badShare: number, durationMs: number): void {
    const arm = armOf(version)
    const exact = arm.restN + (perSecond * durationMs) / 1000
    const n = Math.floor(exact + 1e-9)
    arm.restN = exact - n
    const exactBad = arm.restBad + n * badShare
    const bad = Math.min(n, Math.floor(exactBad + 1e-9))
    arm.restBad = exactBad - bad
    arm.n += n
    arm.bad += bad
    for (const [index, pod] of arm.pods.entries()) {
      pod.n += Math.floor((n + index) / arm.pods.length)
      pod.bad += Math.floor((bad + index) / arm.pods.length)
    }
  }

  /** Some time since the look before: what it served until then is seen by nobody. */
  function restart(pod: Pod): void {
    if (now() - pod.seen.at < restartsWithinMs) return
    onTrouble(`${pod.name} restarted`)
    const left = dice.between(0, 100) / 100
    const n = Math.floor((pod.n - pod.seen.n) * left)
    const bad = Math.min(n, Math.floor((pod.bad - pod.seen.bad) * left))
    Object.assign(pod, {beganAt: now() - Math.floor((now() - pod.seen.at) * left), n, bad})
  }

  function seriesOf(query: CountedQuery, version: string): Series {
    const listed = armOf(version).pods
    const missing = listed.length > 1 && dice.chance(troubles.partial) ? dice.pick(listed) : null
    if (missing) onTrouble(`${missing.name} is missing from the answer`)
    const stamp = sampled ? {sampledAt: now()} : {}
    return Object.fromEntries(
      listed
        .filter(pod => pod !== missing)
        .map(({name, beganAt, n, bad}) => {
          const counter = {...counterOf(query, n, bad), ...stamp}
          return podsTellStart ? [`${name} started ${beganAt}`, {...counter, beganAt}] : [name, counter]
        }),
    )
  }

  function lookAt(query: GuardQuery, candidate: string, stable: string | null): GuardReading {
    const {name} = query
    if (dice.chance(troubles.failed)) {
      onTrouble(`${name} is not answered`)
      return {kind: 'query-failed', detail: 'the source did not answer'}
    }
    if (query.kind === 'alert') return {kind: 'alerts', firing: alertFires() ? ['HighErrors'] : []}
    if (dice.chance(troubles.empty)) {
      onTrouble(`${name} is answered with nothing`)
      return {kind: 'no-data', detail: 'there is no series'}
    }
    const known = answers.get(`${name} ${candidate}`) ?? []
    const [newest, older] = known
    if (newest && dice.chance(troubles.repeated)) {
      onTrouble(`${name} is answered as before`)
      return newest
    }
    // Only who says when a sample was taken can be behind somebody else.
    if (older && sampled && dice.chance(troubles.late)) {
      onTrouble(`${name} is answered by a server that lags behind`)
      return older
    }
    const answer: GuardReading = {
      kind: 'counted',
      candidate: seriesOf(query, candidate),
      stable: stable === null ? {} : seriesOf(query, stable),
    }
    answers.set(`${name} ${candidate}`, [answer, ...known].slice(0, 2))
    return answer
  }

  return {
    begin,
    serve,
    served: version => ({n: arms.get(version)?.n ?? 0, bad: arms.get(version)?.bad ?? 0}),
    look(queries, candidate, stable) {
      for (const version of [candidate, stable]) {
        if (version !== null && dice.chance(troubles.restart)) restart(dice.pick(armOf(version).pods))
      }
      const answer = {guards: Object.fromEntries(queries.map(query => [query.name, lookAt(query, candidate, stable)]))}
      for (const {pods: each} of arms.values()) for (const pod of each) pod.seen = {at: now(), n: pod.n, bad: pod.bad}
      return answer
    },
  }
}

/** Of a request that fails, the answer is slow, its value 0, and every twentieth brings a complaint. */
function counterOf(query: CountedQuery, n: number, bad: number): Counter {
  switch (query.kind) {
    case 'share':
      return {n, bad}
    case 'quantile':
      return {n, bad, suspect: bad}
    case 'events':
      return {n, bad: Math.floor(bad / 20)}
    case 'mean':
      return {n, sum: n - bad, ...(query.squares === undefined ? {} : {sumOfSquares: n - bad})}
    case 'distribution':
      return {n, bounds: [0.5], buckets: [bad, n - bad]}
    default:
      return assertNever(query)
  }
}
