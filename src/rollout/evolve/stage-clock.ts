/** What a rollout goes on with after a hold or a pause, and how much of a stage was observed. Pure. */
import type {ReasonCode} from '../../core/finding.ts'
import type {Phase, RolloutState} from '../state.ts'

/** Out of a hold or a pause, into whatever was under way before it. */
export function underWay(rollout: RolloutState, at: number): RolloutState {
  const {phase} = rollout
  if (phase.kind === 'aborting' || phase.kind === 'ended') return rollout
  return {...withClock(rollout, at), phase: phaseUnderWay(rollout)}
}

function phaseUnderWay(rollout: RolloutState): Phase {
  const {plan, approvals, intent, promoted} = rollout
  if (!plan.approvals.every(team => approvals.some(approval => approval.as === team)))
    return {kind: 'awaiting-approval'}
  return promoted || intent?.act.kind === 'promote' ? {kind: 'promoting'} : phaseOfStage(rollout)
}

export function phaseOfStage({plan, stage}: RolloutState): Phase {
  if (stage < 0) return {kind: 'deploying'}
  return {kind: plan.stages[stage]?.isBake ? 'baking' : 'running'}
}

/** A stage is observed for its whole dwell: time in which it was paused, or could not be observed, does not count. */
export function withClock(rollout: RolloutState, at: number): RolloutState {
  const {phase, dwellBeganAt, dwellEndsAt} = rollout
  const stopped = phase.kind === 'paused' || phase.kind === 'failed-to-act' || stopsClock(phase)
  if (!stopped || dwellEndsAt === null) return rollout
  const stoodStillMs = Math.max(0, at - phase.since)
  return {
    ...rollout,
    dwellBeganAt: dwellBeganAt === null ? null : dwellBeganAt + stoodStillMs,
    dwellEndsAt: dwellEndsAt + stoodStillMs,
  }
}

/** While it is held for one of these the stage goes on being observed. */
const observedHolds: ReadonlySet<ReasonCode> = new Set([
  'rollout/held-on-request',
  'rollout/awaiting-go',
  'rollout/frozen',
  'rollout/late',
])

function stopsClock(phase: Phase): phase is Extract<Phase, {kind: 'holding'}> {
  return phase.kind === 'holding' && !observedHolds.has(phase.reason)
}
