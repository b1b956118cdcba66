/**
 * One event as a folder keeps it: with its own digest and that of the event before, so that a history which was edited by
 * hand is noticed wherever it begins to differ.
 */
import {createHash} from 'node:crypto'
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import type {LedgerEvent} from '../events.ts'
import {parseEvent} from './event-schema.ts'

export interface Entry {
  readonly digest: string
  readonly event: LedgerEvent
}

/** What stands in a file or a line, before the event has its type. */
export type RawEntry = z.output<typeof rawSchema>

/** `12-<digest of the 12th entry>`: number of events and the head of the chain. */
export interface Version {
  readonly count: number
  readonly digest: string | null
}

const rawSchema = z.strictObject({digest: z.string(), previous: z.string().nullable(), event: z.unknown()})

export function createEntry(event: LedgerEvent, previous: string | null): RawEntry {
  return {digest: digestOf(previous, event), previous, event}
}

/** @param where names the place for the message: a file, a line of it */
export function parseRaw(text: string, where: string): RawEntry {
  try {
    return rawSchema.parse(JSON.parse(text))
  } catch (error) {
    throw edited(where, 'it is not a ledger entry', error)
  }
}

/** @throws UserError `ledger/unreadable` when it does not follow the entry with the digest `previous`, or was changed. */
export function parseEntry(text: string, previous: string | null, where: string): Entry {
  const raw = parseRaw(text, where)
  if (raw.previous !== previous) throw edited(where, 'it does not follow the event before it')
  // The digest covers the event as it was written, so it is taken before parsing gives the event its type.
  if (digestOf(previous, raw.event) !== raw.digest) throw edited(where, 'its content does not match its digest')
  return {digest: raw.digest, event: parseEvent(raw.event, where)}
}

export function parseVersion(version: string | null): Version {
  if (version === null) return {count: 0, digest: null}
  const [count, digest] = version.split('-')
  return {count: Number(count), digest: digest ?? null}
}

/** Null for a history without events. */
export function versionOf(entries: readonly Entry[]): string | null {
  const head = entries.at(-1)
  return head ? `${entries.length}-${head.digest}` : null
}

export function edited(where: string, what: string, cause?: unknown): UserError {
  return new UserError('ledger/unreadable', `The ledger was changed by hand at ${where}: ${what}.`, {
    hint: 'Restore the folder from a backup, or move it away and start a new ledger; `roll-back --to` works without one.',
    cause,
  })
}

function digestOf(previous: string | null, event: unknown): string {
  return createHash('sha256')
    .update(`${previous ?? ''}\n${JSON.stringify(event)}`)
    .digest('hex')
}
