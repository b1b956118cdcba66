import {UserError} from '../core/failure.ts'

/** A thing that was to be read: there, or the reason why not. The reason becomes a finding, not an exception. */
export type Gathered<T> =
  | {readonly kind: 'gathered'; readonly value: T}
  | {readonly kind: 'missing'; readonly failure: UserError}

/** What was read, or the reason why it could not be. Defects of ours stay exceptions. */
export async function gathered<T>(read: () => Promise<T>): Promise<Gathered<T>> {
  try {
    return {kind: 'gathered', value: await read()}
  } catch (error) {
    if (error instanceof UserError) return {kind: 'missing', failure: error}
    throw error
  }
}
