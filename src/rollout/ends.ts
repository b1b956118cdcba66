/** How a rollout ends, and what is left to do after it. Pure. */
import {formatDuration} from '../core/quantity.ts'
import type {Decision, Facts} from './decide.ts'
import {isAtRest, isReachedBy} from './goal.ts'
import type {RolloutState} from './state.ts'

/** A run that was overtaken may have moved traffic after the end: that alone is undone. What others do later is theirs. */
export function afterEnd(rollout: RolloutState, {target, current, overtaken}: Facts): Decision {
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
