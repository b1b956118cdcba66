/**
 * What the ledger of one environment can say: plain JSON facts, in order, never changed. What they mean together is
 * `state.ts`. A field is only ever added; a change of meaning raises `schemaVersion`, and an older Slipway then refuses
 * the ledger instead of misreading it.
 */
import type {ReasonCode} from '../core/finding.ts'
import type {Release} from '../core/release.ts'
import type {KeptSeries} from './look/kept-series.ts'
import type {Past} from './look/past.ts'
import type {RolloutPlan} from './stages.ts'
import type {ArmTallies} from './tally.ts'

/** The newest format that this version writes and reads. */
export const ledgerSchemaVersion = 2

/** One change that a target can be asked for. */
export type Act =
  | {readonly kind: 'deploy'; readonly release: Release}
  /** `stage` is the index of the planned stage that this weight belongs to; -1 before the first. */
  | {readonly kind: 'set-weight'; readonly weightPercent: number; readonly stage: number}
  /** Copies of `percent` of the stable release's requests for the candidate; 0 ends that. */
  | {readonly kind: 'mirror'; readonly percent: number; readonly stage: number}
  | {readonly kind: 'promote'; readonly release: Release}
  | {readonly kind: 'restore'; readonly release: Release}

/** Why a guard gave no counts at a look. */
export interface Absence {
  readonly kind: 'no-data' | 'query-failed'
  readonly detail: string
}

/** What a person can ask of a rollout under way. `pause` stops the clock of the stage, `hold` lets it run. */
export const requestKinds = ['pause', 'resume', 'hold', 'promote', 'abort'] as const
export type RequestKind = (typeof requestKinds)[number]

/** How a rollout ended. `rolled-back`: by `roll-back`; `aborted`: by a guard, a hard stop or a request. */
export type RolloutOutcome = 'promoted' | 'aborted' | 'rolled-back'

interface Stamp {
  readonly schemaVersion: number
  /** Unique; appending the same event again is recognised by it. */
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** Who or what wrote it: a person, or a run. */
  readonly by: string
}

interface OfRollout {
  readonly rollout: string
}

export type LedgerEvent = Stamp &
  (
    | (OfRollout & {
        readonly type: 'rollout-started'
        readonly candidate: Release
        /** The release that a rollback restores, pinned before the first step; null for the first release ever. */
        readonly stable: Release | null
        readonly plan: RolloutPlan
        /** The rollout whose candidate is tried again. */
        readonly retryOf?: string
        /** What the source remembered of the stable release; absent where it remembers nothing, or was not asked. */
        readonly past?: Past
      })
    | (OfRollout & {readonly type: 'approved'; readonly as: string})
    | (OfRollout & {
        readonly type: 'requested'
        readonly request: RequestKind
        readonly why: string
        /** Of `promote`: that no freeze shall keep it. */
        readonly despiteFreeze?: boolean
      })
    | (OfRollout & {
        readonly type: 'measured'
        /** The weight in force since the look before. */
        readonly weightPercent: number
        /** Requests since the look before, by guard. */
        readonly guards: Readonly<Record<string, ArmTallies>>
        /** Alerts that fire at this look, by guard; absent where no guard asks for alerts. */
        readonly alerts?: Readonly<Record<string, readonly string[]>>
        /**
         * Guards whose counts at this look miss a series that had counted before, each with a sentence that says which.
         * What was seen can show harm. It cannot show safety, and no stage may end on such a look: what is missing may be
         * what is sick. Absent where nothing is missing.
         */
        readonly partial?: Readonly<Record<string, string>>
        /** Guards that gave no counts at this look. */
        readonly absent: Readonly<Record<string, Absence>>
        /** Raw counters per guard that the next look takes its differences against. */
        readonly snapshot: Readonly<Record<string, {readonly candidate: KeptSeries; readonly stable: KeptSeries}>>
        /** Oddities of the counters, for a person: resets, series that contradict themselves. */
        readonly notes: readonly string[]
      })
    | (OfRollout & {readonly type: 'held'; readonly reason: ReasonCode; readonly why: string})
    | (OfRollout & {readonly type: 'continued'; readonly reason: ReasonCode; readonly why: string})
    | (OfRollout & {
        readonly type: 'evidence-was-short'
        readonly stage: number
        /** What the plan said to do then. */
        readonly answer: 'extend' | 'continue' | 'hold'
        /** Guards whose evidence was short. */
        readonly guards: readonly string[]
        readonly why: string
      })
    | (OfRollout & {
        readonly type: 'act-intended'
        readonly act: Act
        readonly reason: ReasonCode
        readonly why: string
      })
    /** The target was asked and says that the intent's goal holds. */
    | (OfRollout & {readonly type: 'act-confirmed'; readonly intent: string})
    | (OfRollout & {
        readonly type: 'act-failed'
        readonly intent: string
        readonly code: ReasonCode
        readonly message: string
        readonly retryable: boolean
      })
    /** A run that ends asks another one to go on; the id of this event is its ticket. */
    | (OfRollout & {
        readonly type: 'handed-over'
        readonly to: string
        /** Before this the successor has nothing to do; absent in older ledgers: at once. */
        readonly due?: string
      })
    /** A run goes on from here; tickets that were given out before are void. */
    | (OfRollout & {readonly type: 'taken-over'; readonly ticket: string | null})
    | (OfRollout & {
        readonly type: 'rollout-ended'
        readonly outcome: RolloutOutcome
        readonly reason: ReasonCode
        readonly why: string
      })
    /** A rollback acts first and writes afterwards: this is the fact, not an intent. */
    | {
        readonly type: 'restored'
        /** The rollout that it ended, if one was running. */
        readonly rollout: string | null
        readonly release: Release
        readonly why: string
      }
  )

export type EventType = LedgerEvent['type']

/** An event of one type. */
export type EventOf<T extends EventType> = Extract<LedgerEvent, {type: T}>

/** An event before it is stamped with version, id, time and author. */
export type Unstamped<E = LedgerEvent> = E extends LedgerEvent ? Omit<E, keyof Stamp> : never
