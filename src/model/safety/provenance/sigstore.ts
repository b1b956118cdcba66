import {messageOf, UserError} from '../../../core/failure.ts'
import {quote} from '../observation.ts'

/** Whether a signature holds, and whose it is. */
export type SignatureAnswer =
  | {readonly kind: 'valid'; readonly signer: Signer}
  | {readonly kind: 'invalid'; readonly what: string}
  /** Nobody said what it is to be verified with. */
  | {readonly kind: 'unverified'; readonly what: string}

export interface Signer {
  /** The subject alternative name of the certificate: an address of mail, or of a workflow. */
  readonly identity: string
  /** Who vouched for that identity. */
  readonly issuer: string | null
  /** Further claims of the certificate, by the last number of their object identifier (`fulcioClaims`). */
  readonly claims: ReadonlyMap<number, string>
}

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md, 1.3.6.1.4.1.57264.1.<number> */
export const fulcioClaims = {
  issuer: 8,
  buildSigner: 9,
  runner: 11,
  repository: 12,
  commit: 13,
  ref: 14,
  buildConfig: 18,
  trigger: 20,
  run: 21,
} as const
const fulcioArc = '1.3.6.1.4.1.57264.1'

/**
 * Verifies a Sigstore bundle offline: the certificate up to the roots, its entry in the log or its time stamps, and the
 * signature over the envelope.
 * @param bundle its JSON
 * @param trustedRoot the text of `trusted_root.json`, or several of them in lines, as `gh attestation trusted-root`
 * writes them; one must hold
 * @throws UserError `model/trusted-root` where that is no trusted root
 */
export async function verifySigstore(bundle: string, trustedRoot: string): Promise<SignatureAnswer> {
  // Only where a signature is verified: no other start of a program reads these libraries.
  const [{bundleFromJSON}, {TrustedRoot}, {toSignedEntity, toTrustMaterial, Verifier}] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ])
  const roots = rootsOf(trustedRoot).map(root => readRoot(() => TrustedRoot.fromJSON(root)))
  const refusals: string[] = []
  for (const root of roots) {
    // GitHub’s own instance, for private repositories, has time stamps instead of logs.
    const logged = root.tlogs.length > 0
    const options = logged ? {} : {tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1}
    try {
      const entity = toSignedEntity(bundleFromJSON(JSON.parse(bundle)))
      const {identity} = new Verifier(toTrustMaterial(root), options).verify(entity)
      return {kind: 'valid', signer: signerOf(identity)}
    } catch (error) {
      // The library says with an exception that a signature does not hold; on hostile bytes its parsers throw others.
      refusals.push(messageOf(error))
    }
  }
  return {kind: 'invalid', what: `It does not hold against the trusted root: ${quote(refusals.join('; '), 200)}.`}
}

interface Identity {
  readonly subjectAlternativeName?: string | undefined
  readonly extensions?: {readonly issuer?: string | undefined} | undefined
  readonly oids?:
    | readonly {readonly oid?: {readonly id: readonly number[]} | undefined; readonly value: Uint8Array}[]
    | undefined
}

function signerOf(identity: Identity | undefined): Signer {
  const claims = new Map<number, string>()
  for (const {oid, value} of identity?.oids ?? []) {
    const id = oid?.id ?? []
    const number = id.at(-1)
    if (number !== undefined && number >= 8 && id.slice(0, -1).join('.') === fulcioArc)
      claims.set(number, derText(value))
  }
  return {
    identity: identity?.subjectAlternativeName ?? '',
    issuer: claims.get(fulcioClaims.issuer) ?? identity?.extensions?.issuer ?? null,
    claims,
  }
}

/** A UTF8String in DER (X.690, 8.23): tag 12, length, text. */
function derText(value: Uint8Array): string {
  const [tag, length = 0] = value
  if (tag !== 0x0c) return new TextDecoder().decode(value)
  const bytes = length < 0x80 ? 0 : length & 0x7f
  return new TextDecoder().decode(value.subarray(2 + bytes))
}

function rootsOf(text: string): readonly unknown[] {
  const whole = parsed(text)
  if (whole !== undefined) return [whole]
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const roots = lines.map(parsed)
  if (roots.length === 0 || roots.includes(undefined)) throw noRoot()
  return roots
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readRoot<T extends {readonly certificateAuthorities: readonly unknown[]}>(read: () => T): T {
  try {
    const root = read()
    if (root.certificateAuthorities.length > 0) return root
  } catch {
    // The library throws for what is not of the form.
  }
  throw noRoot()
}

function noRoot(): UserError {
  return new UserError('model/trusted-root', 'The trusted root is no trusted root of Sigstore in JSON.', {
    hint: 'Write it with `gh attestation trusted-root`, or take trusted_root.json of Sigstore’s TUF repository.',
  })
}
