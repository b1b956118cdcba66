/** What keeps a rollout where it is, and how an intent that is open is settled. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {Decision, Facts} from '../decide.ts'
import {isExposed} from '../evolve/exposure.ts'
import type {RolloutState} from '../state.ts'
import {foreignMirror} from './goal.ts'
import {holdReason} from './holds.ts'

/** The guards keep watching while there is anything to watch. */
export function waitForPerson(rollout: RolloutState, now: number): Decision | undefined {
  const {phase, plan, approvals} = rollout
  const lookAt = isExposed(rollout) ? now + plan.tickMs : null
  switch (phase.kind) {
    case 'awaiting-approval': {
      const missing = plan.approvals.filter(team => !approvals.some(approval => approval.as === team))
      const why = `Waiting for the approval of ${missing.join(', ')}.`
      return {kind: 'wait', reason: 'rollout/awaiting-approval', why, lookAt: null}
    }
    case 'paused':
      return {kind: 'wait', reason: 'rollout/paused', why: `Paused by ${phase.by}: ${phase.why}`, lookAt}
    case 'failed-to-act':
      return {kind: 'wait', reason: 'rollout/failed-to-act', why: phase.why, lookAt}
    case 'deploying':
    case 'running':
    case 'baking':
    case 'holding':
    case 'promoting':
      return undefined
    // Both were answered before: by the end of the abort, and by what is left after the end.
    case 'aborting':
    case 'ended':
      return undefined
    default:
      return assertNever(phase)
  }
}

/** Holds that begin where a stage is over: whether they are over is asked there as well (`advance.ts`). */
const holdsAtTheEnd: ReadonlySet<string> = new Set([
  'rollout/insufficient-evidence',
  'rollout/incomplete-measurement',
  'rollout/awaiting-go',
  'rollout/frozen',
])

export function hold(rollout: RolloutState, facts: Facts, now: number): Decision | undefined {
  const {phase, plan} = rollout
  const stop = holdReason(rollout, facts, now)
  const held = phase.kind === 'holding' ? phase.reason : undefined
  if (stop && held === stop.reason) {
    // Before anything reaches the candidate there is nothing to see until the person speaks again.
    const isIdle = stop.reason === 'rollout/held-on-request' && !isExposed(rollout)
    return {kind: 'wait', ...stop, lookAt: isIdle ? null : now + plan.tickMs}
  }
  if (stop) return {kind: 'hold', ...stop}
  if (held === undefined || holdsAtTheEnd.has(held)) return undefined
  return {kind: 'continue', reason: 'rollout/continued', why: `What held the rollout (${held}) is over.`}
}

export function settleIntent(rollout: RolloutState, {target}: Facts): Decision | undefined {
  const {intent, reassert, stage, weightPercent, mirrorPercent} = rollout
  if (intent) return {kind: 'repeat', intent}
  if (!reassert) return undefined
  const reason = 'rollout/resumed'
  if (target.kind === 'read' && foreignMirror(rollout, target.state)) {
    const why = `A person said that the ledger's mirroring of ${mirrorPercent}% shall hold.`
    return {kind: 'act', act: {kind: 'mirror', percent: mirrorPercent, stage}, reason, why}
  }
  const why = `A person said that the ledger's ${weightPercent}% shall hold.`
  return {kind: 'act', act: {kind: 'set-weight', weightPercent, stage}, reason, why}
}
