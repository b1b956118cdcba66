/**
 * May this scan be believed, and of which image does it speak? A scan that looked at nothing finds nothing, and a report
 * of another image says nothing of this one: both would pass every gate.
 */
import {type Digest, shortDigest} from '../core/digest.ts'
import type {Finding} from '../core/finding.ts'
import type {FlawKind, Scan} from './scan.ts'
import {databaseFindings} from './trust/database.ts'
import {disagreementFindings} from './trust/disagreements.ts'
import {lookedForFindings, packagesFindings} from './trust/looked-at.ts'
import {doubts, suppressedElsewhere} from './trust/reservations.ts'

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

export interface CoverageOptions {
  readonly maxDatabaseAgeMs: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** What the scanners were asked for (`image.looks-for`). */
  readonly asked: readonly FlawKind[]
  /** Names of the scanners that were run here; the others’ words come from reports that somebody wrote. */
  readonly ran: readonly string[]
  /** The scans of which this one was merged, each tool’s by itself. */
  readonly scans: readonly Scan[]
}

/** What makes "nothing found" on one platform mean less than it says. */
export function coverage(scan: Scan, options: CoverageOptions): readonly Finding[] {
  const {scans} = options
  return [
    ...lookedForFindings(scan, options.asked),
    ...packagesFindings(scan, scans),
    ...scans.flatMap(each => databaseFindings(each, options)),
    ...doubts(scan),
    ...suppressedElsewhere(scan),
    ...disagreementFindings(scans),
  ]
}

/** One platform of an image: what was merged of it, and each tool’s own scan. */
export interface CoveredPlatform {
  readonly platform: string | null
  readonly scan: Scan
  readonly scans: readonly Scan[]
}

/** {@link coverage} of every platform. What is the same on all of them is said once, else the platform is named. */
export function coverageOf(
  platforms: readonly CoveredPlatform[],
  limits: Omit<CoverageOptions, 'scans'>,
): readonly Finding[] {
  const found = platforms.flatMap(({platform, scan, scans}) =>
    coverage(scan, {...limits, scans}).map(finding => ({platform: platform ?? 'unknown platform', finding})),
  )
  const same = Map.groupBy(found, ({finding}) => JSON.stringify(finding))
  return [...same.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const {finding} = first
    if (group.length === platforms.length) return [finding]
    const names = group.map(({platform}) => platform)
    return [{...finding, subject: `${finding.subject}, ${names.join(', ')}`}]
  })
}

/** Platforms that the config asks for and the image does not have: whoever runs on them would run something else. */
export function missingPlatforms(
  asked: readonly string[] | undefined,
  present: readonly (string | null)[],
): readonly Finding[] {
  const missing = (asked ?? []).filter(platform => !present.some(each => each !== null && covers(platform, each)))
  return missing.map(platform => ({
    id: 'image/has-platform',
    verdict: present.includes(null) ? 'inconclusive' : 'fail',
    reason: 'image/platform-missing',
    subject: platform,
    what: `The image has no ${platform}, only ${present.map(each => each ?? 'an unknown platform').join(', ')}.`,
    why: 'What is not in the image was not scanned, and nodes of that platform cannot run it.',
    remedy: `Build the image for ${platform} as well, or take it out of \`image.platforms\`.`,
    limit: platform,
  }))
}

/** `linux/arm64` is asked for, and `linux/arm64/v8` is there. */
function covers(asked: string, present: string): boolean {
  return present === asked || present.startsWith(`${asked}/`)
}
