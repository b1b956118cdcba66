/** How each event changes a rollout. Pure; `state.ts` says what the state is made of. */
import {assertNever} from '../../core/assert.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {parseInstant} from '../../core/instant.ts'
import type {EventOf, LedgerEvent, RolloutOutcome} from '../events.ts'
import {firstStanding} from '../judge/accumulate.ts'
import type {RolloutState} from '../state.ts'
import {confirmed, failed, intended} from './evolve-act.ts'
import {measured} from './evolve-measured.ts'
import {requested} from './evolve-requested.ts'
import {evidenceWasShort} from './evolve-short.ts'
import {noSilence} from './exposure.ts'
import {underWay, withClock} from './stage-clock.ts'

/** The rollout as its first event makes it. `before`: the one that it follows in this environment, if any. */
export function startedRollout(event: EventOf<'rollout-started'>, before: RolloutState | null): RolloutState {
  return {
    id: event.rollout,
    candidate: event.candidate,
    stable: event.stable,
    plan: event.plan,
    startedAt: parseInstant(event.at),
    startedBy: event.by,
    approvals: [],
    phase: {kind: event.plan.approvals.length > 0 ? 'awaiting-approval' : 'deploying'},
    deployed: false,
    promoted: false,
    deployingSince: null,
    deployedAt: null,
    stage: -1,
    weightPercent: 0,
    mirrorPercent: 0,
    firstStageAt: null,
    dwellBeganAt: null,
    dwellEndsAt: null,
    short: 'not-yet',
    shortStages: [],
    shortGuards: [],
    intent: null,
    abort: null,
    promote: null,
    hold: null,
    skip: null,
    goUntilStage: -1,
    lateAccepted: false,
    reassert: false,
    looks: 0,
    baseLineAt: null,
    watchedAt: null,
    unwatchedMs: null,
    begunAlerts: [],
    firing: {},
    guards: Object.fromEntries(event.plan.guards.map(guard => [guard.name, firstStanding(guard, before, event.past)])),
    lastLook: null,
    snapshot: {},
    silence: noSilence,
    driver: null,
    tickets: [],
  }
}

/** What changes a rollout that has started. */
export type RolloutEvent = Exclude<LedgerEvent, {type: 'rollout-started' | 'restored'}>

export function evolveRollout(rollout: RolloutState, event: RolloutEvent): RolloutState {
  const at = parseInstant(event.at)
  switch (event.type) {
    case 'approved':
      return approved(rollout, event)
    case 'requested':
      return requested(rollout, event, at)
    case 'measured':
      return measured(rollout, event, at)
    case 'held':
      return {...withClock(rollout, at), phase: {kind: 'holding', reason: event.reason, why: event.why, since: at}}
    case 'continued':
      return underWay(rollout, at)
    case 'evidence-was-short':
      return evidenceWasShort(rollout, event, at)
    case 'act-intended':
      return intended(rollout, event, at)
    case 'act-confirmed':
      return rollout.intent?.id === event.intent ? confirmed(rollout, rollout.intent.act, at) : rollout
    case 'act-failed':
      return rollout.intent?.id === event.intent ? failed(rollout, rollout.intent, event, at) : rollout
    case 'handed-over':
      return {...rollout, tickets: [...rollout.tickets, event.id]}
    case 'taken-over':
      return {...rollout, driver: event.by, tickets: []}
    case 'rollout-ended':
      return endedRollout(rollout, event.outcome, event.reason, event.why)
    default:
      return assertNever(event)
  }
}

function approved(rollout: RolloutState, {as, by}: EventOf<'approved'>): RolloutState {
  const approvals = [...rollout.approvals, {as, by}]
  const complete = rollout.plan.approvals.every(team => approvals.some(approval => approval.as === team))
  const goesOn = complete && rollout.phase.kind === 'awaiting-approval'
  return {...rollout, approvals, phase: goesOn ? {kind: 'deploying'} : rollout.phase}
}

/** The end. Whatever was pending stays so: its run may still carry it out, and the next tick must then undo it. */
export function endedRollout(
  rollout: RolloutState,
  outcome: RolloutOutcome,
  reason: ReasonCode,
  why: string,
): RolloutState {
  const weightPercent = outcome === 'promoted' ? 100 : 0
  return {...rollout, weightPercent, mirrorPercent: 0, phase: {kind: 'ended', outcome, reason, why}}
}
