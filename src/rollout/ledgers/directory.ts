/**
 * A ledger in a folder: one file per event, `events/000001.json` and on. The number alone is the name, so that two
 * writers of the same place collide, and creating the file is the compare-and-swap. Each file carries its own digest
 * and that of the file before: a history edited by hand is noticed. `state.json` is for people and never read.
 */
import {createHash} from 'node:crypto'
import * as path from 'node:path'
import * as z from 'zod'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import {describeEvent, type LedgerEvent} from '../events.ts'
import type {AppendOutcome, Ledger, LedgerPage} from '../ledger.ts'
import {parseEvent} from './event-schema.ts'

interface Entry {
  readonly digest: string
  readonly event: LedgerEvent
}

/** How many files are read at the same time. */
const width = 32

export function openDirectoryLedger(folder: string, files: Files): Ledger {
  const history = path.join(folder, 'events')

  async function readEntries(): Promise<readonly Entry[]> {
    const entries: Entry[] = []
    for (const [index, text] of (await readAll(await countEvents())).entries()) {
      entries.push(parseEntry(text, entries.at(-1)?.digest ?? null, fileOf(index + 1)))
    }
    return entries
  }

  /** The highest number. A folder listed while others write may lack an earlier one, so the list itself is not believed. */
  async function countEvents(): Promise<number> {
    if (!(await files.exists(history))) return 0
    const {files: found} = await files.list(history)
    return Math.max(0, ...found.map(file => Number(/^(\d{6,})\.json$/.exec(file.path)?.[1] ?? 0)))
  }

  async function readAll(count: number): Promise<readonly string[]> {
    const texts: string[] = []
    while (texts.length < count) {
      const positions = Array.from(
        {length: Math.min(width, count - texts.length)},
        (_, index) => texts.length + index + 1,
      )
      texts.push(...(await Promise.all(positions.map(readEntryText))))
    }
    return texts
  }

  async function readEntryText(position: number): Promise<string> {
    const file = fileOf(position)
    if (!(await files.exists(file))) throw edited(file, 'this event is missing, later ones are there')
    return files.readText(file)
  }

  function fileOf(position: number): string {
    return path.join(history, nameOf(position))
  }

  return {
    location: folder,

    async read(): Promise<LedgerPage> {
      const entries = await readEntries()
      return {version: versionOf(entries), events: entries.map(entry => entry.event)}
    },

    async append(event, expectedVersion): Promise<AppendOutcome> {
      // What could not be read back must not be written: it would make the whole history unreadable.
      parseEvent(JSON.parse(JSON.stringify(event)), `The event ${event.id}`)
      const expected = parseVersion(expectedVersion)
      const {digest, text} = renderEntry(event, expected.digest)
      const next = fileOf(expected.count + 1)
      const isFree = (await isHead(expected, event)) && (await files.createText(next, text))
      if (!isFree) return outcomeOfConflict(event)
      const version = `${expected.count + 1}-${digest}`
      await files.writeText(path.join(folder, 'state.json'), renderState(version, event))
      return {kind: 'appended', version}
    },
  }

  /** Whether `expected` is the end of the history, so that `event` may follow; not when `event` itself is that end. */
  async function isHead({count, digest}: Version, event: LedgerEvent): Promise<boolean> {
    if (count === 0) return true
    const file = fileOf(count)
    if (!(await files.exists(file))) return false
    const head = parseOuter(await files.readText(file), file)
    return head.digest === digest && parseEvent(head.event, file).id !== event.id
  }

  /** An event that is already there was written by this very call, whose answer got lost: that is no conflict. */
  async function outcomeOfConflict(event: LedgerEvent): Promise<AppendOutcome> {
    const entries = await readEntries()
    const place = entries.findIndex(entry => entry.event.id === event.id)
    const version = place < 0 ? null : versionOf(entries.slice(0, place + 1))
    return version === null ? {kind: 'conflict'} : {kind: 'appended', version}
  }
}

/** `12-<digest of the 12th entry>`: number of events and the head of the chain. */
interface Version {
  readonly count: number
  readonly digest: string | null
}

function parseVersion(version: string | null): Version {
  if (version === null) return {count: 0, digest: null}
  const [count, digest] = version.split('-')
  return {count: Number(count), digest: digest ?? null}
}

function versionOf(entries: readonly Entry[]): string | null {
  const head = entries.at(-1)
  return head ? `${entries.length}-${head.digest}` : null
}

function nameOf(position: number): string {
  return `${String(position).padStart(6, '0')}.json`
}

function renderEntry(event: LedgerEvent, previous: string | null): {digest: string; text: string} {
  const digest = digestOf(previous, event)
  return {digest, text: `${JSON.stringify({digest, previous, event}, null, 2)}\n`}
}

function digestOf(previous: string | null, event: unknown): string {
  return createHash('sha256')
    .update(`${previous ?? ''}\n${JSON.stringify(event)}`)
    .digest('hex')
}

function renderState(version: string, newest: LedgerEvent): string {
  const summary = {
    'written for people': 'the events beside this file are the truth',
    version,
    newest: describeEvent(newest),
  }
  return `${JSON.stringify({...summary, at: newest.at, by: newest.by}, null, 2)}\n`
}

const outerSchema = z.strictObject({digest: z.string(), previous: z.string().nullable(), event: z.unknown()})

function parseOuter(text: string, file: string): z.output<typeof outerSchema> {
  try {
    return outerSchema.parse(JSON.parse(text))
  } catch (error) {
    throw edited(file, 'it is not a ledger entry', error)
  }
}

function parseEntry(text: string, previous: string | null, file: string): Entry {
  const outer = parseOuter(text, file)
  if (outer.previous !== previous) throw edited(file, 'it does not follow the event before it')
  // The digest covers the event as it was written, so it is taken before parsing gives the event its type.
  if (digestOf(previous, outer.event) !== outer.digest) throw edited(file, 'its content does not match its digest')
  return {digest: outer.digest, event: parseEvent(outer.event, file)}
}

function edited(file: string, what: string, cause?: unknown): UserError {
  return new UserError('ledger/unreadable', `The ledger was changed by hand at ${file}: ${what}.`, {
    hint: 'Restore the folder from a backup, or move it away and start a new ledger; `roll-back --to` works without one.',
    cause,
  })
}
