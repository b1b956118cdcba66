import {policyOf} from '../config/policy.ts'
import type {Config} from '../config/schema.ts'
import {type Digest, digestOfText} from '../core/digest.ts'
import type {Evidence, EvidenceKind} from '../evidence/evidence.ts'
import {knownFlawsOf} from '../image/gate/baseline.ts'
import {type PlatformJudgement, partsOf} from '../image/judgement.ts'
import {attachedSboms} from './image-files.ts'
import {openRecords} from './records.ts'
import type {GateOutcome, Session} from './session.ts'

/** Digest of the policy that judges one gate: two configs with the same digest judge alike. */
export function policyDigest(config: Config, kind: EvidenceKind): Digest {
  return digestOfText(policyOf(config, kind))
}

/** Also what follows from packages, which no scanner reports: what was judged once is not new the next time. */
function judgedFlaws({judged}: PlatformJudgement) {
  return {flaws: judged.map(({flaw}) => flaw)}
}

/**
 * Keeps a verdict, whatever it is, bound to the bytes that it is about: the newest one counts, so a failing verdict takes
 * an older passing one back. Without a digest there is nothing to bind it to, and nothing is kept.
 */
export async function recordEvidence(
  session: Session,
  config: Config,
  kind: EvidenceKind,
  {result, measures, reported, tensors, scanned}: GateOutcome,
): Promise<boolean> {
  const digest = kind === 'model' ? result.subject.model : result.subject.image
  if (digest === undefined) return false
  const {verdict, reason, summary, findings, service} = result
  const sboms = scanned && attachedSboms(scanned.judgement)
  const evidence: Evidence = {
    schemaVersion: 1,
    kind,
    service,
    digest,
    verdict,
    reason,
    summary,
    policy: policyDigest(config, kind),
    at: session.runtime.clock.now().toISOString(),
    by: session.by,
    findings,
    ...(kind === 'model' && measures ? {measures} : {}),
    ...(kind === 'model' && reported ? {reported} : {}),
    ...(kind === 'model' && tensors ? {tensors} : {}),
    ...(scanned ? {flaws: knownFlawsOf(partsOf(scanned.judgement).map(judgedFlaws))} : {}),
    ...(sboms && sboms.attachments.length > 0 ? {attachments: sboms.attachments} : {}),
  }
  await openRecords(session, config).evidence.record(evidence, sboms?.texts)
  return true
}
