/** Which platform of an image a report of another tool is about. */
import {UserError} from '../core/failure.ts'
import type {GatheredImage, GatheredPlatform} from './gather.ts'
import type {Scan} from './scan.ts'

/** Reports of linters are about files of the repository; whoever looks up packages or vulnerabilities looks at an image. */
export function isOfImage({digests, os, packages, lookedFor, flaws}: Scan): boolean {
  if (digests.length > 0 || os !== null || packages !== null || lookedFor.includes('vulnerability')) return true
  return flaws.some(({places}) => places.some(({kind}) => kind === 'image'))
}

/**
 * The reports of each platform: by digest, else by the name of the platform, else of the only one there is.
 * @throws UserError `image/report-for-another-digest`, `image/report-for-which-platform`
 */
export function assignReports(
  {platforms, digest}: Pick<GatheredImage, 'platforms' | 'digest'>,
  reports: readonly Scan[],
): ReadonlyMap<GatheredPlatform, readonly Scan[]> {
  const assigned = new Map<GatheredPlatform, Scan[]>()
  for (const report of reports) {
    const part = platformOf(report, platforms, digest)
    assigned.set(part, [...(assigned.get(part) ?? []), part.digest === digest ? report : withoutIndex(report, digest)])
  }
  return assigned
}

/** A tool that was given the index reports its digest, whatever platform it looked at. */
function withoutIndex(report: Scan, index: GatheredImage['digest']): Scan {
  return {...report, digests: report.digests.filter(digest => digest !== index)}
}

function platformOf(
  report: Scan,
  platforms: readonly GatheredPlatform[],
  index: GatheredImage['digest'],
): GatheredPlatform {
  const name = report.scanners.map(scanner => scanner.name).join(' and ')
  const known = platforms.filter(({digest}) => digest !== null)
  const byDigest = known.filter(({digest}) => digest !== null && report.digests.includes(digest))
  const isOfIndex = index !== null && report.digests.includes(index)
  if (byDigest.length === 0 && report.digests.length > 0 && known.length > 0 && !isOfIndex) {
    throw new UserError(
      'image/report-for-another-digest',
      `The report of ${name} is of ${report.digests.join(', ')}, which is none of ${known.map(({digest}) => digest).join(', ')}.`,
      {hint: 'Write the report of the image that is scanned here, by its digest.'},
    )
  }
  const candidates = byDigest.length > 0 ? byDigest : platforms
  const byName = candidates.filter(({platform}) => platform !== null && platform === report.platform)
  const [only, ...others] = byName.length > 0 ? byName : candidates
  if (only && others.length === 0) return only
  throw new UserError(
    'image/report-for-which-platform',
    `The report of ${name} does not say which of ${platforms.map(({platform}) => platform ?? 'unknown').join(', ')} it is of.`,
    {hint: 'Write one report for each platform, by the digest of its manifest.'},
  )
}
