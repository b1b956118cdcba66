/**
 * What is inside an attestation: a DSSE envelope (github.com/secure-systems-lab/dsse) or a Sigstore bundle around an
 * in-toto statement (github.com/in-toto/attestation, spec/v1/statement.md) around an SBOM or a report. Its signature is
 * not looked at: a report counts because the caller names it, signed or not.
 */
import {type Digest, isDigest} from '../../core/digest.ts'
import {messageOf, UserError} from '../../core/failure.ts'
import {parseJson} from '../../core/json.ts'
import {isMapping, listAt, type Mapping, textAt} from './mapping.ts'

export interface Unwrapped {
  /** The report itself. */
  readonly json: unknown
  /** Digests of what the statement is about. */
  readonly subjects: readonly Digest[]
}

/** @throws UserError `image/report-malformed` where there is no readable statement inside */
export function unwrap(json: Mapping, source: string): Unwrapped {
  if (isMapping(json.SPDX)) return {json: json.SPDX, subjects: []}
  const statement = statementOf(json, source)
  const type = textAt(statement, '_type')
  if (!isMapping(statement) || !type?.startsWith('https://in-toto.io/Statement/')) {
    throw malformed(source, 'inside its envelope is no in-toto statement')
  }
  const report = reportOf(statement.predicate)
  if (!isMapping(report)) {
    throw malformed(source, `its predicate (${textAt(statement, 'predicateType') ?? 'of no type'}) is no report`)
  }
  return {json: report, subjects: subjectsOf(statement)}
}

function statementOf(json: Mapping, source: string): unknown {
  const envelope = isMapping(json.dsseEnvelope) ? json.dsseEnvelope : json
  const payload = textAt(envelope, 'payload')
  if (payload === undefined) {
    if (textAt(json, '_type') !== undefined) return json
    throw malformed(source, 'a Sigstore bundle without a DSSE envelope signs a file and carries none')
  }
  const payloadType = textAt(envelope, 'payloadType')
  if (payloadType !== 'application/vnd.in-toto+json') {
    throw malformed(source, `its payload has the type ${JSON.stringify(payloadType)}, not application/vnd.in-toto+json`)
  }
  try {
    return JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))
  } catch (error) {
    throw malformed(source, `its payload is no JSON in base64: ${messageOf(error)}`)
  }
}

/** Cosign 1 put the document into `Data`, as text or as it is; its predicate of scans holds the scanner's own report. */
function reportOf(predicate: unknown): unknown {
  if (!isMapping(predicate)) return undefined
  if (isMapping(predicate.scanner) && 'result' in predicate.scanner) return predicate.scanner.result
  if (isMapping(predicate.Data)) return predicate.Data
  return typeof predicate.Data === 'string' ? parseJson(predicate.Data) : predicate
}

function subjectsOf(statement: Mapping): readonly Digest[] {
  const found = (listAt(statement, 'subject') ?? []).flatMap(subject => {
    const hex = isMapping(subject) ? textAt(subject.digest, 'sha256') : undefined
    const digest = `sha256:${hex ?? ''}`
    return isDigest(digest) ? [digest] : []
  })
  return [...new Set(found)]
}

function malformed(source: string, why: string): UserError {
  return new UserError('image/report-malformed', `${source} is an attestation, and ${why}.`, {
    hint: 'Expected an in-toto statement around an SBOM (SPDX, CycloneDX) or a report, as `cosign download attestation` gives.',
  })
}
