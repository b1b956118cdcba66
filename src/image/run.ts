/** May this image be deployed? Merge, judge, report. Scanning is `gather.ts`; publishing and recording are the caller's. */
import type {ImageConfig} from '../config/image-schema.ts'
import type {Waiver} from '../config/waivers.ts'
import {dayOf} from '../core/day.ts'
import type {Digest} from '../core/digest.ts'
import {conclude, type Finding} from '../core/finding.ts'
import type {GateResult} from '../core/result.ts'
import type {Report} from '../report/report.ts'
import {assignReports, isOfImage} from './assign.ts'
import {type DeployedWorkload, deployedFindings} from './deployed.ts'
import {imageFindings} from './findings.ts'
import {judgeScan} from './gate/judge.ts'
import type {GatheredImage, GatheredPlatform} from './gather.ts'
import {type Baseline, type ImageJudgement, type PlatformJudgement, partsOf} from './judgement.ts'
import {checkImageFacts} from './manifests/image-facts.ts'
import {enrich, type Lists} from './merge/enrich.ts'
import {mergeScans} from './merge/merge.ts'
import {ownScan} from './own-scan.ts'
import {composeComment} from './render/image-comment.ts'
import {composeReport} from './render/image-report.ts'
import type {Misconfiguration, Scan} from './scan.ts'
import {summarise} from './summary.ts'
import {doubts} from './trust/reservations.ts'
import {vouchedDigests} from './trust/vouching.ts'
import {bind, coverageOf, missingPlatforms} from './trust.ts'
import {applyVex, type TrustedVex} from './vex/apply.ts'
import {vexFindings} from './vex/findings.ts'
import {indexWaivers} from './waivers/state.ts'

/** What is accepted, by us and by others. */
export interface Waivers {
  readonly waivers: readonly Waiver[]
  readonly vex: readonly TrustedVex[]
}

export interface JudgeImageRequest {
  readonly service: string
  readonly config: ImageConfig
  /** Nobody has written a gate: what its rules need and nobody supplies is no complaint. */
  readonly isDefaultGate: boolean
  /** Digest that the image must have; null where the caller has not said. */
  readonly expectedDigest: Digest | null
  /** Reports of other tools that count as well. */
  readonly reports: readonly Scan[]
  /** What our own checks say of the repository's files; null where none was asked for. */
  readonly repository: readonly Misconfiguration[] | null
  /** What the manifests deploy. */
  readonly workloads: readonly DeployedWorkload[]
  /** What else there is to say: manifests that could not be read, waivers that a pull request changes. */
  readonly findings: readonly Finding[]
  readonly lists: Lists
  readonly accepted: Waivers
  readonly baseline: Baseline
  readonly now: Date
  /** Page with the whole report, for the comment. */
  readonly summaryUrl?: string
}

export interface ImageOutcome {
  readonly result: GateResult
  readonly report: Report
  /** What a pull request shows: what is new. */
  readonly comment: Report
  readonly judgement: ImageJudgement
}

/**
 * A bad image is a verdict, never an exception.
 * @throws UserError `image/digests-contradict`, `image/scans-contradict`, `image/report-for-which-platform`
 */
export function judgeImage(gathered: GatheredImage, request: JudgeImageRequest): ImageOutcome {
  const {config, service, baseline} = request
  const merged = mergeAll(gathered, request)
  const binding = bindImage(gathered, merged, request.expectedDigest)
  // What is wrong with another image is no news about this one.
  const parts = binding.isAnother ? [] : merged.platforms
  const judgement: ImageJudgement = {
    service,
    label: gathered.label,
    digest: binding.digest,
    platforms: parts.map(part => judgePart(part, gathered, request)),
    repository: merged.repository && judgePart(merged.repository, gathered, request),
    baseline,
  }
  const findings = [
    ...binding.findings,
    ...(binding.isAnother ? [] : allFindings(judgement, merged, gathered, request)),
    ...request.findings,
  ]
  const result: GateResult = {
    gate: 'image',
    service,
    ...conclude(findings, 'image'),
    summary: summarise(findings, judgement),
    findings,
    subject: binding.digest === null ? {} : {image: binding.digest},
  }
  return {
    result,
    report: composeReport(result, judgement, {rules: config.gate}),
    comment: composeComment(
      result,
      judgement,
      request.summaryUrl === undefined ? {} : {summaryUrl: request.summaryUrl},
    ),
    judgement,
  }
}

/** One platform, or the repository: each tool's word, and all of them as one. */
interface MergedPart {
  readonly platform: string | null
  readonly digest: Digest | null
  readonly scans: readonly Scan[]
  readonly scan: Scan
}

interface MergedPlatform extends MergedPart {
  /** Digests that what was looked at may vouch for. */
  readonly vouched: readonly Digest[]
}

interface Merged {
  readonly platforms: readonly MergedPlatform[]
  readonly repository: MergedPart | null
}

function mergeAll(gathered: GatheredImage, {reports, repository, config}: JudgeImageRequest): Merged {
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

function judgePart(
  {scan, platform, digest}: MergedPart,
  gathered: GatheredImage,
  request: JudgeImageRequest,
): PlatformJudgement {
  const {config, accepted, lists, baseline, now} = request
  const today = dayOf(now)
  const informed = enrich(applyVex(scan, accepted.vex, today, namesOf(gathered, [digest])), lists)
  return {
    platform,
    digest,
    scan: informed,
    judged: judgeScan(informed, {
      rules: config.gate,
      waivers: indexWaivers(accepted.waivers),
      baseline,
      today,
      image: gathered.label,
    }),
  }
}

function allFindings(
  judgement: ImageJudgement,
  merged: Merged,
  gathered: GatheredImage,
  {config, accepted, now, isDefaultGate, workloads}: JudgeImageRequest,
): readonly Finding[] {
  const asked = config['looks-for']
  const ran = config.scanner === 'report' ? [] : config.scanner === 'both' ? ['trivy', 'grype'] : [config.scanner]
  const limits = {maxDatabaseAgeMs: config['database-max-age'], now: now.getTime(), asked, ran}
  const names = namesOf(
    gathered,
    gathered.platforms.map(({digest}) => digest),
  )
  return [
    ...missingPlatforms(
      config.platforms,
      gathered.platforms.map(({platform}) => platform),
    ),
    ...coverageOf(merged.platforms, limits),
    ...(merged.repository ? doubts(merged.repository.scan) : []),
    ...imageFindings(judgement, {
      rules: config.gate,
      waivers: accepted.waivers,
      isDefaultGate,
      asked,
    }),
    ...vexFindings(
      accepted.vex,
      partsOf(judgement).map(({scan}) => scan),
      dayOf(now),
      names,
    ),
    ...deployedFindings(workloads, judgement.label, digestsOf(judgement)),
  ]
}

/** By what a VEX statement may name the image, besides what its scan says. */
function namesOf({digest, label}: GatheredImage, digests: readonly (Digest | null)[]): readonly string[] {
  return [...[digest, ...digests].filter(each => each !== null), label]
}

function digestsOf({digest, platforms}: ImageJudgement): readonly Digest[] {
  return [digest, ...platforms.map(each => each.digest)].filter(each => each !== null)
}

/** Which bytes the verdict is about. */
interface ImageBinding {
  readonly digest: Digest | null
  readonly isAnother: boolean
  readonly findings: readonly Finding[]
}

/**
 * An index vouches for itself once each of its images is bound to its own digest; asked for by the digest of one of
 * them, the verdict is about that one.
 */
function bindImage(gathered: GatheredImage, {platforms}: Merged, expected: Digest | null): ImageBinding {
  const {digest, isIndex} = gathered
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
