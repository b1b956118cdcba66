/**
 * May this scan be believed? One that looked at nothing, or with old knowledge, finds nothing, and would pass every gate. Of
 * which image it speaks is `trust/binding.ts`.
 */
import type {Finding} from '../core/finding.ts'
import type {FlawKind, Scan} from './scan.ts'
import {databaseFindings} from './trust/database.ts'
import {disagreementFindings} from './trust/disagreements.ts'
import {lookedForFindings, packagesFindings} from './trust/looked-at.ts'
import {doubts, suppressedElsewhere} from './trust/reservations.ts'

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
