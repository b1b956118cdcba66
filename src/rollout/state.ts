/** What the events of an environment mean together. Pure: the same ledger gives the same state on every machine. */
import type {ReasonCode} from '../core/finding.ts'
import {type Release, sameRelease} from '../core/release.ts'
import type {Absence, Act, LedgerEvent, RolloutOutcome} from './events.ts'
import {endedRollout, evolveRollout, startedRollout} from './evolve/evolve-rollout.ts'
import type {GuardStanding} from './judge/accumulate.ts'
import type {KeptSeries} from './look/kept-series.ts'
import type {RolloutPlan} from './stages.ts'
import type {ArmTallies} from './tally.ts'

export interface EnvironmentState {
  /** The release that gets all traffic when no rollout moves it; null before the first one. */
  readonly current: Release | null
  /** All releases that ever were current, oldest first; the last one is `current`. */
  readonly history: readonly {readonly release: Release; readonly since: string}[]
  /** The way back: releases that were promoted and not rolled back since, oldest first; the last one is `current`. */
  readonly lineage: readonly Release[]
  /** The newest rollout, running or ended. */
  readonly rollout: RolloutState | null
  /** When the ledger was written last: the sign of life that a watchdog looks at. */
  readonly lastEventAt: string | null
}

export type Phase =
  | {readonly kind: 'awaiting-approval'}
  /** The candidate is being put beside the stable release; no traffic yet. */
  | {readonly kind: 'deploying'}
  | {readonly kind: 'running'}
  /** The candidate has all traffic, the old release stands beside it, and harm still takes it back. */
  | {readonly kind: 'baking'}
  | {readonly kind: 'holding'; readonly reason: ReasonCode; readonly why: string; readonly since: number}
  | {readonly kind: 'paused'; readonly by: string; readonly why: string; readonly since: number}
  /** The target refused or failed too often; a person must look. */
  | {readonly kind: 'failed-to-act'; readonly why: string; readonly since: number}
  | {readonly kind: 'promoting'}
  | {readonly kind: 'aborting'; readonly reason: ReasonCode; readonly why: string; readonly restored: boolean}
  | {readonly kind: 'ended'; readonly outcome: RolloutOutcome; readonly reason: ReasonCode; readonly why: string}

/** What a person asked for, until it is done. */
export interface OpenRequest {
  readonly by: string
  readonly why: string
}

export interface PromoteRequest extends OpenRequest {
  /** Whether it holds in a freeze too: the person said so. */
  readonly despiteFreeze: boolean
}

/** Stages that a person let a release leave out. */
export interface Skip extends OpenRequest {
  readonly stages: readonly number[]
}

/** An alert that began to fire while the candidate had traffic. */
export interface BegunAlert {
  readonly guard: string
  readonly alert: string
}

/** An act that is in the ledger and whose outcome is not. */
export interface PendingIntent {
  readonly id: string
  readonly act: Act
  readonly since: number
  readonly failures: number
}

export interface RolloutState {
  readonly id: string
  readonly candidate: Release
  readonly stable: Release | null
  readonly plan: RolloutPlan
  readonly startedAt: number
  readonly startedBy: string
  readonly approvals: readonly {readonly as: string; readonly by: string}[]
  readonly phase: Phase
  readonly deployed: boolean
  /** The target confirmed that the candidate has all traffic. */
  readonly promoted: boolean
  /** When the target was first asked to deploy the candidate; none of its processes can have begun for this rollout before. */
  readonly deployingSince: number | null
  /** When the candidate was deployed. */
  readonly deployedAt: number | null
  /** Index of the stage whose weight is in force; -1 before the first. */
  readonly stage: number
  /** Weight that the target confirmed, in percent. */
  readonly weightPercent: number
  /** Share of requests that the candidate gets a copy of, as the target confirmed it, in percent. */
  readonly mirrorPercent: number
  /** When the first stage began: from here on the deadline counts. */
  readonly firstStageAt: number | null
  /** When this stage began, later by each time that its clock stood still. */
  readonly dwellBeganAt: number | null
  /** When the dwell of this stage is over, if nothing stops its clock. */
  readonly dwellEndsAt: number | null
  /** What became of short evidence at this stage. */
  readonly short: 'not-yet' | 'extended' | 'accepted'
  /** Stages that went on with short evidence, for the report. */
  readonly shortStages: readonly {readonly stage: number; readonly guards: readonly string[]}[]
  /** Guards whose evidence was short when this stage was over. */
  readonly shortGuards: readonly string[]
  readonly intent: PendingIntent | null
  readonly abort: OpenRequest | null
  readonly promote: PromoteRequest | null
  /** A person said that the rollout shall stay at this stage. */
  readonly hold: OpenRequest | null
  /** What a person let the candidate leave out on its way. */
  readonly skip: Skip | null
  /** The last stage that a person said "go" to; -1 before the first. */
  readonly goUntilStage: number
  /** A person said to go on after the deadline. */
  readonly lateAccepted: boolean
  /** A person said that the ledger's weight shall hold, after somebody else changed it. */
  readonly reassert: boolean
  readonly looks: number
  /** The last look before the candidate had traffic: what was counted by then is the base line. */
  readonly baseLineAt: number | null
  /** When somebody last looked at the candidate: a tick that measured, or a person who spoke. */
  readonly watchedAt: number | null
  /** For how long nobody did while the candidate had traffic, where that is longer than the plan allows. Milliseconds. */
  readonly unwatchedMs: number | null
  readonly begunAlerts: readonly BegunAlert[]
  /** Alerts that fired at the last look that could tell, by guard. */
  readonly firing: Readonly<Record<string, readonly string[]>>
  /** By guard: all that the statistics rest on. */
  readonly guards: Readonly<Record<string, GuardStanding>>
  readonly lastLook: {
    readonly at: number
    readonly guards: Readonly<Record<string, ArmTallies>>
    readonly alerts: Readonly<Record<string, readonly string[]>>
    readonly absent: Readonly<Record<string, Absence>>
    readonly partial: Readonly<Record<string, string>>
  } | null
  readonly snapshot: Readonly<Record<string, {readonly candidate: KeptSeries; readonly stable: KeptSeries}>>
  /** Since the candidate was last seen to get a request at this weight. */
  readonly silence: {
    readonly looks: number
    /** What the stable release was seen to serve meanwhile: at all of these looks but the first. */
    readonly stableRequests: number
    /** The last time at which nothing was missing yet, in milliseconds since 1970; null while nothing is. */
    readonly since: number | null
  }
  /** The run that goes on with the rollout, where one said so; another one that comes later has taken over. */
  readonly driver: string | null
  /** Handed out to successors and not used yet. The first one to come voids all others. */
  readonly tickets: readonly string[]
}

export const initialState: EnvironmentState = {
  current: null,
  history: [],
  lineage: [],
  rollout: null,
  lastEventAt: null,
}

export function stateOf(events: readonly LedgerEvent[]): EnvironmentState {
  return events.reduce(evolve, initialState)
}

/** Whether the rollout is under way, so that no other may start. */
export function isActive(rollout: RolloutState): boolean {
  return rollout.phase.kind !== 'ended'
}

/** The rollout that is under way; null when none is. */
export function activeRollout({rollout}: EnvironmentState): RolloutState | null {
  return rollout && isActive(rollout) ? rollout : null
}

export function evolve(state: EnvironmentState, event: LedgerEvent): EnvironmentState {
  return {...evolveEnvironment(state, event), lastEventAt: event.at}
}

function evolveEnvironment(state: EnvironmentState, event: LedgerEvent): EnvironmentState {
  if (event.type === 'rollout-started') {
    // A rollout starts against a release that serves already, perhaps since before this ledger began.
    const known = state.current || !event.stable ? state : promotedTo(state, event.stable, event.at)
    return {...known, rollout: startedRollout(event, state.rollout)}
  }
  if (event.type === 'restored') {
    const rollout =
      event.rollout === state.rollout?.id
        ? endedRollout(state.rollout, 'rolled-back', 'rollout/rolled-back', event.why)
        : state.rollout
    return {...restoredTo(state, event.release, event.at), rollout}
  }
  // Facts about a rollout that is no longer the newest change nothing: a late run of an older one may still write them.
  if (state.rollout === null || event.rollout !== state.rollout.id) return state
  const rollout = evolveRollout(state.rollout, event)
  const becomesCurrent = event.type === 'rollout-ended' && event.outcome === 'promoted'
  return becomesCurrent ? {...promotedTo(state, rollout.candidate, event.at), rollout} : {...state, rollout}
}

function promotedTo(state: EnvironmentState, release: Release, since: string): EnvironmentState {
  return {...withCurrent(state, release, since), lineage: [...state.lineage, release]}
}

/** Going back to a release takes what came after it out of the lineage: a second rollback does not go forward again. */
function restoredTo(state: EnvironmentState, release: Release, since: string): EnvironmentState {
  const place = state.lineage.findLastIndex(known => sameRelease(known, release))
  const lineage = place < 0 ? [...state.lineage, release] : state.lineage.slice(0, place + 1)
  return {...withCurrent(state, release, since), lineage}
}

function withCurrent(state: EnvironmentState, release: Release, since: string): EnvironmentState {
  return {...state, current: release, history: [...state.history, {release, since}]}
}
