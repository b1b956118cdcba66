/** What keeps a rollout where it is until it passes: nothing is lost, nothing is gained. */
import {formatDuration} from '../../core/quantity.ts'
import type {Facts} from '../decide.ts'
import {isExposed} from '../evolve/exposure.ts'
import {ofAsked} from '../judge/asked.ts'
import type {RolloutState} from '../state.ts'
import {foreignChange, foreignShare} from './goal.ts'
import type {Stop} from './hard-stops.ts'
import {lateness} from './lateness.ts'

/** Looks, and ticks, without a candidate request after which that is said aloud: two runs at once look twice in a moment. */
const silentLooks = 3
const silentTicks = 2

/** The reason to hold now; undefined when there is none. What holds only at the end of a stage is not among them. */
export function holdReason(rollout: RolloutState, facts: Facts, now: number): Stop | undefined {
  if (facts.target.kind === 'unreadable') {
    return {reason: 'rollout/target-unreachable', why: `The target does not answer: ${facts.target.detail}`}
  }
  const release = foreignChange(rollout, facts.target.state)
  if (release) return {reason: 'rollout/target-changed-by-someone-else', why: release}
  const share = rollout.reassert ? undefined : foreignShare(rollout, facts.target.state)
  if (share) return {reason: 'rollout/weight-changed-by-someone-else', why: share}
  const [missing] = facts.missingEvidence
  if (missing) return {reason: 'rollout/evidence-missing', why: missing}
  // A person who says "promote" has decided without the others. Who says that the ledger's weight shall hold gives the
  // candidate back what it is starving for.
  const hungry = rollout.reassert ? undefined : starving(rollout)
  return rollout.promote ? undefined : (unmeasured(rollout) ?? hungry ?? onRequest(rollout) ?? late(rollout, now))
}

function unmeasured(rollout: RolloutState): Stop | undefined {
  const failed = ofAsked(rollout, rollout.lastLook?.absent ?? {}).find(([, absence]) => absence.kind === 'query-failed')
  if (!failed) return undefined
  const [guard, {detail}] = failed
  return {reason: 'rollout/telemetry-unavailable', why: `Guard ${guard} could not be measured: ${detail}`}
}

function starving(rollout: RolloutState): Stop | undefined {
  const {lastLook, silence, plan} = rollout
  if (!isExposed(rollout)) return undefined
  const silent = ofAsked(rollout, lastLook?.absent ?? {}).find(([, absence]) => absence.kind === 'no-data')
  if (silent) return {reason: 'rollout/no-traffic', why: `Guard ${silent[0]} has nothing to count: ${silent[1].detail}`}
  const silentMs = lastLook && silence.since !== null ? lastLook.at - silence.since : 0
  if (silence.looks < silentLooks || silentMs < silentTicks * plan.tickMs) return undefined
  const why = `The candidate had no request in the last ${silence.looks} looks, for ${formatDuration(silentMs)}.`
  return {reason: 'rollout/no-traffic', why}
}

function onRequest({hold}: RolloutState): Stop | undefined {
  return hold
    ? {reason: 'rollout/held-on-request', why: `${hold.by} asked to stay at this stage: ${hold.why}`}
    : undefined
}

function late(rollout: RolloutState, now: number): Stop | undefined {
  const why = rollout.plan.whenLate === 'hold' && !rollout.lateAccepted ? lateness(rollout, now) : undefined
  return why === undefined ? undefined : {reason: 'rollout/late', why}
}
