/**
 * Evidence: a verdict bound to digests, kept so that promotion can demand it. No rows, no ids, no secrets.
 */
import type {Digest} from '../core/digest.ts'
import type {Finding, ReasonCode} from '../core/finding.ts'
import type {KnownFlaw} from '../core/known-flaw.ts'
import type {Measured, Measures} from '../core/measures.ts'
import {describeRelease, type Release} from '../core/release.ts'
import type {TensorShape} from '../core/tensor-shape.ts'
import {mayProceed, type Verdict} from '../core/verdict.ts'

/** What a gate's evidence is about: the model gate vouches for model bytes, the image gate for image bytes. */
export type EvidenceKind = 'model' | 'image'

export interface Evidence {
  readonly schemaVersion: 1
  readonly kind: EvidenceKind
  readonly service: string
  /** The bytes that were judged. */
  readonly digest: Digest
  readonly verdict: Verdict
  readonly reason: ReasonCode
  readonly summary: string
  /** Digest of the policy (the parsed config's part for this gate) that judged. */
  readonly policy: Digest
  /** ISO 8601, UTC. */
  readonly at: string
  /** Who or what recorded it: a run URL, or `local`. */
  readonly by: string
  readonly findings: readonly Finding[]
  /** What the model measured, for the comparison with the next one; only in evidence of kind `model`. */
  readonly measures?: Measures
  /** Values of its file of metrics that gates asked for. */
  readonly reported?: Readonly<Record<string, Measured>>
  /** Names, types and shapes of its tensors; absent where there are none, or more than are kept. */
  readonly tensors?: readonly TensorShape[]
  /** What is wrong with the image, gated or not, so that the next one can be asked for what is new. Kind `image` only. */
  readonly flaws?: readonly KnownFlaw[]
  /** Files that are kept beside it: the SBOM. */
  readonly attachments?: readonly Attached[]
}

export interface Attached {
  /** `sbom-linux-amd64.cdx.json`: lower-case letters, digits, "-" and ".". */
  readonly name: string
  readonly digest: Digest
  /** Length in bytes of its UTF-8 text. */
  readonly size: number
}

export interface MissingEvidence {
  readonly kind: EvidenceKind
  readonly digest: Digest
  readonly why: 'absent' | 'not-passing' | 'other-policy'
  readonly detail: string
}

/** The evidence that `release` needs: for its model, and for its image where it has one. */
export function evidenceNeeded(release: Release): readonly {kind: EvidenceKind; digest: Digest}[] {
  return [
    {kind: 'model', digest: release.model},
    ...(release.image ? [{kind: 'image' as const, digest: release.image}] : []),
  ]
}

/**
 * What stands between `release` and promotion. Empty when each of its digests has evidence that passes: the newest one
 * counts, for exactly these bytes.
 */
export function missingEvidence(release: Release, found: readonly Evidence[]): readonly MissingEvidence[] {
  return evidenceNeeded(release).flatMap(({kind, digest}): MissingEvidence[] => {
    const newest = found
      .filter(evidence => evidence.kind === kind && evidence.digest === digest)
      .reduce<Evidence | undefined>((best, next) => (best && best.at > next.at ? best : next), undefined)
    if (!newest) {
      const detail = `No ${kind} evidence is recorded for ${digest} of ${describeRelease(release)}.`
      return [{kind, digest, why: 'absent', detail}]
    }
    if (mayProceed(newest.verdict)) return []
    const detail = `The newest ${kind} evidence for ${digest} is ${newest.verdict} (${newest.reason}): ${newest.summary}`
    return [{kind, digest, why: 'not-passing', detail}]
  })
}
