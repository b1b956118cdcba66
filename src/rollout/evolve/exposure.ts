/** Whether anything reaches the candidate. Pure. */
import type {RolloutState} from '../state.ts'

/** Whether it gets requests of users, or copies of them. */
export function isExposed({weightPercent, mirrorPercent}: RolloutState): boolean {
  return weightPercent > 0 || mirrorPercent > 0
}

/** Nothing is missing yet: the silence of a candidate is counted anew at each weight. */
export const noSilence = {looks: 0, stableRequests: 0, since: null}
