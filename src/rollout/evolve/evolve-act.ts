/** How an act changes a rollout: intended, confirmed, failed. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {Act, EventOf} from '../events.ts'
import type {PendingIntent, RolloutState} from '../state.ts'
import {noSilence} from './exposure.ts'
import {phaseOfStage, underWay, withClock} from './stage-clock.ts'

/** An act may fail this often in a row before a person is asked. Restoring never gives up. */
const failuresAllowed = 3

export function intended(rollout: RolloutState, event: EventOf<'act-intended'>, at: number): RolloutState {
  const intent = {id: event.id, act: event.act, since: at, failures: 0}
  switch (event.act.kind) {
    case 'deploy':
      return {...underWay(rollout, at), intent, deployingSince: rollout.deployingSince ?? at}
    case 'set-weight':
    case 'mirror':
      return {...underWay(rollout, at), intent}
    case 'promote':
      return {...underWay(rollout, at), intent, phase: {kind: 'promoting'}}
    case 'restore': {
      // After the end it only undoes what a late run did; the rollout stays ended.
      if (rollout.phase.kind === 'ended') return {...rollout, intent}
      return {...rollout, intent, phase: {kind: 'aborting', reason: event.reason, why: event.why, restored: false}}
    }
    default:
      return assertNever(event.act)
  }
}

export function confirmed(rollout: RolloutState, act: Act, at: number): RolloutState {
  switch (act.kind) {
    case 'deploy':
      return {...rollout, intent: null, deployed: true, deployedAt: at}
    case 'set-weight':
      return stageConfirmed(
        {...rollout, intent: null, weightPercent: act.weightPercent, reassert: false},
        act.stage,
        at,
      )
    case 'mirror':
      return stageConfirmed({...rollout, intent: null, mirrorPercent: act.percent}, act.stage, at)
    case 'promote':
      return promotionConfirmed({...rollout, intent: null, promoted: true, weightPercent: 100, mirrorPercent: 0})
    case 'restore': {
      const {phase} = rollout
      const settled = phase.kind === 'aborting' ? {...phase, restored: true} : phase
      return {...rollout, intent: null, weightPercent: 0, mirrorPercent: 0, phase: settled}
    }
    default:
      return assertNever(act)
  }
}

/** Whatever held it, or failed before: the target has done it, and only the end is left to say. */
function promotionConfirmed(rollout: RolloutState): RolloutState {
  return rollout.phase.kind === 'ended' ? rollout : {...rollout, phase: {kind: 'promoting'}}
}

/** The dwell begins when the target confirms the share of a new stage; setting the same stage again leaves its clock alone. */
function stageConfirmed(rollout: RolloutState, stage: number, at: number): RolloutState {
  const {phase, plan} = rollout
  const isMoving = phase.kind === 'deploying' || phase.kind === 'running' || phase.kind === 'baking'
  const set = {...rollout, silence: noSilence, watchedAt: at}
  if (stage === rollout.stage) return set
  const dwellMs = plan.stages[stage]?.dwellMs ?? 0
  const next = {...set, stage, short: 'not-yet' as const, shortGuards: [], dwellBeganAt: at, dwellEndsAt: at + dwellMs}
  return {
    ...skipped(next, rollout.stage, stage),
    phase: isMoving ? phaseOfStage(next) : phase,
    firstStageAt: rollout.firstStageAt ?? at,
  }
}

/** A person's `promote` that led to the bake has done its work there; the next one ends the bake. */
function skipped(rollout: RolloutState, from: number, to: number): RolloutState {
  const {promote, skip, plan} = rollout
  if (!promote || !plan.stages[to]?.isBake) return rollout
  const stages = plan.stages.map((_, index) => index).filter(index => index > from && index < to)
  const {by, why} = promote
  return {...rollout, promote: null, skip: {by, why, stages: [...(skip?.stages ?? []), ...stages]}}
}

export function failed(
  rollout: RolloutState,
  intent: PendingIntent,
  event: EventOf<'act-failed'>,
  at: number,
): RolloutState {
  const failures = intent.failures + 1
  const next = {...rollout, intent: {...intent, failures}}
  const givesUp = intent.act.kind !== 'restore' && (!event.retryable || failures >= failuresAllowed)
  // What a run still hears of its target after the end changes no end.
  if (!givesUp || rollout.phase.kind === 'ended') return next
  return {...withClock(next, at), phase: {kind: 'failed-to-act', why: event.message, since: at}}
}
