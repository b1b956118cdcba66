/** The parts of an image, each with all that tools, reports and our own checks say of it as one scan. */
import type {ImageConfig} from '../config/image-schema.ts'
import type {Digest} from '../core/digest.ts'
import {assignReports, isOfImage} from './assign.ts'
import type {GatheredImage, GatheredPlatform} from './gather.ts'
import {checkImageFacts} from './manifests/image-facts.ts'
import {mergeScans} from './merge/merge.ts'
import {ownScan} from './own-scan.ts'
import type {Misconfiguration, Scan} from './scan.ts'
import {vouchedDigests} from './trust/vouching.ts'

/** One platform, or the repository: each tool's word, and all of them as one. */
export interface MergedPart {
  readonly platform: string | null
  readonly digest: Digest | null
  readonly scans: readonly Scan[]
  readonly scan: Scan
}

export interface MergedPlatform extends MergedPart {
  /** Digests that what was looked at may vouch for. */
  readonly vouched: readonly Digest[]
}

export interface Merged {
  readonly platforms: readonly MergedPlatform[]
  readonly repository: MergedPart | null
}

/** What is merged besides what was scanned: reports of other tools, and our own checks. */
interface Further {
  readonly reports: readonly Scan[]
  readonly repository: readonly Misconfiguration[] | null
  readonly config: ImageConfig
}

/**
 * Everything that is known of an image, part by part.
 * @throws UserError `image/scans-contradict`, and what `assignReports` refuses
 */
export function mergeParts(gathered: GatheredImage, {reports, repository, config}: Further): Merged {
  const ofImage = reports.filter(isOfImage)
  const assigned = assignReports(gathered, ofImage)
  const ofFiles = [
    ...reports.filter(report => !isOfImage(report)),
    ...(repository === null ? [] : [ownScan(gathered.label, repository)]),
  ]
  const [first, ...others] = ofFiles
  return {
    platforms: gathered.platforms.map(part => mergePlatform(part, assigned.get(part) ?? [], gathered.label, config)),
    repository: first ? {platform: null, digest: null, scans: ofFiles, scan: mergeScans([first, ...others])} : null,
  }
}

function mergePlatform(
  {platform, digest, scans, facts}: GatheredPlatform,
  reports: readonly Scan[],
  label: string,
  config: ImageConfig,
): MergedPlatform {
  // An image says of itself who it runs as: no tool is needed for that.
  const asks =
    config['looks-for'].includes('misconfiguration') || config.gate.some(rule => rule.kind === 'misconfiguration')
  const own = facts && asks ? [ownScan(label, checkImageFacts(facts, label))] : []
  const all = [...scans, ...reports]
  const scan = mergeScans([scans[0], ...all.slice(1), ...own])
  return {platform, digest, scans: all, scan, vouched: vouchedDigests(scans, reports, scan.digests)}
}
