/** An entry of somebody else's ignore file in our words, as far as it has them. */
import type {Day} from '../../../core/day.ts'
import type {Justification} from '../../../core/justification.ts'

export interface Draft {
  /** Where it stands: `line 3`, `statements[2]`. */
  readonly place: string
  readonly kind: 'vulnerability' | 'secret' | 'misconfiguration' | 'licence'
  readonly id: string
  readonly package?: string
  readonly path?: string
  readonly image?: string
  readonly notAffected?: {readonly justification?: Justification}
  readonly reason?: string
  /** Last day on which it holds. */
  readonly expires?: Day
}

/** What could be said in our words, and what could not, with the reason. */
export interface Drafts {
  /** `.trivyignore`, `Grype’s ignore rules`: what was read. */
  readonly format: string
  readonly drafts: readonly Draft[]
  readonly notes: readonly string[]
}

/** Patterns of doublestar (https://github.com/bmatcuk/doublestar) that mean the same here: nothing but stars. */
export function isSayablePath(path: string): boolean {
  return /[^*/]/.test(path) && !/[?[\]{}\\]/.test(path) && !/[^/]\*\*|\*\*[^/]/.test(path)
}

/** Trivy and Grype end at the first moment of a day; a waiver holds to the end of its last one. */
export function lastWholeDay(endsOn: Day): Day {
  return endsOn - 1
}
