import type {Day} from '../../core/day.ts'

/**
 * What may be in a model.
 *
 * - `weights-only`: nothing that could run when it is loaded: weights, graphs of known operators, text; of pickles only
 *   those that torch’s own weights-only loader takes
 * - `allowlist`: also pickles of which every import is on the allow-list, or allowed here
 * - `report`: everything is said, nothing blocks but what could not be read at all
 */
export type FormatPolicy = 'weights-only' | 'allowlist' | 'report'

export interface SafetyPolicy {
  readonly formats: FormatPolicy
  readonly allow: readonly Allowance[]
  /** Allowances hold to the end of their last day, in UTC. */
  readonly today: Day
}

/** What a team takes responsibility for, for a while. */
export type Allowance = AllowedImport | AllowedFile

interface Responsible {
  readonly owner: string
  readonly reason: string
  /** The last day on which it holds. */
  readonly expires: Day
}

/** One name that pickles may import: `my_package.layers.FocalLoss`, as in the finding. */
export interface AllowedImport extends Responsible {
  readonly import: string
  /** Said where the name is known to run code, open files or reach the network. */
  readonly unsafe: boolean
}

/** One file of program text that may stand beside the weights; relative to the model folder. */
export interface AllowedFile extends Responsible {
  readonly file: string
}
