/** One simulated rollout with faults, its invariants watched at every act of the router. */
import {isFailure} from '../../src/core/failure.ts'
import {describeEvent, type LedgerEvent} from '../../src/rollout/events.ts'
import type {RolloutPorts} from '../../src/rollout/ports.ts'
import {runRollout} from '../../src/rollout/run.ts'
import {requestRollout} from '../../src/rollout/run-request.ts'
import {startRollout} from '../../src/rollout/run-start.ts'
import {stateOf} from '../../src/rollout/state.ts'
import {tick} from '../../src/rollout/tick.ts'
import {createWorld, environment, scope, v2, type World} from '../rollout/world.ts'
import {Crash, type FaultKind, type Recorder, withFaults} from './faults.ts'

export interface Scenario {
  readonly name: string
  readonly stable: string | null
  /** Share of bad requests of the candidate v2. */
  readonly bad: number
  /** A person asks to abort just before this step. */
  readonly abortAt?: number
  readonly end: 'promoted' | 'aborted' | 'either'
}

export interface SimulationResult {
  readonly steps: number
  readonly outcome: string
  /** What went wrong; empty when nothing did. */
  readonly breaches: readonly string[]
  readonly transcript: string
}

/** Runs until the rollout has ended, starting a new process after each crash, as a workflow would. */
export async function simulate(
  scenario: Scenario,
  faultAt: (step: number) => FaultKind | undefined,
): Promise<SimulationResult> {
  const world = createWorld({stable: scenario.stable, traffic: {perSecond: 40, bad: {v1: 0.001, v2: scenario.bad}}})
  const recorder: Recorder = {step: 0, lines: []}
  const breaches: string[] = []
  const watched = watch(world, breaches, recorder)
  let isNested = false
  let abortRequested = false
  const plan = {
    at: (step: number) => (isNested ? undefined : faultAt(step)),
    async double() {
      isNested = true
      await tick(watched, {...scope, by: 'another run'})
      isNested = false
    },
  }
  const ports = withFaults(watched, plan, recorder)

  for (let process = 1; process <= 40 && !hasEnded(world); process++) {
    if (scenario.abortAt !== undefined && !abortRequested && recorder.step >= scenario.abortAt) {
      abortRequested = await request(watched, 'abort')
    }
    recorder.lines.push(`-- process ${process}`)
    await runProcess(ports, world, recorder, scenario)
    await helpOut(watched)
    world.ports.clock.advance(60_000)
  }
  // The last run may have been overtaken or killed after the end: one more tick must leave everything at rest.
  await tick(watched, scope)
  checkEnd(world, scenario, abortRequested, breaches)
  const events = world.ports.ledger.events.map(event => `${event.at} ${event.by}: ${describeEvent(event)}`)
  const outcome = stateOf(world.ports.ledger.events).rollout?.phase
  return {
    steps: recorder.step,
    outcome: outcome?.kind === 'ended' ? outcome.outcome : (outcome?.kind ?? 'none'),
    breaches,
    transcript: [scenario.name, ...breaches, 'STEPS', ...recorder.lines, 'LEDGER', ...events].join('\n'),
  }
}

async function runProcess(ports: RolloutPorts, world: World, recorder: Recorder, scenario: Scenario): Promise<void> {
  // A process lives until the hour of the abort request at most, so that the request falls between two processes.
  const until = world.ports.clock.now().getTime() + (scenario.abortAt === undefined ? 3_600_000 : 240_000)
  try {
    const stable = scenario.stable === null ? {} : {stable: {...v2, version: scenario.stable, model: v1Model}}
    await startRollout(ports, scope, {environment: shortPlan, candidate: v2, ...stable})
    await runRollout(ports, scope, {until, leaveWhenHeld: true})
  } catch (error) {
    if (!(error instanceof Crash) && !isFailure(error)) throw error
    recorder.lines.push(`   the process ends: ${error.message}`)
  }
}

const v1Model = 'sha256:0000000000000000000000000000000000000000000000000000000000000001' as const

/** Two stages of a quarter of an hour, looked at each five minutes: enough steps for every kind of them to fail. */
const shortPlan = environment({
  stages: [
    {weight: '10%', for: '15m'},
    {weight: '50%', for: '10m'},
  ],
})

/** What a person does who is asked: says that the ledger holds. */
async function helpOut(ports: RolloutPorts): Promise<void> {
  const {rollout} = stateOf((await ports.ledger.read()).events)
  const phase = rollout?.phase
  const isStuck =
    phase?.kind === 'failed-to-act' || (phase?.kind === 'holding' && phase.reason.includes('someone-else'))
  if (isStuck) await request(ports, 'resume')
}

async function request(ports: RolloutPorts, kind: 'abort' | 'resume'): Promise<boolean> {
  try {
    await requestRollout(ports, {...scope, by: 'a person'}, {kind, why: 'simulation'})
    return true
  } catch (error) {
    if (isFailure(error)) return false
    throw error
  }
}

/** Checks at each act what must hold then: nothing moves that the ledger does not intend. */
function watch(world: World, breaches: string[], recorder: Recorder): RolloutPorts {
  const {target, ledger} = world.ports
  function breach(message: string): void {
    breaches.push(`step ${recorder.step}: ${message}`)
  }
  const intends = (kind: string, fits: (event: LedgerEvent) => boolean) =>
    ledger.events.some(event => event.type === 'act-intended' && event.act.kind === kind && fits(event))
  return {
    ...world.ports,
    target: {
      ...target,
      async deploy(release) {
        if (!intends('deploy', () => true)) breach('deployed without an intent')
        await target.deploy(release)
      },
      async setWeight(weight) {
        const allowed = (event: LedgerEvent) =>
          event.type === 'act-intended' && event.act.kind === 'set-weight' && event.act.weightPercent >= weight
        if (!intends('set-weight', allowed)) breach(`weight ${weight} without an intent`)
        await target.setWeight(weight)
      },
      async promote(release) {
        if (!intends('promote', () => true)) breach('promoted without an intent')
        await target.promote(release)
      },
    },
  }
}

function hasEnded(world: World): boolean {
  return stateOf(world.ports.ledger.events).rollout?.phase.kind === 'ended'
}

function checkEnd(world: World, scenario: Scenario, abortRequested: boolean, breaches: string[]): void {
  const {rollout, current} = stateOf(world.ports.ledger.events)
  const {stable, candidate, desiredWeightPercent} = world.ports.target.state
  if (rollout?.phase.kind !== 'ended') {
    breaches.push(`the rollout did not end: ${rollout?.phase.kind ?? 'never started'}`)
    return
  }
  const {outcome} = rollout.phase
  if (scenario.end !== 'either' && outcome !== scenario.end) breaches.push(`ended ${outcome}, expected ${scenario.end}`)
  if (abortRequested && outcome !== 'aborted') breaches.push(`ended ${outcome} although an abort was requested`)
  if (stable !== current?.version) breaches.push(`${stable} serves, the ledger says ${current?.version}`)
  if (desiredWeightPercent !== 0 || candidate !== null)
    breaches.push(`${candidate} is left at ${desiredWeightPercent}%`)
  const expected = outcome === 'promoted' ? 'v2' : scenario.stable
  if (stable !== expected) breaches.push(`${stable} serves after the end, expected ${expected}`)
}
