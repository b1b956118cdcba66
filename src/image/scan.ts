/**
 * What is known of one image after a scan, in words that every scanner can fill. Adapters in `scanners/` and `reports/`
 * map their tool's words to these at their edge; nothing behind them knows which tool spoke.
 */
import type {Day} from '../core/day.ts'
import type {Digest} from '../core/digest.ts'
import type {Severity} from '../core/severity.ts'
import type {SourcePackage} from '../core/system-package.ts'

/** What a rule of the gate may be about. */
export const flawKinds = ['vulnerability', 'secret', 'misconfiguration', 'licence', 'package', 'end-of-life'] as const
export type FlawKind = (typeof flawKinds)[number]

/** Where a flaw was seen. */
export type Place =
  /**
   * In the image: `usr/lib/python3/dist-packages/…` without a leading slash; empty where only the layer is known. The
   * layer is named by its uncompressed content (DiffID) where the scanner gives that. Lines count from 1.
   */
  | {readonly kind: 'image'; readonly path: string; readonly layer?: Digest; readonly line?: number}
  /** In a file of the repository, relative to its root: a manifest, a Dockerfile, a lock file. Lines count from 1. */
  | {readonly kind: 'repository'; readonly file: string; readonly line?: number}

/** Taken away by somebody else than our waivers: an ignore file of the scanner, a VEX statement. */
export interface Suppression {
  /** `trivy`, `grype`, `OpenVEX of vendor.example`. */
  readonly by: string
  readonly reason: string
  readonly until?: Day
}

/** What a VEX statement says of a flaw without taking it away. */
export interface VexWord {
  readonly status: 'affected' | 'under_investigation'
  /** `OpenVEX of vendor.example`. */
  readonly by: string
  /** What is to be done about it, or why it is not known yet. */
  readonly says: string
}

interface Seen {
  /** The name that it is known by best: a CVE before a GHSA before a distributor's own; the rule's id for other kinds. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly places: readonly Place[]
  /** Names of the scanners that say so, sorted. */
  readonly foundBy: readonly string[]
  readonly url?: string
  readonly suppressed?: Suppression
  readonly vex?: VexWord
}

/** The package that a flaw is in. */
interface InPackage {
  readonly package: string
  readonly installedVersion: string
  /** Package URL (https://github.com/package-url/purl-spec), where the scanner gives one. */
  readonly purl?: string
}

export interface Cvss {
  /** Who scored: `nvd`, `ghsa`, `redhat`. */
  readonly source: string
  /** `2.0`, `3.0`, `3.1`, `4.0` */
  readonly version: string
  readonly vector: string
  /** 0 to 10. */
  readonly score: number
}

export const fixStates = ['fixed', 'not-fixed', 'will-not-fix', 'end-of-life', 'unknown'] as const
export interface Fix {
  readonly state: (typeof fixStates)[number]
  /** Versions that fix it; empty when there is none. */
  readonly versions: readonly string[]
  /** First day on which a fix could be had; null where nobody says. */
  readonly date: Day | null
}

/** An entry of CISA's catalogue of known exploited vulnerabilities. */
export interface KnownExploited {
  readonly added: Day | null
  readonly due: Day | null
  readonly ransomware: boolean
}

/** Exploit Prediction Scoring System (FIRST): probability of exploitation within 30 days. */
export interface Epss {
  /** 0 to 1. */
  readonly score: number
  /** 0 to 1. */
  readonly percentile: number
}

export interface Vulnerability extends Seen, InPackage {
  readonly kind: 'vulnerability'
  /** Every id that names the same thing, `id` among them, sorted: CVE, GHSA, DSA, ALAS, PYSEC. */
  readonly aliases: readonly string[]
  /** Who rated: `nvd`, `ghsa`, `debian`; null where the scanner does not say. */
  readonly severitySource: string | null
  /** Where scanners rate differently, each with its word; empty while only one has spoken. */
  readonly ratings: readonly {readonly scanner: string; readonly severity: Severity}[]
  readonly cvss: readonly Cvss[]
  readonly fix: Fix
  /** null: not in the catalogue, or (`Scan.knows`) nobody has looked. */
  readonly knownExploited: KnownExploited | null
  /** null: without a score, or nobody has looked. */
  readonly epss: Epss | null
}

export interface Secret extends Seen {
  readonly kind: 'secret'
  /** `AWS`, `AsymmetricPrivateKey`: what kind of secret, never the secret. */
  readonly category: string
}

export interface Misconfiguration extends Seen {
  readonly kind: 'misconfiguration'
  /** One sentence: what is configured how. */
  readonly message: string
  readonly remedy: string
}

export interface Licence extends Seen, InPackage {
  readonly kind: 'licence'
  /** SPDX expression (SPDX 2.3, annex D), or the name as it was found. */
  readonly licence: string
}

/** A package as such, for rules that allow or deny packages. */
export interface PackageUse extends Seen, InPackage {
  readonly kind: 'package'
}

/** An operating system without security updates: nobody records what is wrong with it. `id` is its name. */
export interface EndOfLife extends Seen {
  readonly kind: 'end-of-life'
}

export type Flaw = Vulnerability | Secret | Misconfiguration | Licence | PackageUse | EndOfLife

export interface Package {
  readonly name: string
  readonly version: string
  /** Type of its purl: `apk`, `deb`, `rpm`, `pypi`, `npm`, `golang`, `maven`; the scanner's word where there is no purl. */
  readonly type: string
  readonly purl?: string
  readonly licences: readonly string[]
  /** What a package of an operating system is built from, where the scanner says it. */
  readonly source?: SourcePackage
  /** Path in the image, where the package lies in one file or folder. */
  readonly path?: string
}

/** One tool's part in a scan. */
export interface ScannerRun {
  /** `trivy`, `grype`, or the driver's name in a SARIF report. */
  readonly name: string
  readonly version: string | null
  /** ISO 8601; when the tool looked. */
  readonly at: string | null
  /** ISO 8601; when its database of vulnerabilities was built: what was published later it cannot know. */
  readonly databaseBuilt: string | null
}

export interface OperatingSystem {
  /** `alpine 3.18.2` */
  readonly name: string
  /** Its distributor gives no more security updates; null where the scanner does not say. */
  readonly endOfLife: boolean | null
  /** Packages of the operating system that were looked at; null where the report does not tell, which is not zero. */
  readonly packages: number | null
}

/** What one or several tools said of one image for one platform. */
export interface Scan {
  readonly scanners: readonly ScannerRun[]
  /** Name of the image as it was scanned. */
  readonly image: string
  /** Every manifest digest by which the report names the image; empty when it names none. */
  readonly digests: readonly Digest[]
  /** Digest of the image's config blob, which Docker calls its id. Not a manifest digest, and never compared with one. */
  readonly configDigest: Digest | null
  /** `linux/amd64`, `linux/arm/v7`; null where nobody says. */
  readonly platform: string | null
  readonly os: OperatingSystem | null
  /** All packages that were looked at; null where the report lists none of them, whatever it looked at. */
  readonly packages: readonly Package[] | null
  /** How many were looked at, as far as it can be told; null is not zero. */
  readonly packageCount: number | null
  readonly flaws: readonly Flaw[]
  /** Kinds that the tools were asked for: no secret found means nothing where none was looked for. */
  readonly lookedFor: readonly FlawKind[]
  /** Facts that were looked up for every vulnerability, so that their absence says something. */
  readonly knows: {
    readonly knownExploited: boolean
    readonly epss: boolean
    /** Scanners that looked up exploitation for what they found themselves, where others of this scan did not. */
    readonly knownExploitedBy?: readonly string[]
  }
  /** What the tools themselves say they could not do: `this distribution is not in the database`. */
  readonly doubts: readonly string[]
}
