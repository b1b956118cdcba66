/** Evidence stores: where evidence is kept. One file per store in `stores/`; `open` lives with the callers that know which. */
import type {Digest} from '../core/digest.ts'
import type {Evidence, EvidenceKind} from './evidence.ts'

export interface EvidenceStore {
  /** All evidence for these bytes, oldest first. None is an empty list, never an error. */
  find(kind: EvidenceKind, digest: Digest): Promise<readonly Evidence[]>
  /**
   * Adds; never replaces. Safe to repeat: the same evidence (kind, digest, time) is kept once.
   * @param attachments text of each of `evidence.attachments`, by name
   */
  record(evidence: Evidence, attachments?: Readonly<Record<string, string>>): Promise<void>
}
