import type {Finding, ReasonCode} from './finding.ts'
import type {Release} from './release.ts'
import type {Verdict} from './verdict.ts'

/** Which gate judged. Also the last word of a check's name on GitHub. */
export type Gate = 'model' | 'image' | 'plan' | 'rollout' | 'policy' | 'backtest'

/**
 * What a gate answers, as data: the content of the versioned JSON file that every action and command writes
 * (`schema/result.schema.json`). Everything shown to a person is made from the report beside it.
 */
export interface GateResult {
  readonly gate: Gate
  readonly service: string
  readonly verdict: Verdict
  readonly reason: ReasonCode
  /** One sentence a person understands without reading on. */
  readonly summary: string
  readonly findings: readonly Finding[]
  /** What was judged, as far as the gate knows: the bytes that evidence is bound to. */
  readonly subject: Partial<Release>
  /** Where and when, for a rollout. */
  readonly rollout?: RolloutSummary
}

export interface RolloutSummary {
  readonly id: string
  readonly environment: string
  readonly phase: string
  readonly weightPercent: number
  readonly candidate: string
  readonly stable: string | null
  /** Seconds until the next tick is due; absent when the rollout has ended. */
  readonly nextTickSeconds?: number
}
