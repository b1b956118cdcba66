/** One simulated world: all its parts, and what every process of it shares. */
import type {Evidence} from '../../src/evidence/evidence.ts'
import {type EnvironmentState, evolve, initialState} from '../../src/rollout/state.ts'
import {passing, release} from '../rollout/world.ts'
import {type Dice, diceOf} from './dice.ts'
import {type FaultPlan, faultsByChance} from './faults.ts'
import {type Fleet, simulatedFleet} from './fleet.ts'
import {type SimulatedLedger, simulatedLedger} from './ledger.ts'
import {type Conduct, type SimulatedRouter, simulatedRouter} from './router.ts'
import {createScheduler, type Scheduler} from './scheduler.ts'
import {dawn, type Story} from './story.ts'
import {createTranscript, type Transcript} from './transcript.ts'

export const releases = {v1: release('v1'), v2: release('v2'), v3: release('v3')} as const

export interface World {
  readonly story: Story
  readonly scheduler: Scheduler
  readonly transcript: Transcript
  readonly router: SimulatedRouter
  readonly fleet: Fleet
  readonly ledger: SimulatedLedger
  readonly evidence: Evidence[]
  /** What the ledger means now. */
  readonly state: EnvironmentState
  readonly faults: FaultPlan
  readonly latency: Dice
  /** When the process whose event is written now decided to write it. */
  decidedAt: number
  /** Serves users until now. */
  catchUp(): void
  newId(): string
  /** Of calls of ports, over all processes. */
  nextStep(): number
  readonly steps: number
}

const old: Conduct = {readyAfterMs: 0, badShare: 0.001}

/** Another router than this one, to see that the invariants notice it. */
export type RouterMutation = (router: SimulatedRouter) => SimulatedRouter

export function createWorld(
  story: Story,
  faultPlan?: FaultPlan,
  mutateRouter: RouterMutation = router => router,
): World {
  const scheduler = createScheduler(dawn)
  const transcript = createTranscript(scheduler)
  const telemetry = diceOf(story.seed, 'telemetry')
  const now = () => scheduler.now
  const {skewMs, pods, podsTellStart, sampled, alertFiresAt} = story
  const conductOf = (version: string) =>
    version === 'v2' ? story.candidate : version === 'v3' ? (story.rival?.conduct ?? old) : old
  const fleet = simulatedFleet({
    now,
    dice: telemetry,
    pods,
    podsTellStart,
    sampled,
    alertFires: () => alertFiresAt !== null && scheduler.now >= dawn + alertFiresAt,
    skewMs,
    troubles: story.telemetry,
    onTrouble: what => transcript.trouble('telemetry', what),
  })
  const honest = simulatedRouter({
    stable: story.hadRelease ? 'v1' : null,
    now,
    conductOf,
    followsAfterMs: story.followsAfterMs,
    beforeChange: catchUp,
    onDeployed: version => fleet.begin(version),
  })
  const router = mutateRouter(honest)
  let state = initialState
  const ledger = simulatedLedger(event => {
    state = evolve(state, event)
  })
  let servedUntil = dawn
  let ids = 0
  let steps = 0

  function catchUp(): void {
    const durationMs = scheduler.now - servedUntil
    servedUntil = scheduler.now
    if (durationMs <= 0) return
    for (const {version, share, mirrored} of honest.shares()) {
      const perSecond = story.perSecond * (share + mirrored)
      if (perSecond > 0) fleet.serve(version, perSecond, conductOf(version).badShare, durationMs)
    }
  }

  return {
    story,
    scheduler,
    transcript,
    router,
    fleet,
    ledger,
    evidence: [passing('model', releases.v2.model), passing('model', releases.v3.model)],
    get state() {
      return state
    },
    faults: faultPlan ?? faultsByChance(story.faults, diceOf(story.seed, 'faults')),
    latency: diceOf(story.seed, 'latency'),
    decidedAt: dawn,
    catchUp,
    newId: () => `id-${++ids}`,
    nextStep: () => ++steps,
    get steps() {
      return steps
    },
  }
}
