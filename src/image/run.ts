/** May this image be deployed? Merge, judge, report. Scanning is `gather.ts`; publishing and recording are the caller's. */
import type {ImageConfig} from '../config/image-schema.ts'
import type {Waiver} from '../config/waivers.ts'
import {dayOf} from '../core/day.ts'
import type {Digest} from '../core/digest.ts'
import {conclude, type Finding} from '../core/finding.ts'
import type {GateResult} from '../core/result.ts'
import type {Report} from '../report/report.ts'
import {type DeployedWorkload, deployedFindings} from './deployed.ts'
import {imageFindings} from './findings.ts'
import {judgeScan} from './gate/judge.ts'
import type {GatheredImage} from './gather.ts'
import {type Baseline, type ImageJudgement, type PlatformJudgement, partsOf} from './judgement.ts'
import {enrich, type Lists} from './merge/enrich.ts'
import {type Merged, type MergedPart, mergeParts} from './merged.ts'
import {composeComment} from './render/image-comment.ts'
import {composeReport} from './render/image-report.ts'
import type {Misconfiguration, Scan} from './scan.ts'
import {summarise} from './summary.ts'
import {bindImage} from './trust/binding.ts'
import {listFindings} from './trust/lists.ts'
import {doubts} from './trust/reservations.ts'
import {coverageOf, missingPlatforms} from './trust.ts'
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
  const merged = mergeParts(gathered, request)
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
  {config, accepted, lists, now, isDefaultGate, workloads}: JudgeImageRequest,
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
    ...listFindings(lists, config.gate, dayOf(now)),
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
