/**
 * An SBOM as BuildKit, cosign and GitHub attest it: the predicate of an in-toto statement (in-toto attestation spec v1),
 * alone or in a DSSE envelope. Nothing is verified here: who signed is for another gate to ask.
 */
import * as z from 'zod'
import {type Digest, isDigest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import {parseJson} from '../../../core/json.ts'

export interface Statement {
  /** Of what the statement is about. */
  readonly digests: readonly Digest[]
  readonly predicate: unknown
}

const envelope = z.object({payloadType: z.literal('application/vnd.in-toto+json'), payload: z.base64()})
const bundle = z.object({dsseEnvelope: envelope})
const statement = z.object({
  _type: z.string().startsWith('https://in-toto.io/Statement/'),
  subject: z.array(z.object({digest: z.object({sha256: z.string().optional()})})),
  predicate: z.unknown(),
})
/** As cosign wrapped what it signed, until its version 2. */
const wrapped = z.object({Data: z.record(z.string(), z.unknown())})

/**
 * Null where the JSON is no statement.
 * @throws UserError `image/sbom-malformed` where an envelope holds something else
 */
export function openStatement(json: unknown, file: string): Statement | null {
  const inner = bundle.safeParse(json).data?.dsseEnvelope ?? envelope.safeParse(json).data
  const parsed = statement.safeParse(
    inner === undefined ? json : parseJson(Buffer.from(inner.payload, 'base64').toString('utf8')),
  )
  if (!parsed.success) {
    if (inner === undefined) return null
    throw malformed(file, 'its envelope holds no in-toto statement')
  }
  const {subject, predicate} = parsed.data
  const digests = subject.map(each => `sha256:${each.digest.sha256 ?? ''}`).filter(isDigest)
  const data = wrapped.safeParse(predicate)
  return {digests: [...new Set(digests)], predicate: data.success ? data.data.Data : predicate}
}

/** @param why it is none, after the colon */
export function malformed(file: string, why: string, cause?: unknown): UserError {
  return new UserError('image/sbom-malformed', `${file} is no SBOM that can be read: ${why}.`, {
    hint: 'Write it again, for example with `syft <image> -o cyclonedx-json` or `docker buildx build --sbom=true`.',
    cause,
  })
}
