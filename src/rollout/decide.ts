/**
 * The next step of a rollout, from its state and from what the target says. Pure, and one step at a time: the caller
 * writes it down and does it, then asks again. The order of the questions is the safety argument: what takes traffic
 * away comes first, what holds comes next, what gives traffic comes last.
 */
import type {ReasonCode} from '../core/finding.ts'
import type {Release} from '../core/release.ts'
import type {TargetState} from '../traffic/target.ts'
import {
  abortOnHardStop,
  abortOnHarm,
  abortOnRequest,
  abortWhenLate,
  abortWhenUnwatched,
  finishAbort,
} from './decide/aborts.ts'
import {advance} from './decide/advance.ts'
import {afterEnd, finishPromotion} from './decide/ends.ts'
import {isReachedBy} from './decide/goal.ts'
import {hold, settleIntent, waitForPerson} from './decide/waits.ts'
import type {Act, RolloutOutcome} from './events.ts'
import type {PendingIntent, RolloutState} from './state.ts'
import {isActive} from './state.ts'

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

/** @param now milliseconds since 1970 */
export function decide(rollout: RolloutState, facts: Facts, now: number): Decision {
  if (!isActive(rollout)) return afterEnd(rollout, facts, now)
  return (
    finishAbort(rollout, facts) ??
    abortOnRequest(rollout) ??
    finishPromotion(rollout) ??
    abortOnHardStop(rollout, facts, now) ??
    confirmIntent(rollout, facts) ??
    abortOnHarm(rollout, facts) ??
    abortWhenUnwatched(rollout, facts) ??
    abortWhenLate(rollout, facts, now) ??
    waitForPerson(rollout, now) ??
    hold(rollout, facts, now) ??
    settleIntent(rollout, facts) ??
    advance(rollout, facts, now)
  )
}

function confirmIntent({intent}: RolloutState, {target}: Facts): Decision | undefined {
  if (!intent || target.kind === 'unreadable' || !isReachedBy(intent.act, target.state)) return undefined
  return {kind: 'confirm', intent}
}
