/** Which word of a person has a place in which state of a rollout. Pure. */
import {assertNever} from '../../core/assert.ts'
import {UserError} from '../../core/failure.ts'
import {closureAt} from '../decide/calendar.ts'
import type {RequestKind, Unstamped} from '../events.ts'
import {asSentence} from '../report/explain.ts'
import type {EnvironmentState, RolloutState} from '../state.ts'

export type RolloutRequest =
  | {
      readonly kind: RequestKind
      readonly why: string
      /** Of `promote`: that no freeze shall keep it. */
      readonly despiteFreeze?: boolean
      /** The rollout that the word is meant for; a word for another one is refused. */
      readonly expect?: string | undefined
    }
  /** Approves for a team of the plan; that the person belongs to it is checked by whoever knows people. */
  | {readonly kind: 'approve'; readonly as: string; readonly expect?: string | undefined}

/**
 * A word that comes late must not reach the rollout after the one it was meant for.
 * @throws UserError `rollout/request-outdated`
 */
export function refuseOutdated({rollout}: EnvironmentState, expect: string | undefined): void {
  if (expect === undefined || expect === rollout?.id) return
  const present = rollout ? describePresent(rollout) : 'No rollout was ever started here.'
  throw new UserError('rollout/request-outdated', `The request is meant for the rollout ${expect}.`, {
    hint: `${present} Say it again for that one if it still holds.`,
  })
}

/** `The rollout r2 of v3 is running, at 25%.` */
export function describePresent(rollout: RolloutState): string {
  const {id, candidate, phase, weightPercent} = rollout
  if (phase.kind === 'ended') return describeLast(rollout)
  const reason = phase.kind === 'holding' ? ` (${phase.reason})` : ''
  return `The rollout ${id} of ${candidate.version} is ${phase.kind}${reason}, at ${weightPercent}%.`
}

export function describeLast({id, candidate, phase}: RolloutState): string {
  const how = phase.kind === 'ended' ? `: ${phase.outcome}` : ''
  return `The last rollout, ${id} of ${candidate.version}, has ended${how}.`
}

/**
 * The event that keeps a person's word.
 * @param now milliseconds since 1970
 * @throws UserError `rollout/request-out-of-place`, `rollout/frozen`, `rollout/approval-not-needed`
 */
export function eventOfRequest(request: RolloutRequest, rollout: RolloutState, now: number): Unstamped {
  if (request.kind === 'approve') {
    if (!rollout.plan.approvals.includes(request.as)) throw notNeeded(request.as, rollout)
    return {type: 'approved', rollout: rollout.id, as: request.as}
  }
  const hint = outOfPlace(request.kind, rollout)
  if (hint !== undefined) {
    const message = `${describePresent(rollout)} It cannot ${request.kind} now.`
    throw new UserError('rollout/request-out-of-place', message, {hint})
  }
  const {despiteFreeze = false, why} = request
  if (request.kind === 'promote' && !despiteFreeze) refuseFrozen(rollout, now)
  const through = despiteFreeze ? {despiteFreeze} : {}
  return {type: 'requested', rollout: rollout.id, request: request.kind, why, ...through}
}

/** What to do instead, where the request has no place in the present state; undefined where it has. */
function outOfPlace(kind: RequestKind, rollout: RolloutState): string | undefined {
  const {phase, hold} = rollout
  switch (kind) {
    case 'abort':
      return undefined
    case 'pause':
    case 'hold':
      if (phase.kind === 'aborting' || phase.kind === 'promoting') {
        return 'It is nearly over; abort it to take traffic from the candidate.'
      }
      if (phase.kind === 'paused') return 'It is paused already.'
      return kind === 'hold' && hold ? `${hold.by} has asked for that already.` : undefined
    case 'promote':
      if (phase.kind === 'awaiting-approval') return 'It needs its approvals first.'
      if (phase.kind === 'promoting') return 'It is being promoted already.'
      return phase.kind === 'aborting' ? 'An abort wins over a promotion.' : undefined
    case 'resume':
      return isResumable(rollout) ? undefined : adviceOnResume(phase)
    default:
      return assertNever(kind)
  }
}

const resumableHolds: ReadonlySet<string> = new Set([
  'rollout/insufficient-evidence',
  'rollout/incomplete-measurement',
  'rollout/weight-changed-by-someone-else',
  'rollout/awaiting-go',
  'rollout/held-on-request',
  'rollout/late',
])

/** A hold that passes by itself is not resumed by saying so: measurements must come back, not courage. */
function isResumable({phase, hold}: RolloutState): boolean {
  if (phase.kind === 'paused' || phase.kind === 'failed-to-act' || hold) return true
  return phase.kind === 'holding' && resumableHolds.has(phase.reason)
}

function adviceOnResume(phase: RolloutState['phase']): string {
  if (phase.kind !== 'holding') return 'It waits for nothing that a person could give.'
  return phase.reason === 'rollout/frozen'
    ? 'It goes on by itself when the freeze is over; only a promotion can be asked for despite it.'
    : 'It goes on by itself when what holds it is over.'
}

function refuseFrozen(rollout: RolloutState, now: number): void {
  const closure = rollout.weightPercent >= 100 ? null : closureAt(rollout.plan, now)
  if (!closure) return
  throw new UserError(
    'rollout/frozen',
    `${rollout.candidate.version} is not promoted now. ${asSentence(closure.why)}`,
    {
      hint: 'Wait until then, or say that it shall be promoted despite the freeze: that is recorded with your name and reason.',
    },
  )
}

function notNeeded(team: string, {plan}: RolloutState): UserError {
  const needed = plan.approvals.length > 0 ? plan.approvals.join(', ') : 'nobody'
  return new UserError('rollout/approval-not-needed', `The plan does not ask for the approval of ${team}.`, {
    hint: `It asks for: ${needed}.`,
  })
}
