/** What OpenVEX, CycloneDX and CSAF say in the same words: of which vulnerability, in which product, does what hold? */

import type {Justification} from '../../core/justification.ts'
import type {PackageUrl} from '../../core/package-url.ts'

/** The words of OpenVEX; the other formats are mapped to them. */
export const vexStatuses = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const
export type VexStatus = (typeof vexStatuses)[number]

export interface VexDocument {
  readonly format: 'OpenVEX' | 'CycloneDX' | 'CSAF'
  /** Name of the file, as the user gave it. */
  readonly source: string
  /** Who speaks. */
  readonly author: string
  /** In the order of the document. */
  readonly statements: readonly VexStatement[]
  /** What it says and nobody here can use, each with the reason. */
  readonly unread: readonly string[]
}

export interface VexStatement {
  /** Where it stands in the document, for messages: `statements[3]`. */
  readonly place: string
  /** Every name of the vulnerability; the best known one first. */
  readonly ids: readonly string[]
  readonly status: VexStatus
  readonly justification?: Justification
  /** Its reasons in words; never empty. */
  readonly says: string
  /** Milliseconds since 1970: when it was made. */
  readonly at: number
  readonly scopes: readonly VexScope[]
}

/** A product, or what is in it. */
export interface VexScope {
  readonly product: VexComponent
  /** Parts of the product that alone are meant; empty: all of it. */
  readonly parts: readonly VexComponent[]
}

/** One thing by all its names: whoever fits one of them is meant. */
export interface VexComponent {
  readonly purls: readonly PackageUrl[]
  /** `sha256:…` */
  readonly digests: readonly string[]
  /** Names of images as people write them: `registry.example.com/credit:v12`. */
  readonly names: readonly string[]
  /** How the document calls it, for messages. */
  readonly label: string
}
