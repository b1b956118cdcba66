/** How a rollout ends, and what is left to do after it. Pure. */
import {formatDuration} from '../../core/quantity.ts'
import {type Release, sameRelease} from '../../core/release.ts'
import type {TargetState} from '../../traffic/target.ts'
import type {Decision, Facts} from '../decide.ts'
import type {PendingIntent, RolloutState} from '../state.ts'
import {isAtRest} from './goal.ts'

/** A run that was overtaken may have moved traffic after the end: that alone is undone. What others do later is theirs. */
export function afterEnd(rollout: RolloutState, {target, current, overtaken}: Facts, now: number): Decision {
  const {intent} = rollout
  if (current === null || !(intent || overtaken)) return {kind: 'done'}
  const undoing = intent && isUndoing(intent, current) ? intent : null
  if (target.kind === 'unreadable') return undoing ? waitForTarget(rollout, undoing, now) : noteDuty(overtaken, current)
  if (undoing) {
    if (isAtRest(target.state, current.version)) return {kind: 'confirm', intent: undoing}
    return isTheirs(rollout, target.state, current) ? {kind: 'done'} : {kind: 'repeat', intent: undoing}
  }
  if (!isOurs(rollout, target.state, current) || isAtRest(target.state, current.version)) return {kind: 'done'}
  return undo(current, 'A late run moved traffic after the rollout had ended; that is undone.')
}

/** A restoration of another release was meant for before the end. */
function isUndoing({act}: PendingIntent, current: Release): boolean {
  return act.kind === 'restore' && sameRelease(act.release, current)
}

/**
 * Only the run that was overtaken knows that it may have moved traffic, and it may die. Once the intent is in the ledger,
 * whoever ticks next knows it too.
 */
function noteDuty(overtaken: boolean, current: Release): Decision {
  if (!overtaken) return {kind: 'done'}
  return undo(current, 'A late run may have moved traffic after the end, and the target does not say.')
}

function undo(current: Release, why: string): Decision {
  return {kind: 'act', act: {kind: 'restore', release: current}, reason: 'rollout/late-act-undone', why}
}

/** Nothing is moved unseen: others may have put things right meanwhile. After a while the watchdog alone asks again. */
function waitForTarget({plan, candidate}: RolloutState, {since}: PendingIntent, now: number): Decision {
  const why =
    `The rollout of ${candidate.version} has ended, a late run may have moved traffic since, ` +
    'and the target does not answer.'
  const lookAt = now - since < plan.staleAfterMs ? now + plan.tickMs : null
  return {kind: 'wait', reason: 'rollout/target-unreachable', why, lookAt}
}

/** What acts of this rollout may have left behind: its candidate, or the release that it was to restore. */
function isOurs({candidate, stable: before}: RolloutState, {stable, candidate: beside}: TargetState, current: Release) {
  const ours = [candidate.version, before?.version].filter(version => version !== current.version)
  return [stable, beside].some(version => version !== null && ours.includes(version))
}

/** A release that neither this rollout nor the ledger knows serves: somebody put it there after the end. */
function isTheirs(rollout: RolloutState, target: TargetState, current: Release): boolean {
  const isKnown = target.stable === null || target.stable === current.version
  return !isKnown && !isOurs(rollout, target, current)
}

/** The target confirmed that the candidate has everything: only to be said with what it rests on. */
export function finishPromotion(rollout: RolloutState): Decision | undefined {
  if (!rollout.promoted) return undefined
  const {candidate, shortStages, plan} = rollout
  const request = rollout.promote ?? rollout.skip
  if (request) {
    const why = `${request.by} asked to promote ${candidate.version}: ${request.why}`
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted-on-request', why}
  }
  if (plan.stages.length === 0) {
    const why = `${candidate.version} has all traffic at once, as the plan says; no guard has judged it.`
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted-unwatched', why}
  }
  if (shortStages.length === 0) {
    return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted', why: shownSafe(rollout)}
  }
  const names = shortStages.map(({stage, guards}) => `stage ${stage + 1}: ${guards.join(', ')}`)
  const why = `${candidate.version} has all traffic; not harmful, but with insufficient evidence at ${names.join('; ')}.`
  return {kind: 'end', outcome: 'promoted', reason: 'rollout/promoted-on-insufficient-evidence', why}
}

function shownSafe({candidate, plan}: RolloutState): string {
  const judged = plan.stages.filter(stage => !stage.isBake)
  const bake = plan.stages.find(stage => stage.isBake)
  const safe = `was shown to be safe at ${judged.length === 1 ? 'its only stage' : `each of ${judged.length} stages`}`
  if (!bake) return `${candidate.version} ${safe}.`
  const watched = formatDuration(bake.dwellMs)
  return judged.length === 0
    ? `${candidate.version} was shown to be safe in ${watched} with all traffic.`
    : `${candidate.version} ${safe}, and showed no harm in ${watched} with all traffic.`
}
