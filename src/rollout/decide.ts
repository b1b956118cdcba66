/**
 * The next step of a rollout, from its state and from what the target says. Pure, and one step at a time: the caller
 * writes it down and does it, then asks again. The order of the questions is the safety argument: what takes traffic
 * away comes first, what holds comes next, what gives traffic comes last.
 */
import type {ReasonCode} from '../core/finding.ts'
import {formatDuration} from '../core/quantity.ts'
import type {Release} from '../core/release.ts'
import type {TargetState} from '../traffic/target.ts'
import type {Act, RolloutOutcome} from './events.ts'
import {describeStage, explainHarm, explainProgress, explainSafety, explainShort, harmReason} from './explain.ts'
import {foreignChange, foreignWeight, isAtRest, isReachedBy, isReady} from './goal.ts'
import {hardStop} from './hard-stops.ts'
import {holdReason} from './holds.ts'
import {type GuardJudgement, judgeGuards} from './judge.ts'
import {isActive, type PendingIntent, type RolloutState} from './state.ts'

/** What was gathered at this tick beside the ledger. The look at the guards is in the state already. */
export interface Facts {
  readonly target:
    | {readonly kind: 'read'; readonly state: TargetState}
    | {readonly kind: 'unreadable'; readonly detail: string}
  /** What stands between the candidate and promotion, one sentence each; empty when nothing does. */
  readonly missingEvidence: readonly string[]
  /** The release that gets all traffic once the rollout is over. */
  readonly current: Release | null
  /** Whether this run asked the target for something and another run has overtaken it meanwhile. */
  readonly overtaken: boolean
}

export type Decision =
  /** Write the intent, then ask the target. */
  | {readonly kind: 'act'; readonly act: Act; readonly reason: ReasonCode; readonly why: string}
  /** Ask the target again for what the ledger already intends. */
  | {readonly kind: 'repeat'; readonly intent: PendingIntent}
  | {readonly kind: 'confirm'; readonly intent: PendingIntent}
  /** Look at the guards before the candidate gets traffic: the base line of all counts. */
  | {readonly kind: 'look'}
  | {readonly kind: 'hold'; readonly reason: ReasonCode; readonly why: string}
  | {readonly kind: 'continue'; readonly reason: ReasonCode; readonly why: string}
  | {
      readonly kind: 'short'
      readonly answer: 'extend' | 'continue' | 'hold'
      readonly guards: readonly string[]
      readonly why: string
    }
  | {readonly kind: 'end'; readonly outcome: RolloutOutcome; readonly reason: ReasonCode; readonly why: string}
  /** Nothing to do until `lookAt` (ms); null when only a person can change that. */
  | {readonly kind: 'wait'; readonly reason: ReasonCode; readonly why: string; readonly lookAt: number | null}
  | {readonly kind: 'done'}

/** How soon to look again at something that is expected to change at any moment. */
const soonMs = 5000

/** @param now milliseconds since 1970 */
export function decide(rollout: RolloutState, facts: Facts, now: number): Decision {
  if (!isActive(rollout)) return afterEnd(rollout, facts)
  return (
    finishAbort(rollout, facts) ??
    abortOnRequest(rollout) ??
    finishPromotion(rollout) ??
    abortOnHardStop(rollout, facts, now) ??
    confirmIntent(rollout, facts) ??
    abortOnHarm(rollout, facts) ??
    waitForPerson(rollout, now) ??
    hold(rollout, facts, now) ??
    settleIntent(rollout) ??
    advance(rollout, facts, now)
  )
}

/** A run that was overtaken may have moved traffic after the end: that alone is undone. What others do later is theirs. */
function afterEnd(rollout: RolloutState, {target, current, overtaken}: Facts): Decision {
  const {intent, candidate} = rollout
  if (target.kind === 'unreadable' || current === null) return {kind: 'done'}
  if (intent?.act.kind === 'restore') {
    return isReachedBy(intent.act, target.state) ? {kind: 'confirm', intent} : {kind: 'repeat', intent}
  }
  const isOurs = target.state.candidate === candidate.version || target.state.stable === candidate.version
  if (!(intent || overtaken) || !isOurs || isAtRest(target.state, current.version)) return {kind: 'done'}
  const why = 'A late run moved traffic after the rollout had ended; that is undone.'
  return {kind: 'act', act: {kind: 'restore', release: current}, reason: 'rollout/late-act-undone', why}
}

function finishAbort(rollout: RolloutState, {target}: Facts): Decision | undefined {
  const {phase, intent} = rollout
  if (phase.kind !== 'aborting') return undefined
  if (phase.restored || !intent) return {kind: 'end', outcome: 'aborted', reason: phase.reason, why: phase.why}
  const reached = target.kind === 'read' && isReachedBy(intent.act, target.state)
  return {kind: reached ? 'confirm' : 'repeat', intent}
}

function abortOnRequest(rollout: RolloutState): Decision | undefined {
  const {abort: request} = rollout
  return request ? abort(rollout, 'rollout/abort-requested', `${request.by} asked to abort: ${request.why}`) : undefined
}

/** Where nothing was touched, or nothing was there before, there is nothing to restore. */
function abort(rollout: RolloutState, reason: ReasonCode, why: string): Decision {
  const {stable, deployed, intent} = rollout
  if (stable === null || !(deployed || intent)) return {kind: 'end', outcome: 'aborted', reason, why}
  return {kind: 'act', act: {kind: 'restore', release: stable}, reason, why}
}

function finishPromotion(rollout: RolloutState): Decision | undefined {
  if (!rollout.promoted) return undefined
  const {promote, candidate, shortStages, plan} = rollout
  if (promote) {
    const why = `${promote.by} asked to promote ${candidate.version}: ${promote.why}`
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted-on-request', why}
  }
  const {length} = plan.stages
  if (shortStages.length === 0) {
    const why = `${candidate.version} was shown to be safe at each of ${length} stages.`
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted', why}
  }
  const names = shortStages.map(({stage, guards}) => `stage ${stage + 1}: ${guards.join(', ')}`)
  const why = `${candidate.version} has all traffic; not harmful, but with insufficient evidence at ${names.join('; ')}.`
  return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted-on-insufficient-evidence', why}
}

function abortOnHardStop(rollout: RolloutState, {target}: Facts, now: number): Decision | undefined {
  const stop = hardStop(rollout, target.kind === 'read' ? target.state : null, now)
  return stop && abort(rollout, stop.reason, stop.why)
}

function confirmIntent({intent}: RolloutState, {target}: Facts): Decision | undefined {
  if (!intent || target.kind === 'unreadable' || !isReachedBy(intent.act, target.state)) return undefined
  return {kind: 'confirm', intent}
}

/** Not while somebody else moves the traffic: they may be busy with an incident, and two who steer are worse than one. */
function abortOnHarm(rollout: RolloutState, {target}: Facts): Decision | undefined {
  const isForeign =
    target.kind === 'read' && (foreignChange(rollout, target.state) ?? foreignWeight(rollout, target.state))
  const judged = judgeGuards(rollout).find(guard => guard.harmful)
  if (isForeign || !judged?.harmful) return undefined
  return abort(rollout, harmReason(judged.harmful.test), explainHarm(judged, judged.harmful))
}

/** The guards keep watching while there is traffic to watch. */
function waitForPerson(rollout: RolloutState, now: number): Decision | undefined {
  const {phase, plan, approvals, weightPercent} = rollout
  const lookAt = weightPercent > 0 ? now + plan.tickMs : null
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
    default:
      return undefined
  }
}

function hold(rollout: RolloutState, facts: Facts, now: number): Decision | undefined {
  const {phase, plan} = rollout
  const stop = holdReason(rollout, facts)
  const held = phase.kind === 'holding' ? phase.reason : undefined
  if (stop && held === stop.reason) return {kind: 'wait', ...stop, lookAt: now + plan.tickMs}
  if (stop) return {kind: 'hold', ...stop}
  if (held === undefined || held === 'rollout/insufficient-evidence') return undefined
  return {kind: 'continue', reason: 'rollout/continued', why: `What held the rollout (${held}) is over.`}
}

function settleIntent({intent, reassert, stage, weightPercent}: RolloutState): Decision | undefined {
  if (intent) return {kind: 'repeat', intent}
  if (!reassert) return undefined
  const why = `A person said that the ledger's ${weightPercent}% shall hold.`
  return {kind: 'act', act: {kind: 'set-weight', weightPercent, stage}, reason: 'rollout/resumed', why}
}

/** Everything that gives the candidate traffic. */
function advance(rollout: RolloutState, {target}: Facts, now: number): Decision {
  const {candidate, stable, plan, promote} = rollout
  if (!rollout.deployed) {
    const why = stable
      ? `${candidate.version} goes beside ${stable.version}, without traffic.`
      : `${candidate.version} is the first release.`
    return {kind: 'act', act: {kind: 'deploy', release: candidate}, reason: 'rollout/started', why}
  }
  if (target.kind === 'read' && isReady(rollout, target.state) === false) {
    const why = `${candidate.version} is starting${target.state.detail ? `: ${target.state.detail}` : ''}.`
    return {kind: 'wait', reason: 'rollout/candidate-starting', why, lookAt: now + Math.min(soonMs, plan.tickMs)}
  }
  if (stable === null) {
    const why = `${candidate.version} is the first release of this environment: there was nothing to compare it with, and no canary.`
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/first-release', why}
  }
  if (promote) {
    const why = `${promote.by} asked to promote: ${promote.why}`
    return {kind: 'act', act: {kind: 'promote', release: candidate}, reason: 'rollout/promote-requested', why}
  }
  if (rollout.stage < 0) return rollout.looks === 0 ? {kind: 'look'} : firstStage(rollout)
  return endOfDwell(rollout, now)
}

function firstStage(rollout: RolloutState): Decision {
  return nextStage(rollout, 'rollout/candidate-ready', `${rollout.candidate.version} is ready; the first stage begins.`)
}

function endOfDwell(rollout: RolloutState, now: number): Decision {
  const {dwellEndsAt, plan, phase, short} = rollout
  const guards = judgeGuards(rollout)
  if (dwellEndsAt !== null && now < dwellEndsAt) {
    const left = `${describeStage(rollout)}, ${formatDuration(dwellEndsAt - now)} left.`
    const why = [left, ...guards.map(judged => `${explainProgress(judged, plan.safety, rollout.weightPercent)}.`)].join(
      ' ',
    )
    return {kind: 'wait', reason: 'rollout/in-progress', why, lookAt: Math.min(now + plan.tickMs, dwellEndsAt)}
  }
  const unsure = guards.filter(judged => !judged.safe)
  const shown = guards.map(explainSafety).join('; ')
  if (unsure.length === 0) return nextStage(rollout, 'rollout/stage-passed', `shown to be safe. ${shown}`)
  if (short === 'accepted') {
    return nextStage(
      rollout,
      'rollout/stage-passed-on-insufficient-evidence',
      `over with insufficient evidence. ${shown}`,
    )
  }
  const answer = answerToShort(rollout, unsure)
  const why = `Insufficient evidence: ${unsure.map(judged => explainShort(judged, plan.safety)).join(', ')}.`
  const isHeld = phase.kind === 'holding' && phase.reason === 'rollout/insufficient-evidence'
  if (isHeld && answer === 'hold') return {kind: 'wait', reason: phase.reason, why, lookAt: now + plan.tickMs}
  return {kind: 'short', answer, guards: unsure.map(judged => judged.guard.name), why}
}

/** No policy goes on with nothing at all: not one request seen is not little evidence, it is none. */
function answerToShort({plan, short}: RolloutState, unsure: readonly GuardJudgement[]): 'extend' | 'continue' | 'hold' {
  if (plan.whenEvidenceIsShort === 'extend') return short === 'extended' ? 'hold' : 'extend'
  if (plan.whenEvidenceIsShort === 'hold') return 'hold'
  return unsure.some(judged => judged.here.candidate.n === 0) ? 'hold' : 'continue'
}

/** @param how the stage that is over went, for the sentence. */
function nextStage({stage, plan, candidate}: RolloutState, reason: ReasonCode, how: string): Decision {
  const next = plan.stages[stage + 1]
  const why = stage < 0 ? how : `Stage ${stage + 1} is ${how}.`
  if (!next) return {kind: 'act', act: {kind: 'promote', release: candidate}, reason, why}
  return {kind: 'act', act: {kind: 'set-weight', weightPercent: next.weightPercent, stage: stage + 1}, reason, why}
}
