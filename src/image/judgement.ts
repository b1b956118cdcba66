/** What the gate makes of a scan: every flaw with its fate. All renderings are made from this, so they cannot disagree. */
import type {ImageRule} from '../config/image-schema.ts'
import type {Waiver} from '../config/waivers.ts'
import {type Digest, shortDigest} from '../core/digest.ts'
import type {KnownFlaw} from '../core/known-flaw.ts'
import type {Flaw, Scan} from './scan.ts'

export type RuleOutcome =
  /** A rule decided. `rule` is its text, `index` its place in the gate. */
  | {readonly kind: 'rule'; readonly verdict: ImageRule['verdict']; readonly rule: string; readonly index: number}
  /** A fact that a stricter rule asks for is not known of this flaw: had it been, that rule might have matched. */
  | {readonly kind: 'undecided'; readonly rule: string; readonly index: number; readonly unknown: UnknownFact}
  | {readonly kind: 'no-rule'}

export type UnknownFact = 'severity' | 'fix' | 'known-exploited' | 'epss' | 'fix-date' | 'licence'

export type WaiverState =
  | {readonly kind: 'none'}
  /** Holds today; `expiresSoon` within the last 14 days. */
  | {readonly kind: 'holds'; readonly waiver: Waiver; readonly daysLeft: number; readonly expiresSoon: boolean}
  /** Its last day is over, so the flaw counts again. */
  | {readonly kind: 'expired'; readonly waiver: Waiver}

/** What becomes of one flaw. */
export interface Judged<F extends Flaw = Flaw> {
  readonly flaw: F
  /** Not in the baseline; null where there is none to compare with, and then it counts as new. */
  readonly isNew: boolean | null
  readonly outcome: RuleOutcome
  readonly waiver: WaiverState
}

/** One image for one platform. */
export interface PlatformJudgement {
  readonly platform: string | null
  readonly digest: Digest | null
  readonly scan: Scan
  /** Most severe first, then by package and id, so that two reports of the same image read the same. */
  readonly judged: readonly Judged[]
}

export interface ImageJudgement {
  readonly service: string
  /** As the caller named the image. */
  readonly label: string
  /** What evidence is bound to; null where no digest is known. */
  readonly digest: Digest | null
  readonly platforms: readonly PlatformJudgement[]
  /** What tools and checks say of the repository's files: manifests, Dockerfile. Of no platform, and of no digest. */
  readonly repository: PlatformJudgement | null
  readonly baseline: Baseline
}

/** All that was judged: each platform of the image, then the repository's files. */
export function partsOf({
  platforms,
  repository,
}: Pick<ImageJudgement, 'platforms' | 'repository'>): readonly PlatformJudgement[] {
  return repository === null ? platforms : [...platforms, repository]
}

/** `linux/arm64`; with the digest where an index lists two manifests of one platform. */
export function platformName(
  {platform, digest}: Pick<PlatformJudgement, 'platform' | 'digest'>,
  {platforms}: {readonly platforms: readonly Pick<PlatformJudgement, 'platform'>[]},
): string {
  const name = platform ?? 'unknown platform'
  const isAlone = platforms.filter(each => each.platform === platform).length < 2
  return isAlone || digest === null ? name : `${name} (${shortDigest(digest)})`
}

/** What `new` was compared with. */
export type Baseline =
  | {readonly kind: 'none'}
  /** `label`: `v12 in production`, `python:3.12-slim`. */
  | {readonly kind: 'known'; readonly label: string; readonly flaws: readonly KnownFlaw[]}
  | {readonly kind: 'missing'; readonly why: string; readonly remedy: string}
