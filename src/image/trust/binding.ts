/** Of which image does a scan speak? A report of another one says nothing of this one, and would pass every gate. */
import {type Digest, shortDigest} from '../../core/digest.ts'
import type {Finding} from '../../core/finding.ts'
import type {GatheredImage} from '../gather.ts'
import type {Merged} from '../merged.ts'
import type {Scan} from '../scan.ts'

/** The image that the scan is bound to, or why it is bound to none. */
export type Binding =
  | {readonly kind: 'bound'; readonly digest: Digest; readonly finding: Finding}
  | {readonly kind: 'another-image' | 'unknown'; readonly finding: Finding}

const id = 'image/scan-is-of-this-image'
const why = 'A verdict counts for exactly the bytes that were scanned; promotion asks for it by digest.'

/**
 * Binds the scan of one platform to a manifest digest. Without an expected digest the report must name exactly one. Where
 * no digest is known the answer is `error`, not `inconclusive`: more data would not help, since nothing says what was judged.
 */
export function bind({digests, platform}: Pick<Scan, 'digests' | 'platform'>, expected: Digest | null): Binding {
  const [only, ...others] = digests
  if (expected !== null) {
    if (digests.includes(expected)) return bound(expected, platform)
    if (only !== undefined) return anotherImage(digests, expected)
    return unknown(`The scan does not say which digest it is of, so it cannot vouch for ${expected}.`, scanByDigest)
  }
  if (only === undefined) return unknown('The scan does not say which digest it is of.', scanByDigest)
  if (others.length === 0) return bound(only, platform)
  const what = `The scan names several digests (${digests.join(', ')}), and none was asked for.`
  return unknown(what, 'Say which digest is meant: `name@sha256:…`.')
}

const scanByDigest =
  'Let Slipway scan it by digest (`name@sha256:…`) or as an OCI layout; a report names the digest where its tool scanned a registry, and an archive of `docker save` has none until it is pushed.'

function bound(digest: Digest, platform: string | null): Binding {
  const what = `The scan is of ${digest}${platform === null ? '' : `, as it is for ${platform}`}.`
  const finding = {id, verdict: 'pass', reason: 'image/digest-known', subject: 'digest', what} as const
  const details = {digest, ...(platform === null ? {} : {platform})}
  return {kind: 'bound', digest, finding: {...finding, value: shortDigest(digest), details}}
}

function anotherImage(digests: readonly Digest[], expected: Digest): Binding {
  const what = `The scan is of ${digests.join(', ')}, but ${expected} was asked for.`
  const remedy = 'Scan the image that you want to deploy, by its digest.'
  const reason = 'image/report-for-another-digest'
  return {kind: 'another-image', finding: {id, verdict: 'error', reason, subject: 'digest', what, why, remedy}}
}

function unknown(what: string, remedy: string): Binding {
  const reason = 'image/digest-unknown'
  return {kind: 'unknown', finding: {id, verdict: 'error', reason, subject: 'digest', what, why, remedy}}
}

/** Which bytes the verdict is about. */
export interface ImageBinding {
  readonly digest: Digest | null
  readonly isAnother: boolean
  readonly findings: readonly Finding[]
}

/**
 * An index vouches for itself once each of its images is bound to its own digest; asked for by the digest of one of
 * them, the verdict is about that one.
 */
export function bindImage(
  {digest, isIndex}: Pick<GatheredImage, 'digest' | 'isIndex'>,
  {platforms}: Pick<Merged, 'platforms'>,
  expected: Digest | null,
): ImageBinding {
  const own = platforms.map(part => part.digest)
  if (expected !== null && digest !== null && expected !== digest && !own.includes(expected)) {
    const {finding} = bind({digests: [digest], platform: null}, expected)
    return {digest: expected, isAnother: true, findings: [finding]}
  }
  const bindings = platforms.map(part =>
    bind({digests: part.vouched, platform: part.platform}, part.digest ?? (isIndex ? null : expected)),
  )
  const another = bindings.find(binding => binding.kind === 'another-image')
  if (another) return {digest: expected ?? digest, isAnother: true, findings: [another.finding]}
  const bound = bindings.flatMap(binding => (binding.kind === 'bound' ? [binding.digest] : []))
  const isBound = bound.length === bindings.length && bound.length > 0
  const subject = expected ?? digest ?? (isBound ? (bound[0] ?? null) : null)
  return {digest: isBound ? subject : null, isAnother: false, findings: bindings.map(({finding}) => finding)}
}
