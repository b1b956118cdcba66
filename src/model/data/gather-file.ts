import {UserError} from '../../core/failure.ts'
import type {Gathered} from '../gather.ts'

/** What was read, or the reason why it could not be: that becomes a finding. Defects of ours stay exceptions. */
export async function gathered<T>(read: () => Promise<T>): Promise<Gathered<T>> {
  try {
    return {kind: 'gathered', value: await read()}
  } catch (error) {
    if (error instanceof UserError) return {kind: 'missing', failure: error}
    throw error
  }
}
