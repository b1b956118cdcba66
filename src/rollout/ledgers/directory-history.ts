/**
 * The numbered files of a ledger in a folder: one per event at the end, packs of 500 before it. A pack is written whole and
 * only then do its files go, so whoever finds a file gone finds the pack, and a file beside its pack counts for nothing.
 */
import * as path from 'node:path'
import {UserError} from '../../core/failure.ts'
import type {Files} from '../../runtime/files.ts'
import {edited, parseRaw} from './directory-entry.ts'

const eventsPerPack = 500
/** How many files are read at the same time. */
const width = 32

interface StoredText {
  readonly text: string
  /** The file, and the line in it, for messages. */
  readonly where: string
}

export interface DirectoryHistory {
  /** Number of the newest event; 0 when there is none. */
  count(): Promise<number>
  /** Text of one entry; null when it is not there. */
  read(position: number): Promise<string | null>
  /** The entries from one number to another. @throws UserError `ledger/unreadable` when one between them is missing. */
  from(first: number, last: number): AsyncIterable<StoredText>
  /** Compare-and-swap: false when there is such an entry. */
  create(position: number, text: string): Promise<boolean>
  /** Packs what is full, given that the entry after `count` exists. */
  pack(count: number): Promise<void>
}

export function openHistory(folder: string, files: Files): DirectoryHistory {
  const fileOf = (position: number) => path.join(folder, `${padded(position)}.json`)
  const packOf = (index: number) =>
    path.join(folder, `${padded(index * eventsPerPack + 1)}-${padded((index + 1) * eventsPerPack)}.jsonl`)

  /** Lines of a pack; null when there is none. */
  async function readPack(index: number): Promise<readonly string[] | null> {
    const file = packOf(index)
    if (!(await files.exists(file))) return null
    const lines = (await files.readText(file)).split('\n').slice(0, -1)
    if (lines.length !== eventsPerPack) throw edited(file, `it has ${lines.length} lines instead of ${eventsPerPack}`)
    return lines
  }

  /** Asked by reading: a file that was seen a moment ago may have been packed since. */
  async function readFile(position: number): Promise<string | null> {
    try {
      return await files.readText(fileOf(position))
    } catch (error) {
      if (error instanceof UserError && error.code === 'file/not-found') return null
      throw error
    }
  }

  async function readFiles(first: number, last: number): Promise<readonly (string | null)[]> {
    const texts: (string | null)[] = []
    for (let start = first; start <= last; start += width) {
      const count = Math.min(width, last - start + 1)
      texts.push(...(await Promise.all(Array.from({length: count}, (_, index) => readFile(start + index)))))
    }
    return texts
  }

  /** Entries of one pack's range, packed or not. */
  async function readRange(first: number, last: number): Promise<readonly StoredText[]> {
    const index = indexOf(first)
    const offset = first - index * eventsPerPack - 1
    const ofPack = (lines: readonly string[]) =>
      lines
        .slice(offset, offset + last - first + 1)
        .map((text, at) => ({text, where: `${packOf(index)} line ${offset + at + 1}`}))
    const packed = await readPack(index)
    if (packed) return ofPack(packed)
    const texts = await readFiles(first, last)
    const missing = texts.indexOf(null)
    if (missing < 0) return texts.map((text, at) => ({text: text ?? '', where: fileOf(first + at)}))
    // Somebody may have packed them since we looked.
    const packedMeanwhile = await readPack(index)
    if (packedMeanwhile) return ofPack(packedMeanwhile)
    throw edited(fileOf(first + missing), 'this event is missing, later ones are there')
  }

  async function packRange(index: number): Promise<void> {
    const first = index * eventsPerPack + 1
    const texts = await readFiles(first, first + eventsPerPack - 1)
    const lines = texts.map((text, at) => JSON.stringify(parseRaw(text ?? '', fileOf(first + at))))
    await files.writeText(packOf(index), lines.map(line => `${line}\n`).join(''))
    for (let at = 0; at < eventsPerPack; at += width) {
      const some = Array.from({length: Math.min(width, eventsPerPack - at)}, (_, beside) => first + at + beside)
      await Promise.all(some.map(position => files.remove(fileOf(position))))
    }
  }

  return {
    async count() {
      if (!(await files.exists(folder))) return 0
      const {files: found} = await files.list(folder)
      // A folder listed while others write may lack an earlier file, so only the highest number is believed.
      return Math.max(0, ...found.map(file => Number(namePattern.exec(file.path)?.[1] ?? 0)))
    },

    async read(position) {
      const index = indexOf(position)
      const packed = await readPack(index)
      return packed ? (packed[position - index * eventsPerPack - 1] ?? null) : readFile(position)
    },

    async *from(first, last) {
      for (let start = first; start <= last; start = (indexOf(start) + 1) * eventsPerPack + 1) {
        yield* await readRange(start, Math.min(last, (indexOf(start) + 1) * eventsPerPack))
      }
    },

    async create(position, text) {
      if (await files.exists(packOf(indexOf(position)))) return false
      if (!(await files.createText(fileOf(position), text))) return false
      if (!(await files.exists(packOf(indexOf(position))))) return true
      // We slept while others filled this pack and packed it: the name was free only because its file is in the pack.
      await files.remove(fileOf(position))
      return false
    },

    async pack(count) {
      if (count === 0 || count % eventsPerPack !== 0) return
      try {
        for (let index = indexOf(count); index >= 0 && !(await files.exists(packOf(index))); index--) {
          await packRange(index)
        }
      } catch {
        // The event is in the ledger whatever happens here, and the files that it was packed from are as good. What is
        // wrong with one of them, the next read says.
      }
    },
  }
}

const namePattern = /^(?:\d{6,}-)?(\d{6,})\.jsonl?$/

function padded(position: number): string {
  return String(position).padStart(6, '0')
}

/** Which pack an entry belongs to, from 0. */
function indexOf(position: number): number {
  return Math.floor((position - 1) / eventsPerPack)
}
