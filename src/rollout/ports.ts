/** What a rollout needs of the world, and where it takes place. */
import type {EvidenceStore} from '../evidence/store.ts'
import type {Clock} from '../runtime/clock.ts'
import type {Log} from '../runtime/log.ts'
import type {Source} from '../telemetry/source.ts'
import type {Target} from '../traffic/target.ts'
import type {Ledger} from './ledger.ts'

export interface RolloutPorts {
  readonly ledger: Ledger
  readonly target: Target
  readonly source: Source
  readonly evidence: EvidenceStore
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
}

export interface RolloutScope {
  readonly service: string
  readonly environment: string
  /** Who or what acts: a person, or a run's URL. Stands in every event. */
  readonly by: string
}
