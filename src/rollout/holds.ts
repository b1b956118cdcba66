/** What keeps a rollout where it is until it passes: nothing is lost, nothing is gained. */
import type {Facts} from './decide.ts'
import {foreignChange, foreignWeight} from './goal.ts'
import type {Stop} from './hard-stops.ts'
import type {RolloutState} from './state.ts'

/** Looks without a candidate request after which that is said aloud. */
const silentLooks = 3

/** The reason to hold now; undefined when there is none. Short evidence is not among them: that is the plan's matter. */
export function holdReason(rollout: RolloutState, facts: Facts): Stop | undefined {
  if (facts.target.kind === 'unreadable') {
    return {reason: 'rollout/target-unreachable', why: `The target does not answer: ${facts.target.detail}`}
  }
  const release = foreignChange(rollout, facts.target.state)
  if (release) return {reason: 'rollout/target-changed-by-someone-else', why: release}
  const weight = rollout.reassert ? undefined : foreignWeight(rollout, facts.target.state)
  if (weight) return {reason: 'rollout/weight-changed-by-someone-else', why: weight}
  const [missing] = facts.missingEvidence
  if (missing) return {reason: 'rollout/evidence-missing', why: missing}
  // A person who says "promote" has decided without these two.
  return rollout.promote ? undefined : (unmeasured(rollout) ?? starving(rollout))
}

function unmeasured({lastLook}: RolloutState): Stop | undefined {
  const failed = Object.entries(lastLook?.absent ?? {}).find(([, absence]) => absence.kind === 'query-failed')
  if (!failed) return undefined
  const [guard, {detail}] = failed
  return {reason: 'rollout/telemetry-unavailable', why: `Guard ${guard} could not be measured: ${detail}`}
}

function starving({lastLook, silence, weightPercent}: RolloutState): Stop | undefined {
  if (weightPercent === 0) return undefined
  const silent = Object.entries(lastLook?.absent ?? {}).find(([, absence]) => absence.kind === 'no-data')
  if (silent) return {reason: 'rollout/no-traffic', why: `Guard ${silent[0]} has nothing to count: ${silent[1].detail}`}
  if (silence.looks < silentLooks) return undefined
  return {reason: 'rollout/no-traffic', why: `The candidate had no request in the last ${silence.looks} looks.`}
}
