/** Whole rollouts over processes that come and go: what the verdict counts must be what users really got. */
import {expect, test} from 'vitest'
import {startRollout} from '../../src/rollout/run/start.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {type RolloutState, stateOf} from '../../src/rollout/state.ts'
import {areCounts} from '../../src/rollout/tally.ts'
import {fakeClock} from '../fakes/clock.ts'
import {type Pod, podSource, type Silence} from '../fakes/pods.ts'
import {createWorld, environment, scope, v1, v2} from '../rollout/world.ts'
import {binomial, seededRandom} from './random.ts'

const minute = 60_000
const start = Date.parse('2026-01-01T00:00:00.000Z')
const years = 5_000_000

interface Story {
  readonly silence: Silence
  /** Share of bad requests of the candidate. */
  readonly bad: number
  /** Requests of users per second. */
  readonly perSecond: number
  /** What happens to the processes, by minute of the rollout. */
  readonly happens: readonly (readonly [number, (pods: Pod[], now: number) => void])[]
}

/** Users are served by all pods of a release in turn, also by those that no source knows of. */
async function tell({silence, bad, perSecond, happens}: Story) {
  const world = createWorld()
  const {target} = world.ports
  const pods: Pod[] = [
    begin('a', 'v1', start - 1e10, years),
    {...begin('lost', 'v1', start - 1e10, years), listed: false},
  ]
  const served = {v1: {n: 0, bad: 0}, v2: {n: 0, bad: 0}}
  const random = seededRandom(11)
  const todo = [...happens]
  const clock = fakeClock(undefined, durationMs => {
    const now = clock.now().getTime()
    // What an old process serves until a look first finds it cannot be told from its history.
    const found = new Set(pods.filter(pod => pod.listed))
    // Before any request of this step, so that whoever restarts has just been looked at.
    for (const [at, what] of todo.splice(0, todo.findLastIndex(([at]) => start + at * minute < now) + 1)) {
      what(pods, start + at * minute)
    }
    const share = (target.state.observedWeightPercent ?? 0) / 100
    const requests = Math.round((perSecond * durationMs) / 1000)
    const ours = target.state.candidate === 'v2' ? Math.round(requests * share) : 0
    serve('v2', ours, bad, found)
    serve('v1', requests - ours, 0.001, found)
  })
  function serve(version: 'v1' | 'v2', requests: number, share: number, found: ReadonlySet<Pod>): void {
    const serving = pods.filter(pod => pod.version === version)
    for (const [index, pod] of serving.entries()) {
      const n = Math.floor((requests + index) / serving.length)
      const failed = binomial(random, n, share)
      pod.n += n
      pod.bad += failed
      if (found.has(pod) || pod.beganAt >= start) {
        served[version].n += n
        served[version].bad += failed
      }
    }
  }
  const deploy: typeof target.deploy = async release => {
    await target.deploy(release)
    if (!pods.some(pod => pod.version === 'v2')) pods.push(begin('b', 'v2', clock.now().getTime(), 0))
  }
  const ports = {...world.ports, clock, source: podSource(pods, silence), target: {...target, deploy}}
  await startRollout(ports, scope, {environment: environment(), candidate: v2, stable: v1})
  const {result} = await runRollout(ports, scope, {until: start + 1e9})
  const {rollout} = stateOf(world.ports.ledger.events)
  if (!rollout) throw new Error('no rollout')
  return {result, counted: counted(rollout), served}
}

function begin(address: string, version: string, beganAt: number, n: number): Pod {
  return {address, version, beganAt, n, bad: 0, listed: true, tellsStart: true}
}

function counted({guards}: RolloutState) {
  const sum = {v1: {n: 0, bad: 0}, v2: {n: 0, bad: 0}}
  for (const arms of guards.errors?.atWeights ?? []) {
    if (!areCounts(arms)) continue
    sum.v2.n += arms.candidate.n
    sum.v2.bad += arms.candidate.bad
    sum.v1.n += arms.stable.n
    sum.v1.bad += arms.stable.bad
  }
  return sum
}

function restart(address: string): Story['happens'][number][1] {
  return (pods, beganAt) => {
    const pod = pods.find(each => each.address === address)
    if (pod) Object.assign(pod, {n: 0, bad: 0, beganAt})
  }
}

function list(address: string): Story['happens'][number][1] {
  return pods => {
    const pod = pods.find(each => each.address === address)
    if (pod) pod.listed = true
  }
}

function scaleUp(address: string, version: string): Story['happens'][number][1] {
  return (pods, beganAt) => void pods.push({...begin(address, version, beganAt, 0), listed: false})
}

const silences: readonly Silence[] = ['page', 'server']

test.each(silences)('a good release is promoted on exactly the requests that it served, seen by %s', async silence => {
  const {result, counted, served} = await tell({
    silence,
    bad: 0.001,
    perSecond: 20,
    happens: [
      [10, restart('b')],
      [20, scaleUp('c', 'v2')],
      [22, scaleUp('d', 'v1')],
      [30, restart('a')],
      [45, list('c')],
      [50, list('d')],
      // Years of requests appear: they are nobody's evidence.
      [55, list('lost')],
      [70, restart('c')],
    ],
  })
  expect(result).toMatchObject({verdict: 'pass', reason: 'rollout/promoted'})
  expect(counted).toEqual(served)
  expect(served.v2.n).toBeGreaterThan(30_000)
})

test.each(silences)('a release that fails from its first request is judged by it, seen by %s', async silence => {
  const {result, counted, served} = await tell({silence, bad: 1, perSecond: 6, happens: []})
  expect(result).toMatchObject({verdict: 'fail'})
  // One look's worth: 5 % of 6 requests a second for 5 minutes.
  expect(served.v2).toEqual({n: 90, bad: 90})
  expect(counted.v2).toEqual(served.v2)
})
