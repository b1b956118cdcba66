import type {Finding, ReasonCode} from '../../../core/finding.ts'
import type {Verdict} from '../../../core/verdict.ts'
import {quote} from '../observation.ts'

/** One answer to a question about where a model comes from; `subject` and `id` are those of the question. */
export interface Answer {
  readonly verdict: Verdict
  readonly reason: ReasonCode
  readonly what: string
  readonly why?: string
  readonly remedy?: string
  /** Files of the model that it is about. */
  readonly files?: readonly string[]
}

/** @param subject the file that the model is held against */
export function findingOf(id: ReasonCode, subject: string, {files, ...answer}: Answer): Finding {
  return {id, subject, ...answer, ...(files && {details: {files: files.slice(0, mostFiles)}})}
}

const mostFiles = 100
const mostShown = 5

/** `"a", "b" and 7 more`. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, mostShown).map(name => quote(name))
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** `1 file`, `3 files`. */
export function filesCounted(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}
