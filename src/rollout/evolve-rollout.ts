/** How each event changes a rollout. Pure; `state.ts` says what the state is made of. */
import {assertNever} from '../core/assert.ts'
import type {ReasonCode} from '../core/finding.ts'
import {parseInstant} from '../core/instant.ts'
import {accumulate, noStanding} from './accumulate.ts'
import type {Act, EventOf, LedgerEvent, RolloutOutcome} from './events.ts'
import type {PendingIntent, Phase, RolloutState} from './state.ts'
import type {Tally} from './tally.ts'

/** An act may fail this often in a row before a person is asked. Restoring never gives up. */
const failuresAllowed = 3

/** The rollout as its first event makes it. */
export function startedRollout(event: EventOf<'rollout-started'>): RolloutState {
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
    dwellEndsAt: null,
    short: 'not-yet',
    shortStages: [],
    shortGuards: [],
    intent: null,
    abort: null,
    promote: null,
    reassert: false,
    looks: 0,
    baseLineAt: null,
    guards: {},
    lastLook: null,
    snapshot: {},
    silence: {looks: 0, stableRequests: 0},
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
      return rollout
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

function requested(rollout: RolloutState, {request, by, why}: EventOf<'requested'>, at: number): RolloutState {
  switch (request) {
    case 'abort':
      return {...rollout, abort: {by, why}}
    case 'promote':
      return {...underWay(rollout, at), promote: {by, why}}
    case 'pause':
      return {...withClock(rollout, at), promote: null, phase: {kind: 'paused', by, why, since: at}}
    case 'resume':
      return resumed(rollout, at)
    default:
      return assertNever(request)
  }
}

/** A person has looked. What that means depends on what waited for a person. */
function resumed(rollout: RolloutState, at: number): RolloutState {
  const {phase} = rollout
  const going = underWay(rollout, at)
  if (phase.kind === 'failed-to-act') return {...going, intent: going.intent && {...going.intent, failures: 0}}
  if (phase.kind !== 'holding') return going
  if (phase.reason === 'rollout/insufficient-evidence') return acceptShort(going)
  return {...going, reassert: true}
}

function measured(rollout: RolloutState, event: EventOf<'measured'>, at: number): RolloutState {
  const guards = {...rollout.guards}
  for (const guard of rollout.plan.guards) {
    const seen = event.guards[guard.name]
    if (seen) guards[guard.name] = accumulate(guards[guard.name] ?? noStanding, guard, seen, event.weightPercent)
  }
  return {
    ...rollout,
    guards,
    looks: rollout.looks + 1,
    baseLineAt: event.weightPercent === 0 ? at : rollout.baseLineAt,
    snapshot: {...rollout.snapshot, ...event.snapshot},
    lastLook: {at, guards: event.guards, alerts: event.alerts ?? {}, absent: event.absent},
    silence: silenceAfter(rollout, event),
  }
}

/** Guards may count different requests; the one that saw most of an arm speaks for it. */
function silenceAfter(rollout: RolloutState, event: EventOf<'measured'>): RolloutState['silence'] {
  const guards = Object.values(event.guards)
  if (rollout.weightPercent === 0 || most(guards.map(guard => guard.candidate)) > 0)
    return {looks: 0, stableRequests: 0}
  const {looks, stableRequests} = rollout.silence
  return {looks: looks + 1, stableRequests: stableRequests + most(guards.map(guard => guard.stable))}
}

function most(counts: readonly Tally[]): number {
  return Math.max(0, ...counts.map(({n}) => n))
}

function evidenceWasShort(rollout: RolloutState, event: EventOf<'evidence-was-short'>, at: number): RolloutState {
  switch (event.answer) {
    case 'extend':
      return {...rollout, short: 'extended', dwellEndsAt: at + dwellOf(rollout, rollout.stage)}
    case 'continue':
      return acceptShort({...rollout, shortGuards: event.guards})
    case 'hold':
      return {
        ...withClock(rollout, at),
        shortGuards: event.guards,
        phase: {kind: 'holding', reason: 'rollout/insufficient-evidence', why: event.why, since: at},
      }
    default:
      return assertNever(event.answer)
  }
}

function acceptShort(rollout: RolloutState): RolloutState {
  const {stage, shortGuards: guards} = rollout
  return {...rollout, short: 'accepted', shortStages: [...rollout.shortStages, {stage, guards}]}
}

function intended(rollout: RolloutState, event: EventOf<'act-intended'>, at: number): RolloutState {
  const intent = {id: event.id, act: event.act, since: at, failures: 0}
  switch (event.act.kind) {
    case 'deploy':
      return {...underWay(rollout, at), intent, deployingSince: rollout.deployingSince ?? at}
    case 'set-weight':
      return {...underWay(rollout, at), intent}
    case 'promote':
      return {...underWay(rollout, at), intent, phase: {kind: 'promoting'}}
    case 'restore': {
      // After the end it only undoes what a late run did; the rollout stays ended.
      if (rollout.phase.kind === 'ended') return {...rollout, intent}
      return {...rollout, intent, phase: {kind: 'aborting', reason: event.reason, why: event.why, restored: false}}
    }
    default:
      return assertNever(event.act)
  }
}

function confirmed(rollout: RolloutState, act: Act, at: number): RolloutState {
  switch (act.kind) {
    case 'deploy':
      return {...rollout, intent: null, deployed: true, deployedAt: at}
    case 'set-weight':
      return weightConfirmed({...rollout, intent: null}, act.stage, act.weightPercent, at)
    case 'promote':
      return {...rollout, intent: null, promoted: true, weightPercent: 100}
    case 'restore': {
      const {phase} = rollout
      const settled = phase.kind === 'aborting' ? {...phase, restored: true} : phase
      return {...rollout, intent: null, weightPercent: 0, phase: settled}
    }
    default:
      return assertNever(act)
  }
}

/** The dwell begins when the target confirms the weight of a new stage; setting the same stage again leaves its clock alone. */
function weightConfirmed(rollout: RolloutState, stage: number, weightPercent: number, at: number): RolloutState {
  const silence = {looks: 0, stableRequests: 0}
  const phase: Phase = rollout.phase.kind === 'deploying' ? {kind: 'running'} : rollout.phase
  const set = {...rollout, phase, weightPercent, silence, reassert: false}
  if (stage === rollout.stage) return set
  return {
    ...set,
    stage,
    short: 'not-yet',
    shortGuards: [],
    dwellEndsAt: at + dwellOf(rollout, stage),
  }
}

function failed(rollout: RolloutState, intent: PendingIntent, event: EventOf<'act-failed'>, at: number): RolloutState {
  const failures = intent.failures + 1
  const next = {...rollout, intent: {...intent, failures}}
  const givesUp = intent.act.kind !== 'restore' && (!event.retryable || failures >= failuresAllowed)
  if (!givesUp) return next
  return {...withClock(next, at), phase: {kind: 'failed-to-act', why: event.message, since: at}}
}

/** The end. Whatever was pending stays so: its run may still carry it out, and the next tick must then undo it. */
export function endedRollout(
  rollout: RolloutState,
  outcome: RolloutOutcome,
  reason: ReasonCode,
  why: string,
): RolloutState {
  return {...rollout, weightPercent: outcome === 'promoted' ? 100 : 0, phase: {kind: 'ended', outcome, reason, why}}
}

/** Out of a hold or a pause, into whatever was under way before it. */
function underWay(rollout: RolloutState, at: number): RolloutState {
  const {phase} = rollout
  if (phase.kind === 'aborting' || phase.kind === 'ended') return rollout
  return {...withClock(rollout, at), phase: phaseUnderWay(rollout)}
}

function phaseUnderWay({plan, approvals, intent, stage}: RolloutState): Phase {
  if (!plan.approvals.every(team => approvals.some(approval => approval.as === team)))
    return {kind: 'awaiting-approval'}
  if (intent?.act.kind === 'promote') return {kind: 'promoting'}
  return {kind: stage < 0 ? 'deploying' : 'running'}
}

/** A stage is observed for its whole dwell: time in which it was held or paused does not count. */
function withClock(rollout: RolloutState, at: number): RolloutState {
  const {phase, dwellEndsAt} = rollout
  const stopped = phase.kind === 'holding' || phase.kind === 'paused' || phase.kind === 'failed-to-act'
  if (!stopped || dwellEndsAt === null) return rollout
  return {...rollout, dwellEndsAt: dwellEndsAt + Math.max(0, at - phase.since)}
}

function dwellOf(rollout: RolloutState, stage: number): number {
  return rollout.plan.stages[stage]?.dwellMs ?? 0
}
