/** Everything that gives the candidate traffic: from its deployment, stage by stage, to all of it. Pure. */
import type {ReasonCode} from '../../core/finding.ts'
import type {Decision, Facts} from '../decide.ts'
import type {PromoteRequest, RolloutState} from '../state.ts'
import {withClearance} from './clearance.ts'
import {isReady} from './goal.ts'
import {endOfBake, endOfDwell} from './stage-end.ts'

/** How soon to look again at something that is expected to change at any moment. */
const soonMs = 5000

export function advance(rollout: RolloutState, {target}: Facts, now: number): Decision {
  const {candidate, stable, plan, promote, stage} = rollout
  if (!rollout.deployed) return deploy(rollout, now)
  if (target.kind === 'read' && isReady(rollout, target.state) === false) {
    const why = `${candidate.version} is starting${target.state.detail ? `: ${target.state.detail}` : ''}.`
    return {kind: 'wait', reason: 'rollout/candidate-starting', why, lookAt: now + Math.min(soonMs, plan.tickMs)}
  }
  if (stable === null) {
    const why = `${candidate.version} is the first release of this environment: there was nothing to compare it with, and no canary.`
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/first-release', why}
  }
  if (stage < 0 && rollout.looks === 0) return {kind: 'look'}
  if (promote) return promoteNow(rollout, promote, now)
  if (stage < 0) {
    return nextStage(rollout, 'rollout/candidate-ready', `${candidate.version} is ready; the first stage begins.`, now)
  }
  const end = plan.stages[stage]?.isBake ? endOfBake(rollout, now) : endOfDwell(rollout, now)
  return end.kind === 'over' ? nextStage(rollout, end.reason, end.why, now) : end
}

/** Where nothing serves yet, the first release has all traffic from its deployment on. */
function deploy(rollout: RolloutState, now: number): Decision {
  const {candidate, stable} = rollout
  const why = stable
    ? `${candidate.version} goes beside ${stable.version}, without traffic.`
    : `${candidate.version} is the first release.`
  const act = {kind: 'act', act: {kind: 'deploy', release: candidate}, reason: 'rollout/started', why} as const
  return stable ? act : withClearance(rollout, {stage: -1, what: `The deployment of ${candidate.version}`}, act, now)
}

/**
 * The dwell is skipped, the hard stops were asked before, and the watch afterwards is not: where the plan has one, the
 * candidate gets everything with the old release kept beside it, and a second `promote` ends that too.
 */
function promoteNow(rollout: RolloutState, promote: PromoteRequest, now: number): Decision {
  const {plan, stage} = rollout
  const why = `${promote.by} asked to promote: ${promote.why}`
  const reason = 'rollout/promote-requested'
  const bake = plan.stages.findIndex(each => each.isBake)
  if (bake < 0 || stage >= bake) return toEverything(rollout, reason, why, now)
  return toStage(rollout, bake, reason, why, now)
}

/** @param why how the stage that is over went. */
function nextStage(rollout: RolloutState, reason: ReasonCode, why: string, now: number): Decision {
  const next = rollout.stage + 1
  return rollout.plan.stages[next] ? toStage(rollout, next, reason, why, now) : toEverything(rollout, reason, why, now)
}

function toEverything(rollout: RolloutState, reason: ReasonCode, why: string, now: number): Decision {
  const {candidate, weightPercent, plan} = rollout
  const act = {kind: 'act', act: {kind: 'promote', release: candidate}, reason, why} as const
  // Where it has everything already, it only loses the old release beside it.
  if (weightPercent >= 100) return act
  return withClearance(rollout, {stage: plan.stages.length, what: `The promotion of ${candidate.version}`}, act, now)
}

function toStage(rollout: RolloutState, stage: number, reason: ReasonCode, why: string, now: number): Decision {
  const {weightPercent, mirrorPercent: percent} = rollout.plan.stages[stage] ?? {weightPercent: 0}
  if (percent !== undefined) {
    const act = {kind: 'act', act: {kind: 'mirror', percent, stage}, reason, why} as const
    return withClearance(rollout, {stage, what: `Stage ${stage + 1} (copies of ${percent}%)`}, act, now)
  }
  const act = {kind: 'act', act: {kind: 'set-weight', weightPercent, stage}, reason, why} as const
  const opened = withClearance(rollout, {stage, what: `Stage ${stage + 1} (${weightPercent}%)`}, act, now)
  return opened === act && rollout.mirrorPercent > 0 ? endMirroring(rollout, why) : opened
}

/** A candidate that gets both copies and requests of its own could not be told what it was judged by. */
function endMirroring({stage}: RolloutState, why: string): Decision {
  return {kind: 'act', act: {kind: 'mirror', percent: 0, stage}, reason: 'rollout/mirroring-over', why}
}
