/**
 * A rollout that is only thought through: the engine's `decide` and `evolve`, with a list for a ledger, a value for a target,
 * and a clock that somebody else sets. Pure but for what it remembers.
 */
import type {EnvironmentConfig} from '../config/schema.ts'
import {assertNever, invariant} from '../core/assert.ts'
import type {ReasonCode} from '../core/finding.ts'
import {formatInstant} from '../core/instant.ts'
import type {Release} from '../core/release.ts'
import {type Decision, decide, type Facts} from '../rollout/decide.ts'
import {type Act, type LedgerEvent, ledgerSchemaVersion, type Unstamped} from '../rollout/events.ts'
import {guardsAsked, ofAsked} from '../rollout/judge/asked.ts'
import {planRollout, type RolloutPlan} from '../rollout/stages.ts'
import {type EnvironmentState, evolve, initialState, type RolloutState} from '../rollout/state.ts'
import type {TargetState} from '../traffic/target.ts'
import {absenceOn, type TraceLine} from './trace.ts'
import {afterAct, targetServing, virtualCapabilities} from './virtual-target.ts'

/** Stand in the events; a trace does not know which bytes it measured. */
const stable: Release = {version: 'stable', model: `sha256:${'0'.repeat(64)}`}
export const candidate: Release = {version: 'candidate', model: `sha256:${'1'.repeat(64)}`}

/** More steps than one moment can have; beyond it a decision repeats itself. */
const stepsAllowed = 50

export interface VirtualRollout {
  /** Milliseconds since 1970. */
  now: number
  readonly rollout: RolloutState
  readonly events: readonly LedgerEvent[]
  /** Starts one by the stages and guards of this policy. @throws UserError what `planRollout` refuses */
  begin(environment: EnvironmentConfig): RolloutPlan
  /** Ends it, whatever it came to, so that another one can begin in the same environment. */
  end(): void
  append(event: Unstamped): void
  measure(line: TraceLine): void
  /** Decides and does until nothing is left to do now; answers the engine's last word. */
  settle(): ReasonCode
  /** Does what the engine did not decide, because so it was. */
  force(act: Act): void
}

/** An environment in which no rollout has begun yet, at the moment `start` (milliseconds since 1970). */
export function createVirtualRollout(start: number): VirtualRollout {
  let state: EnvironmentState = initialState
  let target: TargetState = targetServing(stable)
  let rollouts = 0
  let rolloutId = ''
  const events: LedgerEvent[] = []
  const world: VirtualRollout = {
    now: start,
    events,
    get rollout() {
      invariant(state.rollout, 'A replay begins with the start of a rollout.')
      return state.rollout
    },
    begin(environment) {
      const policyLoosened = false
      rolloutId = `backtest-${++rollouts}`
      const plan = planRollout({environment, candidate, stable, capabilities: virtualCapabilities, policyLoosened})
      world.append({type: 'rollout-started', rollout: rolloutId, candidate, stable, plan})
      return plan
    },
    end() {
      doNow({kind: 'restore', release: stable}, 'backtest/over', 'It is over.')
      const outcome = 'aborted'
      world.append({type: 'rollout-ended', rollout: rolloutId, outcome, reason: 'backtest/over', why: 'It is over.'})
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
    force(act) {
      doNow(act, 'backtest/so-it-was', 'So it was.')
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
        world.append(emptyLook(rolloutId))
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
function emptyLook(rollout: string): Unstamped {
  return {type: 'measured', rollout, weightPercent: 0, guards: {}, absent: {}, snapshot: {}, notes: []}
}

function measuredEvent(line: TraceLine, state: RolloutState): Unstamped {
  const {id: rollout, weightPercent} = state
  const absent = guardsAsked(state).flatMap(({name}) => {
    const absence = absenceOn(line, name)
    return absence === null ? [] : [[name, absence] as const]
  })
  const alerts = Object.keys(line.alerts).length === 0 ? {} : {alerts: line.alerts}
  const partial = line.partial === undefined ? {} : {partial: line.partial}
  return {
    type: 'measured',
    rollout,
    weightPercent,
    guards: Object.fromEntries(ofAsked(state, line.guards)),
    absent: Object.fromEntries(absent),
    snapshot: {},
    notes: [],
    ...alerts,
    ...partial,
  }
}
