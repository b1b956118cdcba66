import type {Change} from './worlds.ts'

/** What is said of a change; and whether candidate and baseline can still be judged. */
export interface ProblemCase {
  readonly title: string
  readonly change: Change
  readonly says: readonly string[]
  readonly judged: 'both' | 'candidate' | 'none'
  /** No file of so few rows could hold it. */
  readonly inMemory?: true
  /** Part of a sentence or of its remedy. */
  readonly words?: RegExp
}
