/** A target that does at once what it is asked, for a rollout that is only thought through. Pure: state in, state out. */
import {assertNever} from '../core/assert.ts'
import type {Release} from '../core/release.ts'
import type {Act} from '../rollout/events.ts'
import type {TargetCapabilities, TargetState} from '../traffic/target.ts'

/** It can do all that any target can: a policy is judged here, and no target. */
export const virtualCapabilities: TargetCapabilities = {
  granularityPercent: 1e-6,
  observesWeight: true,
  observesReadiness: true,
  mirrors: true,
}

export function targetServing(stable: Release): TargetState {
  return {stable: stable.version, candidate: null, ...withWeight(0), candidateReady: null}
}

export function afterAct(state: TargetState, act: Act): TargetState {
  switch (act.kind) {
    case 'deploy':
      return {...state, candidate: act.release.version, ...withWeight(0), candidateReady: true}
    case 'set-weight':
      return {...state, desiredWeightPercent: act.weightPercent, observedWeightPercent: act.weightPercent}
    case 'mirror':
      return {...state, mirrorPercent: act.percent}
    case 'promote':
    case 'restore':
      return targetServing(act.release)
    default:
      return assertNever(act)
  }
}

function withWeight(weightPercent: number) {
  return {desiredWeightPercent: weightPercent, observedWeightPercent: weightPercent, mirrorPercent: 0}
}
