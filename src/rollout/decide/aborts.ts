/** What takes the traffic away from a candidate. Pure; the order of these questions is in `decide.ts`. */
import type {ReasonCode} from '../../core/finding.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {Release} from '../../core/release.ts'
import type {Decision, Facts} from '../decide.ts'
import {judgeGuards} from '../judge.ts'
import {explainHarm, harmReason} from '../report/explain.ts'
import type {RolloutState} from '../state.ts'
import {foreignChange, foreignShare, isReachedBy} from './goal.ts'
import {hardStop} from './hard-stops.ts'
import {lateness} from './lateness.ts'

export function finishAbort(rollout: RolloutState, {target}: Facts): Decision | undefined {
  const {phase, intent} = rollout
  if (phase.kind !== 'aborting') return undefined
  const {reason, why} = phase
  if (phase.restored || !intent) {
    const back = broughtBack(rollout, target)
    return back
      ? {kind: 'act', act: {kind: 'restore', release: back}, reason, why}
      : {kind: 'end', outcome: 'aborted', reason, why}
  }
  const reached = target.kind === 'read' && isReachedBy(intent.act, target.state)
  return {kind: reached ? 'confirm' : 'repeat', intent}
}

/** What to restore once more: a run that was late may have put the candidate back since the target had confirmed its end. */
function broughtBack({candidate, stable}: RolloutState, target: Facts['target']): Release | null {
  if (target.kind === 'unreadable' || stable?.version === candidate.version) return null
  const {stable: serves, candidate: beside} = target.state
  return serves === candidate.version || beside === candidate.version ? stable : null
}

export function abortOnRequest(rollout: RolloutState): Decision | undefined {
  const {abort: request} = rollout
  return request ? abort(rollout, 'rollout/abort-requested', `${request.by} asked to abort: ${request.why}`) : undefined
}

export function abortOnHardStop(rollout: RolloutState, {target}: Facts, now: number): Decision | undefined {
  const stop = hardStop(rollout, target.kind === 'read' ? target.state : null, now)
  return stop && abort(rollout, stop.reason, stop.why)
}

export function abortOnHarm(rollout: RolloutState, facts: Facts): Decision | undefined {
  const judged = judgeGuards(rollout).find(guard => guard.harmful)
  if (!judged?.harmful || isMovedByOthers(rollout, facts)) return undefined
  return abort(rollout, harmReason(judged.harmful.test), explainHarm(judged, judged.harmful))
}

/** Traffic without anybody who looks is what a canary must never be. Whoever drives the rollout has died long ago. */
export function abortWhenUnwatched(rollout: RolloutState, facts: Facts): Decision | undefined {
  const {unwatchedMs, plan, candidate} = rollout
  if (unwatchedMs === null || plan.deadAfterMs === undefined || isMovedByOthers(rollout, facts)) return undefined
  const why =
    `Nobody looked at ${candidate.version} for ${formatDuration(unwatchedMs)} while it had traffic, ` +
    `the plan allows ${formatDuration(plan.deadAfterMs)}.`
  return abort(rollout, 'rollout/unwatched', why)
}

/** A person's `promote` is an answer to the deadline, so it is not undone by it. */
export function abortWhenLate(rollout: RolloutState, facts: Facts, now: number): Decision | undefined {
  const late = lateness(rollout, now)
  if (!late || rollout.plan.whenLate !== 'abort' || rollout.promote || isMovedByOthers(rollout, facts)) return undefined
  return abort(rollout, 'rollout/late', late)
}

/** Not while somebody else moves the traffic: they may be busy with an incident, and two who steer are worse than one. */
function isMovedByOthers(rollout: RolloutState, {target}: Facts): boolean {
  if (target.kind === 'unreadable') return false
  return (foreignChange(rollout, target.state) ?? foreignShare(rollout, target.state)) !== undefined
}

/** Where nothing was touched, or nothing was there before, there is nothing to restore. */
function abort(rollout: RolloutState, reason: ReasonCode, why: string): Decision {
  const {stable, deployed, intent} = rollout
  if (stable === null || !(deployed || intent)) return {kind: 'end', outcome: 'aborted', reason, why}
  return {kind: 'act', act: {kind: 'restore', release: stable}, reason, why}
}
