/** What a decision leaves in the ledger. Pure. */
import {assertNever} from '../../core/assert.ts'
import type {Decision} from '../decide.ts'
import type {Unstamped} from '../events.ts'
import type {RolloutState} from '../state.ts'

/** The others write nothing by themselves: to ask the target again, to look, to wait, to be done. */
export type WrittenDecision = Extract<Decision, {kind: 'act' | 'confirm' | 'hold' | 'continue' | 'short' | 'end'}>

export function eventOfDecision(decision: WrittenDecision, {id: rollout, stage}: RolloutState): Unstamped {
  switch (decision.kind) {
    case 'act': {
      const {act, reason, why} = decision
      return {type: 'act-intended', rollout, act, reason, why}
    }
    case 'confirm':
      return {type: 'act-confirmed', rollout, intent: decision.intent.id}
    case 'hold':
      return {type: 'held', rollout, reason: decision.reason, why: decision.why}
    case 'continue':
      return {type: 'continued', rollout, reason: decision.reason, why: decision.why}
    case 'short': {
      const {answer, guards, why} = decision
      return {type: 'evidence-was-short', rollout, stage, answer, guards, why}
    }
    case 'end': {
      const {outcome, reason, why} = decision
      return {type: 'rollout-ended', rollout, outcome, reason, why}
    }
    default:
      return assertNever(decision)
  }
}
