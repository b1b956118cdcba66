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

/** What one scan of one image said. */
export interface Scan {
  readonly scanner: {readonly name: string; readonly version: string | null}
  /** Name of the image as it was scanned. */
  readonly image: string
  /** Digest of the manifest that was scanned; null when the report does not tell. */
  readonly digest: Digest | null
  /** Operating system, `alpine 3.18`; null when none was recognised. */
  readonly os: string | null
  readonly packages: number | null
  readonly vulnerabilities: readonly Vulnerability[]
  readonly createdAt: string | null
}

export interface Scanner {
  readonly name: string
  /** @throws UserError or SystemError when there is no trustworthy answer: no report is never an empty report. */
  scan(image: string): Promise<Scan>
}
