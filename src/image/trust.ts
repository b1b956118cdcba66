/**
 * May this scan be believed, and of which image does it speak? A scan that looked at nothing finds nothing, and a report
 * of another image says nothing of this one: both would pass every gate.
 */
import {type Digest, shortDigest} from '../core/digest.ts'
import type {Finding} from '../core/finding.ts'
import type {Scan} from './scanner.ts'

/** The image that the scan is bound to, or why it is bound to none. */
export type Binding =
  | {readonly kind: 'bound'; readonly digest: Digest; readonly finding: Finding}
  | {readonly kind: 'another-image' | 'unknown'; readonly finding: Finding}

const id = 'image/scan-is-of-this-image'
const why = 'A verdict counts for exactly the bytes that were scanned; promotion asks for it by digest.'

/**
 * Binds a scan to a manifest digest. Without an expected digest the report must name exactly one. Where no digest is
 * known the answer is `error`, not `inconclusive`: more data would not help, since nothing says what was judged.
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
  'Scan by digest (`name@sha256:…`) or from an OCI layout; an archive of `docker save` has no digest until it is pushed.'

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

/** What makes "nothing found" mean less than it says. */
export function coverage({os, packages, suppressed, image}: Scan): readonly Finding[] {
  return [
    ...packagesFinding(image, os, packages),
    ...(os?.endOfLife ? [endOfLife(os.name)] : []),
    ...(suppressed.length > 0 ? [suppressedElsewhere(suppressed)] : []),
  ]
}

function packagesFinding(image: string, os: Scan['os'], packages: Scan['packages']): readonly Finding[] {
  const missed = 'Vulnerabilities are looked up by package: where no package is seen, none can be found.'
  if (packages === 0 || packages === null) {
    const seen = os === null ? 'no operating system' : os.name
    const count = packages === null ? 'and lists no packages' : 'and no package in it'
    return [
      {
        id: 'image/packages-were-scanned',
        verdict: 'error',
        reason: 'image/nothing-scanned',
        subject: image,
        what: `The scanner saw ${seen} ${count}.`,
        why: missed,
        remedy:
          packages === null
            ? 'Write the report with `--list-all-pkgs`, so that it shows what was looked at.'
            : 'Keep the package database in the image, or scan the SBOM of its build.',
        ...(packages === null ? {} : {value: packages}),
      },
    ]
  }
  if (os === null || (os.packages !== null && os.packages > 0)) return []
  return [
    {
      id: 'image/packages-were-scanned',
      verdict: 'inconclusive',
      reason: 'image/os-packages-not-scanned',
      subject: os.name,
      what: `The scanner saw ${os.name} and none of its packages, only ${packages} of languages.`,
      why: missed,
      remedy: 'Keep the package database of the operating system in the image (lib/apk, var/lib/dpkg, var/lib/rpm).',
    },
  ]
}

function endOfLife(name: string): Finding {
  return {
    id: 'image/os-is-supported',
    verdict: 'warn',
    reason: 'image/os-end-of-life',
    subject: name,
    what: `${name} gets no more security updates.`,
    why: 'Nobody records any more what is wrong with its packages, so a scan finds less than there is.',
    remedy: 'Build on a release that is supported.',
  }
}

function suppressedElsewhere(suppressed: Scan['suppressed']): Finding {
  const named = suppressed.map(each => (each.package === '' ? each.id : `${each.id} in ${each.package}`))
  return {
    id: 'image/nothing-is-suppressed',
    verdict: 'warn',
    reason: 'image/findings-suppressed',
    subject: suppressed.length === 1 ? '1 finding' : `${suppressed.length} findings`,
    what: `The scanner's own ignore rules took away ${named.slice(0, 5).join(', ')}${named.length > 5 ? ' and more' : ''}.`,
    why: 'They have no owner and no date here.',
    remedy: 'Move them to the waiver file.',
    details: {suppressed: suppressed.map(each => `${each.id} ${each.package}: ${each.why}`.trim())},
  }
}
