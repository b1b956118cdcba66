/**
 * Scanners: what is known to be wrong with an image. One file per scanner in `scanners/`. A scanner reports everything
 * it found in our words and judges nothing: the gate is `gate/`.
 */
import type {Digest} from '../core/digest.ts'
import type {FlawKind, Scan} from './scan.ts'

/** What the caller names: an image in a registry, or what lies on this machine. */
export type ImageReference =
  | {readonly kind: 'registry'; readonly name: string; readonly digest: Digest | null}
  /** The folder of an OCI image layout, an archive as `docker save` writes it, or an SBOM. */
  | {readonly kind: 'path'; readonly path: string}

/** One image for one platform, resolved: what a scanner is given. */
export type ScanTarget =
  /** `registry.example.com/credit@sha256:…`: only ever by digest. `plainHttp` for registries on this machine. */
  | (Target & {readonly kind: 'registry'; readonly name: string; readonly plainHttp: boolean})
  /** The folder of an OCI layout whose index names exactly this image; its blobs have been verified. */
  | (Target & {readonly kind: 'layout'; readonly folder: string})
  | (Target & {readonly kind: 'archive'; readonly path: string})
  /** CycloneDX or SPDX, which the scanner looks up instead of the image. */
  | (Target & {readonly kind: 'sbom'; readonly path: string})

interface Target {
  /** As the caller named the image, for messages and reports. */
  readonly label: string
  /** Digest of the manifest; null where nothing says it (an archive that was never pushed). */
  readonly digest: Digest | null
  readonly configDigest: Digest | null
  /** `linux/amd64`; null where nothing says it. */
  readonly platform: string | null
}

export interface Scanner {
  readonly name: string
  /** @throws UserError or SystemError when there is no trustworthy answer: no report is never an empty report. */
  scan(target: ScanTarget, kinds: readonly FlawKind[]): Promise<Scan>
}

/** What an image says of itself, besides its packages. */
export interface ImageFacts {
  /** `USER` of its config: empty means root. */
  readonly user: string | null
  /** Base image by its annotations (OCI image spec, `org.opencontainers.image.base.*`). */
  readonly base: {readonly name: string | null; readonly digest: Digest | null} | null
  /** Compressed bytes of its layers. */
  readonly sizeBytes: number | null
  /** Its layers by their uncompressed content (DiffID), lowest first; absent where nobody says. */
  readonly layers?: readonly Digest[]
}

/** A reference, resolved once: what it means in bytes, platform by platform. */
export interface ResolvedImage {
  /** As the caller named it. */
  readonly label: string
  /** What a promotion will ask for: digest of the index where there is one, else of the manifest. */
  readonly digest: Digest | null
  readonly isIndex: boolean
  /** Every image of it, sorted by platform. */
  readonly images: readonly {readonly target: ScanTarget; readonly facts: ImageFacts}[]
  /** Manifests in the index that are no images: attestations, signatures. */
  readonly passedOver: readonly {readonly digest: Digest; readonly why: string}[]
  /** What could not be made sure of, in sentences: none of them may be lost on the way to the verdict. */
  readonly doubts: readonly string[]
}

/** Turns references into what scanners take. One implementation per kind of place in `inputs/`. */
export interface Images {
  /**
   * Resolves `reference`, and keeps what it had to unpack or link for it until `use` is done.
   * @throws UserError or SystemError `image/…` where there is no such image, or its bytes are not what their names promise
   */
  resolve<T>(reference: ImageReference, use: (image: ResolvedImage) => Promise<T>): Promise<T>
}
