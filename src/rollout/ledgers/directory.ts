/**
 * A ledger in a folder.
 *
 *     events/000501.json            one event; creating the file is the compare-and-swap, so its number is its whole name
 *     events/000001-000500.jsonl    500 events of that kind, packed together once the next one is there
 *     state.json                    how far the history goes at least, by number and digest, and the last event for people
 *
 * state.json is written after its event and read before any: a history that ends earlier lost its end by hand. An append
 * costs the same however long the history is, and a read takes from the disk what this object has not seen.
 */
import * as path from 'node:path'
import * as z from 'zod'
import type {Files} from '../../runtime/files.ts'
import {describeEvent} from '../event-words.ts'
import type {LedgerEvent} from '../events.ts'
import type {AppendOutcome, Ledger, LedgerPage} from '../ledger.ts'
import {
  createEntry,
  type Entry,
  edited,
  parseEntry,
  parseRaw,
  parseVersion,
  type Version,
  versionOf,
} from './directory-entry.ts'
import {openHistory} from './directory-history.ts'
import {parseEvent} from './event-schema.ts'

export function openDirectoryLedger(folder: string, files: Files): Ledger {
  const history = openHistory(path.join(folder, 'events'), files)
  const stateFile = path.join(folder, 'state.json')
  let known: readonly Entry[] = []

  async function readEntries(): Promise<readonly Entry[]> {
    const least = await readState()
    const count = await history.count()
    const entries = [...((await isHead(known)) ? known : [])]
    for await (const {text, where} of history.from(entries.length + 1, count)) {
      entries.push(parseEntry(text, entries.at(-1)?.digest ?? null, where))
    }
    if (least.count > 0 && entries[least.count - 1]?.digest !== least.digest) {
      throw edited(stateFile, `it knows of ${least.count} events, and they are not all there as they were`)
    }
    known = entries
    return entries
  }

  /** Whether the disk still has the last of the entries that were read before. */
  async function isHead(entries: readonly Entry[]): Promise<boolean> {
    const head = entries.at(-1)
    const text = head ? await history.read(entries.length) : null
    return text !== null && parseRaw(text, folder).digest === head?.digest
  }

  async function readState(): Promise<Version> {
    if (!(await files.exists(stateFile))) return parseVersion(null)
    const parsed = stateSchema.safeParse(parseJson(await files.readText(stateFile)))
    if (!parsed.success) throw edited(stateFile, 'it is not what Slipway writes there')
    return parseVersion(parsed.data.version)
  }

  return {
    location: folder,

    async read(): Promise<LedgerPage> {
      const entries = await readEntries()
      return {version: versionOf(entries), events: entries.map(entry => entry.event)}
    },

    async append(event, expectedVersion): Promise<AppendOutcome> {
      // What could not be read back must not be written: it would make the whole history unreadable.
      const kept = parseEvent(JSON.parse(JSON.stringify(event)), `The event ${event.id}`)
      const expected = parseVersion(expectedVersion)
      const entry = createEntry(event, expected.digest)
      const position = expected.count + 1
      const isFree = await mayFollow(expected, event)
      if (!isFree || !(await history.create(position, `${JSON.stringify(entry, null, 2)}\n`))) {
        return outcomeOfConflict(event)
      }
      const version = `${position}-${entry.digest}`
      await files.writeText(stateFile, renderState(version, event))
      if (known.length === expected.count && versionOf(known) === expectedVersion) {
        known = [...known, {digest: entry.digest, event: kept}]
      }
      await history.pack(expected.count)
      return {kind: 'appended', version}
    },
  }

  /** Whether `expected` is the end of the history, so that `event` may follow; not when `event` itself is that end. */
  async function mayFollow({count, digest}: Version, event: LedgerEvent): Promise<boolean> {
    if (count === 0) return true
    const text = await history.read(count)
    if (text === null) return false
    const head = parseRaw(text, folder)
    return head.digest === digest && parseEvent(head.event, folder).id !== event.id
  }

  /** An event that is already there was written by this very call, whose answer got lost: that is no conflict. */
  async function outcomeOfConflict(event: LedgerEvent): Promise<AppendOutcome> {
    const entries = await readEntries()
    const place = entries.findIndex(entry => entry.event.id === event.id)
    const version = place < 0 ? null : versionOf(entries.slice(0, place + 1))
    return version === null ? {kind: 'conflict'} : {kind: 'appended', version}
  }
}

const stateSchema = z.looseObject({version: z.string().regex(/^[1-9]\d*-[0-9a-f]{64}$/)})

/** Null is no state either: the schema says what is wrong with it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function renderState(version: string, newest: LedgerEvent): string {
  const summary = {
    'written for people':
      'the events beside this file are the truth; a history that ends before this version is refused',
    version,
    newest: describeEvent(newest),
  }
  return `${JSON.stringify({...summary, at: newest.at, by: newest.by}, null, 2)}\n`
}
