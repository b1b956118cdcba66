import type {Digest} from '../../core/digest.ts'
import type {Measured} from '../../core/measures.ts'

/** What the candidate is compared with. */
export type Baseline =
  /** The config declares that there is none: the first release ever. */
  | {readonly kind: 'none'}
  /** Its predictions on the same rows: they stand in the evaluation. */
  | {readonly kind: 'rows'}
  /** It cannot be used, and a finding says why. */
  | {readonly kind: 'unusable'}
  /** Its values alone: from its evidence, or from the config. */
  | KnownBaseline

export interface KnownBaseline {
  readonly kind: 'known'
  /** Whose values they are: `v12 in production`, `the config`. */
  readonly source: string
  /** By the name of the question. */
  readonly values: Readonly<Record<string, Measured>>
  /** The evaluation set they were measured on; null where nobody recorded it. */
  readonly evaluation: Digest | null
}
