/**
 * Scanners: what is known to be wrong with an image. One file per scanner in `scanners/`. A scanner reports everything
 * it found in our words and judges nothing: the gate is `policy.ts`.
 */
import type {Digest} from '../core/digest.ts'
import type {Severity} from '../core/severity.ts'

export interface Vulnerability {
  /** `CVE-2024-1234` or the scanner's own id. */
  readonly id: string
  readonly package: string
  readonly installedVersion: string
  /** Versions that fix it; empty when there is none. */
  readonly fixedVersions: readonly string[]
  readonly severity: Severity
  readonly title: string
  /** Where in the image: `usr/lib/python3/dist-packages/…`, or the scanner's name of the target. */
  readonly location: string
  /** Package URL (https://github.com/package-url/purl-spec), where the scanner gives one. */
  readonly purl?: string
  readonly url?: string
}

/** What one scan of one image said. A count is null when the report does not tell, which is not zero. */
export interface Scan {
  readonly scanner: {readonly name: string; readonly version: string | null}
  /** Name of the image as it was scanned. */
  readonly image: string
  /** Every manifest digest by which the report names the image; empty when it names none. */
  readonly digests: readonly Digest[]
  /** Digest of the image's config blob, which Docker calls its id. Not a manifest digest, and never compared with one. */
  readonly configDigest: Digest | null
  /**
   * `linux/amd64`: what was really scanned. Where the digest names an index of platforms, a scanner looks at one of them
   * and still reports the digest of the index.
   */
  readonly platform: string | null
  readonly os: {
    /** `alpine 3.18.2` */
    readonly name: string
    /** Its distributor gives no more security updates, so nobody records what is wrong with it. */
    readonly endOfLife: boolean
    /** Packages of the operating system that were looked at. */
    readonly packages: number | null
  } | null
  /** All packages that were looked at, of the operating system and of languages, as far as the report lists them. */
  readonly packages: number | null
  readonly vulnerabilities: readonly Vulnerability[]
  /** Findings that the scanner's own ignore rules took away before us, as far as the report tells. */
  readonly suppressed: readonly {readonly id: string; readonly package: string; readonly why: string}[]
  /** What the report lists and this gate does not judge: `2 secrets`. */
  readonly notJudged: readonly string[]
  readonly createdAt: string | null
}

/** What to scan: an image in a registry (or in a container engine), or one that lies on this machine. */
export type ImageReference =
  | {readonly kind: 'registry'; readonly name: string; readonly digest: Digest | null}
  /** The folder of an OCI image layout, or an archive as `docker save` writes it. */
  | {readonly kind: 'path'; readonly path: string}

export interface Scanner {
  readonly name: string
  /**
   * @param image null where the caller named none, which is enough for a scanner that reads a report
   * @throws UserError or SystemError when there is no trustworthy answer: no report is never an empty report.
   */
  scan(image: ImageReference | null): Promise<Scan>
}
