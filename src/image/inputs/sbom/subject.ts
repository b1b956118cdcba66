/** The image that an SBOM is about, in the words of the tools that write SBOMs. */
import * as z from 'zod'
import type {Digest} from '../../../core/digest.ts'
import {parsePackageUrl} from '../../../core/package-url.ts'

export interface SbomSubject {
  /** Every digest by which the image is named, without repetition. */
  readonly digests: readonly Digest[]
  /**
   * Whether they are of the manifest of what was looked at. Trivy names an image by what its reference stood for, which
   * for an index is the index, and looks at one platform of it.
   */
  readonly ofManifest: boolean
  readonly configDigest: Digest | null
  /** `linux/amd64`; null where the SBOM does not say both halves. */
  readonly platform: string | null
}

/** A field that other tools fill in other ways is as good as missing. */
export const optional = z.string().nullish().catch(null)

/** `pkg:oci/credit@sha256%3A…?arch=amd64` (package-url spec, types `oci` and `docker`). */
export function imageVersion(purl: string): string {
  const parsed = parsePackageUrl(purl)
  return parsed && ['oci', 'docker'].includes(parsed.type) ? (parsed.version ?? '') : ''
}
