/** Whether the target shows what an act was meant to bring about, and whether it shows what the ledger says. */
import {assertNever} from '../../core/assert.ts'
import type {TargetState} from '../../traffic/target.ts'
import type {Act} from '../events.ts'
import type {RolloutState} from '../state.ts'

/** Routers count in floats: a weight is the same when it agrees to a hundredth of a percent. */
const tolerancePercent = 0.01

/** Whether `target` shows the goal of `act`. What a target cannot observe is believed as it was asked for. */
export function isReachedBy(act: Act, target: TargetState): boolean {
  switch (act.kind) {
    case 'deploy':
      return target.candidate === act.release.version || target.stable === act.release.version
    case 'set-weight':
      return target.candidate !== null && hasWeight(target, act.weightPercent)
    case 'mirror':
      return target.candidate !== null && isSame(target.mirrorPercent ?? 0, act.percent)
    case 'promote':
    case 'restore':
      return isAtRest(target, act.release.version)
    default:
      return assertNever(act)
  }
}

/** All traffic goes to `version`, and nothing stands beside it that could get any. */
export function isAtRest({stable, candidate}: TargetState, version: string): boolean {
  return stable === version && (candidate === null || candidate === version)
}

/**
 * Whether the target says that the release of this rollout can serve; null when it cannot tell. The first release of an
 * environment stands beside no other: it is the target's stable release from its deployment on.
 */
export function isReady({candidate, stable}: RolloutState, target: TargetState): boolean | null {
  if (stable === null) return target.stable === candidate.version ? (target.stableReady ?? null) : null
  return target.candidate === candidate.version ? target.candidateReady : null
}

/** What somebody else changed, in a sentence; undefined when the target shows what the ledger says or intends. */
export function foreignChange(rollout: RolloutState, target: TargetState): string | undefined {
  const {intent, candidate, stable} = rollout
  if (intent && isReachedBy(intent.act, target)) return undefined
  if (stable === null) {
    const isOurs = target.stable === candidate.version || (target.stable === null && !rollout.deployed)
    return isOurs ? undefined : `${target.stable ?? 'Nothing'} serves, where only ${candidate.version} was deployed.`
  }
  if (target.stable !== stable.version) {
    return `The stable release is ${target.stable ?? 'gone'}, the ledger says ${stable.version}.`
  }
  if (rollout.deployed && target.candidate !== candidate.version) {
    return `The candidate is ${target.candidate ?? 'gone'}, the ledger says ${candidate.version}.`
  }
  return undefined
}

/** What somebody else changed about the share that the candidate gets, of requests or of copies; undefined when nothing. */
export function foreignShare(rollout: RolloutState, target: TargetState): string | undefined {
  return foreignWeight(rollout, target) ?? foreignMirror(rollout, target)
}

/** The mirroring that somebody else began or ended, in a sentence; undefined when it is the ledger's or an intended one. */
export function foreignMirror({intent, mirrorPercent}: RolloutState, target: TargetState): string | undefined {
  // Promoting and restoring end it without an intent of its own.
  if (target.candidate === null || intent?.act.kind === 'promote') return undefined
  const seen = target.mirrorPercent ?? 0
  const intended = intent?.act.kind === 'mirror' ? intent.act.percent : mirrorPercent
  if (isSame(seen, mirrorPercent) || isSame(seen, intended)) return undefined
  return `The candidate gets copies of ${seen}% of the requests, the ledger says ${mirrorPercent}%.`
}

/**
 * The weight that somebody else set, in a sentence; undefined when it is the ledger's or an intended one. A target may
 * be on its way between the two.
 */
function foreignWeight({intent, weightPercent}: RolloutState, target: TargetState): string | undefined {
  if (target.candidate === null || intent?.act.kind === 'promote') return undefined
  const intended = intent?.act.kind === 'set-weight' ? intent.act.weightPercent : weightPercent
  const desired = target.desiredWeightPercent
  const observed = target.observedWeightPercent ?? desired
  const isAskedByUs = isSame(desired, weightPercent) || isSame(desired, intended)
  const low = Math.min(weightPercent, intended) - tolerancePercent
  const high = Math.max(weightPercent, intended) + tolerancePercent
  if (isAskedByUs && low <= observed && observed <= high) return undefined
  return `The candidate's weight is ${observed}% (asked for: ${desired}%), the ledger says ${weightPercent}%.`
}

function hasWeight({desiredWeightPercent, observedWeightPercent}: TargetState, weightPercent: number): boolean {
  return isSame(desiredWeightPercent, weightPercent) && isSame(observedWeightPercent ?? weightPercent, weightPercent)
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerancePercent
}
