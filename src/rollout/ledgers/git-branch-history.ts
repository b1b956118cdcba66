/**
 * What a ledger's branch holds.
 *
 *     events/0001.jsonl   one event per line, oldest first; a full file has 500 lines and is never touched again
 *     state.json          how many events there are, their digest, and the last one, for people
 *
 * The digest is that of `cat events/*.jsonl | sha256sum`: a history that was edited by hand does not match it.
 *
 * An append costs the same however long the history is: the last file is written anew, the digest goes on from where it
 * stood. A read takes from the branch only the files that changed since the last one.
 */
import {createHash, type Hash} from 'node:crypto'
import * as z from 'zod'
import {type Digest, isDigest} from '../../core/digest.ts'
import {messageOf, UserError} from '../../core/failure.ts'
import type {BranchSnapshot} from '../../git/branch.ts'
import {describeEvent} from '../event-words.ts'
import type {LedgerEvent} from '../events.ts'
import {parseEvent} from './event-schema.ts'

const eventsPerFile = 500

/** One file of events. */
interface Chunk {
  /** Name of its content; null while only we know it, because we have just written it. */
  readonly sha: string | null
  readonly lines: readonly string[]
  readonly events: readonly LedgerEvent[]
}

export interface History {
  readonly commit: string | null
  readonly chunks: readonly Chunk[]
  readonly events: readonly LedgerEvent[]
  /** Of all lines; goes on by `copy`. */
  readonly hash: Hash
}

export const emptyHistory: History = {commit: null, chunks: [], events: [], hash: createHash('sha256')}

const stateFile = z.object({
  events: z.int().min(1),
  digest: z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'expected a sha256 digest'),
})

/** The history with one more event. */
export function extend({chunks, events, hash}: History, line: string, event: LedgerEvent): Omit<History, 'commit'> {
  const isFull = events.length % eventsPerFile === 0
  const last = isFull ? undefined : chunks.at(-1)
  const grown = {sha: null, lines: [...(last?.lines ?? []), line], events: [...(last?.events ?? []), event]}
  return {
    chunks: [...(isFull ? chunks : chunks.slice(0, -1)), grown],
    events: [...events, event],
    hash: hash.copy().update(`${line}\n`),
  }
}

/** The files that the newest event changes. */
export function filesOf({chunks, events, hash}: Omit<History, 'commit'>, event: LedgerEvent): Record<string, string> {
  const state = {
    note: 'Written by Slipway with every event. To change a rollout, use its workflow: an edit here makes the ledger unreadable.',
    events: events.length,
    digest: digestOf(hash),
    last: {type: event.type, at: event.at, by: event.by, what: describeEvent(event)},
  }
  return {
    [`events/${fileName(chunks.length - 1)}`]:
      chunks
        .at(-1)
        ?.lines.map(line => `${line}\n`)
        .join('') ?? '',
    'state.json': `${JSON.stringify(state, null, 2)}\n`,
  }
}

/**
 * Reads what `known` does not hold already.
 * @throws UserError `ledger/unreadable`, `ledger/newer-version`
 */
export async function readHistory(snapshot: BranchSnapshot, branch: string, known: History): Promise<History> {
  const state = await readState(snapshot, branch)
  const files = await snapshot.list('events')
  const chunks: Chunk[] = []
  const hash = createHash('sha256')
  for (const [index, {name, sha}] of files.entries()) {
    if (name !== fileName(index)) throw unreadable(branch, `events/${fileName(index)} is missing, and ${name} is there`)
    const before = known.chunks[index]
    const chunk =
      before?.sha === sha
        ? before
        : parseChunk((await snapshot.readText(`events/${name}`)) ?? '', {index, sha, branch, before})
    // The next event goes to the file that the number of events says, so no file but the last may be short.
    if (chunk.lines.length !== eventsPerFile && index < files.length - 1) {
      throw unreadable(branch, `events/${name} has ${chunk.lines.length} lines instead of ${eventsPerFile}`)
    }
    for (const line of chunk.lines) hash.update(`${line}\n`)
    chunks.push(chunk)
  }
  const events = chunks.flatMap(chunk => chunk.events)
  if (events.length !== state.events) {
    throw unreadable(branch, `state.json counts ${state.events} events, and there are ${events.length}`)
  }
  if (digestOf(hash) !== state.digest) throw unreadable(branch, 'its events do not match the digest in state.json')
  return {commit: snapshot.commit, chunks, events, hash}
}

interface ChunkPlace {
  readonly index: number
  readonly sha: string
  readonly branch: string
  /** What was in this file at the last look. */
  readonly before: Chunk | undefined
}

function parseChunk(text: string, {index, sha, branch, before}: ChunkPlace): Chunk {
  const lines = text.split('\n').slice(0, -1)
  const events = lines.map((line, at) => {
    const known = before?.lines[at] === line ? before.events[at] : undefined
    const where = `events/${fileName(index)} line ${at + 1}`
    return known ?? parseEvent(parseJson(line, branch, where), `${where} of the branch ${branch}`)
  })
  return {sha, lines, events}
}

async function readState(snapshot: BranchSnapshot, branch: string): Promise<z.output<typeof stateFile>> {
  const text = await snapshot.readText('state.json')
  if (text === null) throw unreadable(branch, 'state.json is missing')
  const parsed = stateFile.safeParse(parseJson(text, branch, 'state.json'))
  if (!parsed.success) throw unreadable(branch, `state.json is malformed: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function parseJson(text: string, branch: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(branch, `${where} is not JSON: ${messageOf(error)}`)
  }
}

function fileName(index: number): string {
  return `${String(index + 1).padStart(4, '0')}.jsonl`
}

/** The hash itself stays open, so that the next event can go on from it. */
function digestOf(hash: Hash): Digest {
  return `sha256:${hash.copy().digest('hex')}`
}

function unreadable(branch: string, what: string): UserError {
  return new UserError('ledger/unreadable', `The ledger in the branch ${branch} was changed by hand: ${what}.`, {
    hint: `Take the change back with "git revert" on ${branch}; only Slipway writes there.`,
  })
}
