/** What happens in one simulated world, as plain data: made from a seed by `stories.ts`, or written down by a test. */
import type {FaultKind} from './faults.ts'
import type {Conduct} from './router.ts'

export const minuteMs = 60_000

/** Thursday, the first of January 2026, at midnight: rollouts begin here. */
export const dawn = Date.parse('2026-01-01T00:00:00.000Z')

/** What a person says, `at` milliseconds after dawn. */
export type Word =
  | {readonly at: number; readonly say: 'pause' | 'resume' | 'hold' | 'abort'; readonly expect?: 'another rollout'}
  | {readonly at: number; readonly say: 'promote'; readonly despiteFreeze?: boolean}
  | {readonly at: number; readonly say: 'retry'}
  | {readonly at: number; readonly say: 'approve'; readonly as: string}
  | {readonly at: number; readonly say: 'roll-back'; readonly to?: string}

/** What somebody else does to the router, behind the ledger's back. */
export interface Hand {
  readonly at: number
  readonly does: 'set-weight' | 'mirror' | 'remove-candidate'
  readonly weightPercent: number
}

/** Chances for each look, from 0 to 1. */
export interface TelemetryTroubles {
  /** The source does not answer for a guard. */
  readonly failed: number
  /** It answers and has nothing. */
  readonly empty: number
  /** One process is missing from the answer. */
  readonly partial: number
  /** It answers what it answered before. */
  readonly repeated: number
  /** It answers from a server that lags behind. */
  readonly late: number
  /** A process restarts just before the look. */
  readonly restart: number
}

export interface Story {
  readonly seed: number
  /** Name of the plan, for the transcript and the table of outcomes. */
  readonly plan: string
  /** The part `rollout` of slipway.yml. */
  readonly rollout: Readonly<Record<string, unknown>>
  /** Other keys of the environment: approvals, freeze. */
  readonly environment: Readonly<Record<string, unknown>>
  /** Whether a release served before this rollout. */
  readonly hadRelease: boolean
  /** Requests of users per second. */
  readonly perSecond: number
  readonly candidate: Conduct
  /** Another release that somebody starts at `at` (ms after dawn), whatever goes on then. */
  readonly rival: {readonly at: number; readonly conduct: Conduct} | null
  readonly words: readonly Word[]
  readonly hands: readonly Hand[]
  /** When the candidate's evidence is found not to pass any more (ms after dawn); null: never. */
  readonly evidenceFailsAt: number | null
  /** Processes of each release. */
  readonly pods: number
  /** Whether processes say when they began. */
  readonly podsTellStart: boolean
  /** Whether the source tells when its samples were taken, as a metrics server does. */
  readonly sampled: boolean
  /** From when on an alert fires (ms after dawn); null: never. */
  readonly alertFiresAt: number | null
  readonly telemetry: TelemetryTroubles
  /** Chance that a call of a port goes wrong, and the ways in which it may. */
  readonly faults: {readonly rate: number; readonly kinds: readonly FaultKind[]}
  /** What becomes of the dispatch of a successor. */
  readonly dispatch: {readonly lost: number; readonly doubled: number; readonly delayedMs: number}
  /** How far a machine's clock may be off, to both sides. */
  readonly skewMs: number
  /** How long a job may go on. */
  readonly jobMs: number
  readonly watchdogMs: number
  /** Whether runs that drive stand in one queue, or may run at the same time. */
  readonly exclusive: boolean
  readonly followsAfterMs: number
}

export const noTroubles: TelemetryTroubles = {failed: 0, empty: 0, partial: 0, repeated: 0, late: 0, restart: 0}

/** A world in which nothing goes wrong. */
export const quietStory: Story = {
  seed: 0,
  plan: 'canary',
  rollout: {
    stages: [
      {weight: '10%', for: '15m'},
      {weight: '50%', for: '10m'},
    ],
  },
  environment: {},
  hadRelease: true,
  perSecond: 40,
  candidate: {readyAfterMs: 0, badShare: 0.001},
  rival: null,
  words: [],
  hands: [],
  evidenceFailsAt: null,
  pods: 1,
  podsTellStart: true,
  sampled: false,
  alertFiresAt: null,
  telemetry: noTroubles,
  faults: {rate: 0, kinds: []},
  dispatch: {lost: 0, doubled: 0, delayedMs: 0},
  skewMs: 0,
  jobMs: 20 * minuteMs,
  watchdogMs: 30 * minuteMs,
  exclusive: true,
  followsAfterMs: 0,
}
