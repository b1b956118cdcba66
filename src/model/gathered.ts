import type {UserError} from '../core/failure.ts'

/** A thing that was to be read: there, or the reason why not. The reason becomes a finding, not an exception. */
export type Gathered<T> =
  | {readonly kind: 'gathered'; readonly value: T}
  | {readonly kind: 'missing'; readonly failure: UserError}
