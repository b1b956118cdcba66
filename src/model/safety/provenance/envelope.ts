import {parseStrictJson} from '../../readers/strict-json.ts'
import {isObject, type ObjectValue, objectAt, textAt} from '../repository/sight.ts'

/** A Sigstore bundle around a DSSE envelope, taken apart; nothing of it is verified. */
export interface Envelope {
  /** The bundle as JSON, for whoever verifies it. */
  readonly json: string
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  readonly material: Material
  readonly statement: Statement
}

/** What the signature is to be verified with. */
export type Material =
  | {readonly kind: 'public key'; readonly hint: string}
  /** `witnessed`: by a log or a time stamp. */
  | {readonly kind: 'certificate'; readonly witnessed: boolean}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export interface Statement {
  readonly predicateType: string
  readonly subjects: readonly Subject[]
  readonly predicate: unknown
}

export interface Subject {
  readonly name: string
  /** By algorithm, in hex, as written. */
  readonly digests: ReadonlyMap<string, string>
}

export type EnvelopeAnswer = {readonly kind: 'envelope'; readonly envelope: Envelope} | Unreadable

export interface Unreadable {
  readonly kind: 'unreadable'
  /** One sentence: what was expected and not found. */
  readonly what: string
}

const inToto = 'application/vnd.in-toto+json'
const statementTypes = new Set(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1'])

/** Bundles of Sigstore 0.1 to 0.3 with an in-toto statement inside (`sigstore_bundle.proto`; DSSE protocol 1.0). */
export function readEnvelope(json: string): EnvelopeAnswer {
  const parsed = parseStrictJson(json)
  if (parsed.kind === 'problem') return unreadable(`It is not JSON (${parsed.problem} at sign ${parsed.at}).`)
  const mediaType = textAt(parsed.value, 'mediaType')
  if (mediaType === null || !/^application\/vnd\.dev\.sigstore\.bundle(\+json|\.v)/.test(mediaType)) {
    return unreadable('It has no media type of a Sigstore bundle.')
  }
  const material = materialOf(objectAt(parsed.value, 'verificationMaterial'))
  if (material === null) return unreadable('It has neither a certificate nor a public key to be verified with.')
  const dsse = objectAt(parsed.value, 'dsseEnvelope')
  const signatures = dsse?.get('signatures')
  const [only] = Array.isArray(signatures) ? signatures : []
  const payload = bytesAt(dsse, 'payload')
  const signature = bytesAt(only, 'sig')
  if (payload === null || signature === null || (Array.isArray(signatures) && signatures.length !== 1)) {
    return unreadable('It has no DSSE envelope with one signature.')
  }
  const payloadType = textAt(dsse, 'payloadType') ?? ''
  if (payloadType !== inToto) return unreadable(`Its payload is no in-toto statement.`)
  const statement = readStatement(payload)
  if (statement === null) return unreadable('Its payload is no in-toto statement with subjects and a predicate type.')
  return {kind: 'envelope', envelope: {json, payloadType, payload, signature, material, statement}}
}

function unreadable(what: string): Unreadable {
  return {kind: 'unreadable', what}
}

function materialOf(material: ObjectValue | null): Material | null {
  if (!material) return null
  const key = objectAt(material, 'publicKey')
  if (key) return {kind: 'public key', hint: textAt(key, 'hint') ?? ''}
  if (!objectAt(material, 'certificate') && !objectAt(material, 'x509CertificateChain')) return null
  const logged = material.get('tlogEntries')
  const stamped = objectAt(material, 'timestampVerificationData')?.get('rfc3161Timestamps')
  const witnessed = [logged, stamped].some(each => Array.isArray(each) && each.length > 0)
  return {kind: 'certificate', witnessed}
}

function bytesAt(value: unknown, key: string): Uint8Array | null {
  const text = textAt(value, key)
  if (text === null || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  return Buffer.from(text, 'base64')
}

function readStatement(payload: Uint8Array): Statement | null {
  const parsed = parseStrictJson(new TextDecoder().decode(payload))
  if (parsed.kind === 'problem') return null
  const {value} = parsed
  const predicateType = textAt(value, 'predicateType')
  const subjects = isObject(value) ? value.get('subject') : null
  if (!statementTypes.has(textAt(value, '_type') ?? '') || predicateType === null || !Array.isArray(subjects))
    return null
  const read = subjects.map(subjectOf)
  if (read.length === 0 || read.some(subject => subject === null)) return null
  return {
    predicateType,
    subjects: read.filter(subject => subject !== null),
    predicate: isObject(value) ? value.get('predicate') : null,
  }
}

function subjectOf(value: unknown): Subject | null {
  const digests = objectAt(value, 'digest')
  if (!digests) return null
  const texts = [...digests].filter((entry): entry is [string, string] => entry.every(each => typeof each === 'string'))
  return {name: textAt(value, 'name') ?? '', digests: new Map(texts)}
}
