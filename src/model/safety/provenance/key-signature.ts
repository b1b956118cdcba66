import {createHash, createPublicKey, type KeyObject, verify} from 'node:crypto'
import {UserError} from '../../../core/failure.ts'
import type {Envelope} from './envelope.ts'
import type {SignatureAnswer} from './sigstore.ts'

/**
 * A signature of a DSSE envelope by an elliptic-curve key, as OpenSSF model signing makes it: ECDSA over the
 * pre-authentication encoding with SHA-256, SHA-384 or SHA-512 by the size of the curve (`sign_ec_key.py`).
 * @param pem the public key
 * @throws UserError `model/public-key` for what is no such key
 */
export function verifyByKey(envelope: Envelope, pem: string): SignatureAnswer {
  const key = readKey(pem)
  const {material, payload, signature} = envelope
  const hint = material.kind === 'public key' ? material.hint : ''
  if (hint !== '' && hint !== hintOf(key)) {
    return {
      kind: 'invalid',
      what: `It names another public key (sha256 ${hint.slice(0, 16)}…) than the one that is given.`,
    }
  }
  const digest = hashes.get(key.asymmetricKeyDetails?.namedCurve ?? '')
  const signed = [encoded(payload), encodedBefore1(payload)].some(data => verify(digest, data, key, signature))
  if (!signed) return {kind: 'invalid', what: 'The signature was not made over this content by this key.'}
  return {kind: 'valid', signer: {identity: 'the given public key', issuer: null, claims: new Map()}}
}

const hashes: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
  ['secp521r1', 'sha512'],
])

function readKey(pem: string): KeyObject {
  const key = parsedKey(pem)
  if (key !== null && hashes.has(key.asymmetricKeyDetails?.namedCurve ?? '')) return key
  throw new UserError('model/public-key', 'The public key is not an elliptic-curve key in PEM.', {
    hint: 'Expected a key on P-256, P-384 or P-521, beginning with "-----BEGIN PUBLIC KEY-----".',
  })
}

function parsedKey(pem: string): KeyObject | null {
  // A private key would be taken too, and has no business here.
  if (!/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(pem)) return null
  try {
    return createPublicKey(pem)
  } catch {
    // OpenSSL says no more than that it is none.
    return null
  }
}

function hintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({type: 'spki', format: 'pem'}))
    .digest('hex')
}

const payloadType = 'application/vnd.in-toto+json'

/** PAE of DSSE 1.0: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function encoded(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload])
}

/** What model signing 0.2 signed instead: Python’s way to show the bytes, in a text. */
function encodedBefore1(payload: Uint8Array): Buffer {
  return Buffer.from(`DSSEV1 ${payloadType.length} ${payloadType} ${payload.length} ${pythonBytes(payload)}`)
}

/** `repr(bytes)` of Python. */
function pythonBytes(bytes: Uint8Array): string {
  const mark = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  const signs = [...bytes].map(byte => {
    const sign = String.fromCharCode(byte)
    if (sign === '\\' || sign === mark) return `\\${sign}`
    if (byte === 9) return '\\t'
    if (byte === 10) return '\\n'
    if (byte === 13) return '\\r'
    return byte >= 0x20 && byte < 0x7f ? sign : `\\x${byte.toString(16).padStart(2, '0')}`
  })
  return `b${mark}${signs.join('')}${mark}`
}
