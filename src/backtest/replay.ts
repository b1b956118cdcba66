/**
 * A trace judged by a policy: the engine's own `decide` and `evolve`, fed with recorded counts, on a clock that jumps from
 * line to line. Nothing waits and nothing is touched: the ledger is a list, the target a value. Pure.
 */
import type {EnvironmentConfig} from '../config/schema.ts'
import {assertNever, invariant} from '../core/assert.ts'
import type {ReasonCode} from '../core/finding.ts'
import {formatInstant} from '../core/instant.ts'
import {createRandom} from '../core/random.ts'
import type {Release} from '../core/release.ts'
import {type Decision, decide, type Facts} from '../rollout/decide.ts'
import {type Act, type LedgerEvent, ledgerSchemaVersion, type Unstamped} from '../rollout/events.ts'
import {describeStage} from '../rollout/explain.ts'
import {planRollout, type RolloutPlan} from '../rollout/stages.ts'
import {type EnvironmentState, evolve, initialState, isActive, type RolloutState} from '../rollout/state.ts'
import type {TargetState} from '../traffic/target.ts'
import {type Course, courseOf} from './course.ts'
import {type GuardPoint, standingOf} from './standing.ts'
import {type Ranges, thinLine} from './thinning.ts'
import {absenceOn, type Trace, type TraceLine} from './trace.ts'
import {afterAct, targetServing, virtualCapabilities} from './virtual-target.ts'

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

/** Stands in the events; a trace does not know which bytes it measured. */
const stable: Release = {version: 'stable', model: `sha256:${'0'.repeat(64)}`}
const candidate: Release = {version: 'candidate', model: `sha256:${'1'.repeat(64)}`}
const rolloutId = 'backtest'

/** More steps than one moment can have; beyond it a decision repeats itself. */
const stepsAllowed = 50

/** @throws UserError `backtest/no-candidate-traffic`; what `planRollout` refuses */
export function replay(trace: Trace, environment: EnvironmentConfig, mode: ReplayMode): Replay {
  const course = courseOf(trace, environment, mode.kind)
  const plan = planRollout({
    environment: course.environment,
    candidate,
    stable,
    capabilities: virtualCapabilities,
    policyLoosened: false,
  })
  const world = createWorld(course.beganAt)
  world.append({type: 'rollout-started', rollout: rolloutId, candidate, stable, plan})
  world.settle()
  const thin = thinner(mode, plan)
  const steps: ReplayStep[] = []
  let stranded: Stranded | null = null
  for (const line of course.lines) {
    if (!isActive(world.rollout)) break
    if (mode.kind === 'follow-trace' && world.rollout.weightPercent !== line.weightPercent) {
      stranded ??= strandedIn(world.rollout, world.now)
      world.force(line.weightPercent, course)
    }
    world.now = line.at
    const counted = thin(line, world.rollout)
    world.measure(counted)
    const reason = world.settle()
    const guards = standingOf(world.rollout)
    steps.push({at: line.at, weightPercent: counted.weightPercent, line: counted, guards, reason})
  }
  // Whatever stopped the clock of the last stage for a while (a look without data) must not leave the question open.
  if (mode.kind === 'follow-trace') world.finishDwell()
  const {rollout, events} = world
  return {
    mode,
    plan,
    ...outcomeOf(rollout, world.now, stranded),
    beganAt: course.beganAt,
    steps,
    state: rollout,
    events,
  }
}

// ---- the world of a replay ----

interface World {
  now: number
  readonly rollout: RolloutState
  readonly events: readonly LedgerEvent[]
  append(event: Unstamped): void
  measure(line: TraceLine): void
  /** Decides and does until nothing is left to do now; answers the engine's last word. */
  settle(): ReasonCode
  /** The trace's weight, whatever the engine thinks of it. */
  force(weightPercent: number, course: Course): void
  finishDwell(): void
}

function createWorld(start: number): World {
  let state: EnvironmentState = initialState
  let target: TargetState = targetServing(stable)
  const events: LedgerEvent[] = []
  const world: World = {
    now: start,
    events,
    get rollout() {
      invariant(state.rollout, 'A replay begins with the start of a rollout.')
      return state.rollout
    },
    append(unstamped) {
      const id = `backtest-${events.length + 1}`
      const event = {...unstamped, schemaVersion: ledgerSchemaVersion, id, at: formatInstant(world.now), by: 'backtest'}
      events.push(event)
      state = evolve(state, event)
    },
    measure(line) {
      world.append(measuredEvent(line, world.rollout))
    },
    settle() {
      for (let step = 0; step < stepsAllowed; step++) {
        const facts: Facts = {
          target: {kind: 'read', state: target},
          missingEvidence: [],
          current: state.current,
          overtaken: false,
        }
        const decision = decide(world.rollout, facts, world.now)
        const last = take(decision)
        if (last !== null) return last
      }
      throw new Error('The replay took more steps at one moment than a rollout can have.')
    },
    force(weightPercent, {stageAt}) {
      doNow(
        {kind: 'set-weight', weightPercent, stage: stageAt(world.now)},
        'backtest/trace-goes-on',
        'So did the trace.',
      )
    },
    finishDwell() {
      const {phase, dwellEndsAt} = world.rollout
      if (phase.kind !== 'running' || dwellEndsAt === null) return
      world.now = Math.max(world.now, dwellEndsAt)
      world.settle()
    },
  }

  function doNow(act: Act, reason: ReasonCode, why: string): void {
    world.append({type: 'act-intended', rollout: rolloutId, act, reason, why})
    target = afterAct(target, act)
    const intent = events.at(-1)?.id ?? ''
    world.append({type: 'act-confirmed', rollout: rolloutId, intent})
  }

  /** Null while there is more to do at this moment. */
  function take(decision: Decision): ReasonCode | null {
    switch (decision.kind) {
      case 'act':
        doNow(decision.act, decision.reason, decision.why)
        return null
      case 'repeat':
      case 'confirm':
        // Acts are confirmed as they are written, so nothing is ever pending here.
        target = afterAct(target, decision.intent.act)
        world.append({type: 'act-confirmed', rollout: rolloutId, intent: decision.intent.id})
        return null
      case 'look':
        world.append(emptyLook)
        return null
      case 'hold':
        world.append({type: 'held', rollout: rolloutId, reason: decision.reason, why: decision.why})
        return null
      case 'continue':
        world.append({type: 'continued', rollout: rolloutId, reason: decision.reason, why: decision.why})
        return null
      case 'short': {
        const {answer, guards, why} = decision
        world.append({type: 'evidence-was-short', rollout: rolloutId, stage: world.rollout.stage, answer, guards, why})
        return null
      }
      case 'end': {
        const {outcome, reason, why} = decision
        world.append({type: 'rollout-ended', rollout: rolloutId, outcome, reason, why})
        return null
      }
      case 'wait':
        return decision.reason
      case 'done':
        return world.rollout.phase.kind === 'ended' ? world.rollout.phase.reason : 'rollout/in-progress'
      default:
        return assertNever(decision)
    }
  }

  return world
}

/** The base line: before its first weight the candidate was asked by nobody. */
const emptyLook: Unstamped = {
  type: 'measured',
  rollout: rolloutId,
  weightPercent: 0,
  guards: {},
  absent: {},
  snapshot: {},
  notes: [],
}

function measuredEvent(line: TraceLine, {plan, weightPercent}: RolloutState): Unstamped {
  const names = plan.guards.map(({name}) => name)
  const absent = names.flatMap(name => {
    const absence = absenceOn(line, name)
    return absence === null ? [] : [[name, absence] as const]
  })
  const alerts = Object.keys(line.alerts).length === 0 ? {} : {alerts: line.alerts}
  const partial = line.partial === undefined ? {} : {partial: line.partial}
  return {
    type: 'measured',
    rollout: rolloutId,
    weightPercent,
    guards: line.guards,
    absent: Object.fromEntries(absent),
    snapshot: {},
    notes: [],
    ...alerts,
    ...partial,
  }
}

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
