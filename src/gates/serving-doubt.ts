import {UserError} from '../core/failure.ts'
import type {Finding} from '../core/finding.ts'
import type {Release} from '../core/release.ts'
import {gatherTarget} from '../rollout/run/gather.ts'
import {servingRelease} from '../rollout/run/serving.ts'
import {activeRollout, type EnvironmentState} from '../rollout/state.ts'
import type {Target} from '../traffic/target.ts'

interface ServingQuestion {
  readonly state: EnvironmentState
  /** The release in production as the caller names it. */
  readonly named: Release | null
  readonly candidate: Release
}

/**
 * What a start would be refused for because of what serves; null where nothing would. A target that does not answer is a
 * warning: a plan is often made where only the rollout has the way to it. While a rollout is under way, who serves may
 * change between two looks, and its own ticks watch over that.
 */
export async function doubtAboutServing(
  target: Target,
  {state, named, candidate}: ServingQuestion,
): Promise<Finding | null> {
  if (activeRollout(state)) return null
  const {current} = state
  const seen = await gatherTarget(target)
  if (seen.kind === 'unreadable') return notRead(seen.detail, current ?? named)
  try {
    servingRelease({current, named, candidate, target: seen.state})
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {
      id: 'plan/serving',
      verdict: 'fail',
      reason: error.code,
      subject: seen.state.stable ?? candidate.version,
      what: error.message,
      why: 'The rollout would be refused at its start.',
      ...(error.hint === undefined ? {} : {remedy: error.hint}),
    }
  }
}

function notRead(detail: string, stable: Release | null): Finding {
  const known = stable
    ? `The plan takes ${stable.version} for what serves.`
    : 'The ledger knows no release here: if none serves, this one gets all traffic at once.'
  return {
    id: 'plan/serving',
    verdict: 'warn',
    reason: 'plan/target-not-read',
    subject: 'target',
    what: `The target does not say what serves: ${detail.replace(/\.$/, '')}. ${known}`,
    why: 'Where another release serves than the plan takes for it, or the target does not answer, the rollout is refused at its start.',
    remedy: 'Plan from where the target can be reached, or see that it answers before the rollout starts.',
  }
}
