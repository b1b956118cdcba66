/**
 * A trace judged by a policy: the engine's own `decide` and `evolve`, fed with recorded counts, on a clock that jumps from
 * line to line. Nothing waits and nothing is touched: the ledger is a list, the target a value. Pure.
 */
import type {EnvironmentConfig} from '../config/schema.ts'
import type {ReasonCode} from '../core/finding.ts'
import {createRandom} from '../core/random.ts'
import type {LedgerEvent} from '../rollout/events.ts'
import {describeStage} from '../rollout/report/explain.ts'
import type {RolloutPlan} from '../rollout/stages.ts'
import {isActive, type RolloutState} from '../rollout/state.ts'
import {courseOf} from './course.ts'
import {type GuardPoint, standingOf} from './standing.ts'
import {type Ranges, thinLine} from './thinning.ts'
import type {Trace, TraceLine} from './trace.ts'
import {candidate, createVirtualRollout, type VirtualRollout} from './virtual-rollout.ts'

export type ReplayMode =
  /** The weights of the trace are taken as given: its stages are the plan's. */
  | {readonly kind: 'follow-trace'}
  /** The policy sets its own weights; the trace's counts are thinned to them. */
  | {readonly kind: 'replay-weights'; readonly seed: number}

export interface Replay {
  readonly mode: ReplayMode
  readonly plan: RolloutPlan
  readonly outcome: 'promoted' | 'aborted' | 'held'
  readonly reason: ReasonCode
  /** One sentence. */
  readonly why: string
  /** When it was decided, in milliseconds since 1970. */
  readonly at: number
  /** When the candidate got its first request. */
  readonly beganAt: number
  /** The part of the trace in which anything reached the candidate. */
  readonly lines: readonly TraceLine[]
  /** One per line that was judged. */
  readonly steps: readonly ReplayStep[]
  readonly state: RolloutState
  /** What the ledger would say. */
  readonly events: readonly LedgerEvent[]
}

export interface ReplayStep {
  readonly at: number
  readonly weightPercent: number
  /** What was counted at that weight. */
  readonly line: TraceLine
  readonly guards: readonly GuardPoint[]
  /** What the engine says after the look. */
  readonly reason: ReasonCode
}

/**
 * @param before a rollout before it in the same environment, from which the engine knows how errors cluster; null for none
 * @throws UserError `backtest/no-candidate-traffic`; what `planRollout` refuses
 */
export function replay(
  trace: Trace,
  environment: EnvironmentConfig,
  mode: ReplayMode,
  before: Trace | null = null,
): Replay {
  const course = courseOf(trace, environment, mode.kind)
  const world = createVirtualRollout(course.beganAt)
  if (before) liveThrough(before, environment, world)
  world.now = course.beganAt
  const plan = world.begin(course.environment)
  world.settle()
  const thin = thinner(mode, plan)
  const steps: ReplayStep[] = []
  let stranded: Stranded | null = null
  for (const line of course.lines) {
    if (!isActive(world.rollout)) break
    if (mode.kind === 'follow-trace' && world.rollout.weightPercent !== line.weightPercent) {
      stranded ??= strandedIn(world.rollout, world.now)
      world.force({kind: 'set-weight', weightPercent: line.weightPercent, stage: course.stageAt(world.now)})
    }
    world.now = line.at
    const counted = thin(line, world.rollout)
    world.measure(counted)
    const reason = world.settle()
    const guards = standingOf(world.rollout)
    steps.push({at: line.at, weightPercent: counted.weightPercent, line: counted, guards, reason})
  }
  // Whatever stopped the clock of the last stage for a while (a look without data) must not leave the question open.
  if (mode.kind === 'follow-trace') finishDwell(world)
  const {rollout, events} = world
  return {
    mode,
    plan,
    ...outcomeOf(rollout, world.now, stranded),
    beganAt: course.beganAt,
    lines: course.lines,
    steps,
    state: rollout,
    events,
  }
}

/** Nothing is decided about it, and everything is measured. */
function liveThrough(before: Trace, environment: EnvironmentConfig, world: VirtualRollout): void {
  const {environment: followed, lines, beganAt, stageAt} = courseOf(before, environment, 'follow-trace')
  world.now = beganAt
  world.begin(followed)
  world.force({kind: 'deploy', release: candidate})
  for (const line of lines) {
    const {weightPercent} = line
    if (world.rollout.weightPercent !== weightPercent)
      world.force({kind: 'set-weight', weightPercent, stage: stageAt(world.now)})
    world.now = line.at
    world.measure(line)
  }
  world.end()
}

function finishDwell(world: VirtualRollout): void {
  const {phase, dwellEndsAt} = world.rollout
  if (phase.kind !== 'running' || dwellEndsAt === null) return
  world.now = Math.max(world.now, dwellEndsAt)
  world.settle()
}

// ---- the counts at another weight ----

function thinner(mode: ReplayMode, plan: RolloutPlan): (line: TraceLine, rollout: RolloutState) => TraceLine {
  if (mode.kind === 'follow-trace') return line => line
  const random = createRandom(mode.seed)
  const ranges: Ranges = Object.fromEntries(
    plan.guards.flatMap(({name, query}) => (query.kind === 'mean' ? [[name, [query.low, query.high] as const]] : [])),
  )
  return (line, {weightPercent, stage}) => {
    const mirror = plan.stages[stage]?.mirrorPercent
    const ratio = mirror === undefined ? weightPercent / (100 - weightPercent) : mirror / 100
    return thinLine(line, ratio, weightPercent, {random, ranges})
  }
}

// ---- what it came to ----

/** Where the policy would have stayed while the trace went on. */
interface Stranded {
  readonly at: number
  readonly reason: ReasonCode
  readonly why: string
}

function strandedIn({phase, short, stage, plan, ...rest}: RolloutState, now: number): Stranded | null {
  if (stage < 0) return null
  if (phase.kind === 'holding') return {at: phase.since, reason: phase.reason, why: phase.why}
  if (short !== 'extended') return null
  const where = describeStage({phase, short, stage, plan, ...rest})
  const why = `${where} was extended: its evidence is insufficient.`
  return {at: now, reason: 'rollout/insufficient-evidence', why}
}

type Ending = Pick<Replay, 'outcome' | 'reason' | 'why' | 'at'>

function outcomeOf(rollout: RolloutState, now: number, stranded: Stranded | null): Ending {
  const {phase} = rollout
  if (phase.kind === 'ended' && phase.outcome !== 'promoted') {
    return {outcome: 'aborted', reason: phase.reason, why: phase.why, at: now}
  }
  if (stranded) return {outcome: 'held', ...stranded}
  if (phase.kind === 'ended') return {outcome: 'promoted', reason: phase.reason, why: phase.why, at: now}
  if (phase.kind === 'holding') return {outcome: 'held', reason: phase.reason, why: phase.why, at: phase.since}
  const why = `The trace ends at ${describeStage(rollout).toLowerCase()}; until then nothing had stopped it.`
  return {outcome: 'held', reason: 'backtest/trace-ended', why, at: now}
}
