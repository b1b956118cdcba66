import {formatCount} from '../../../../core/quantity.ts'
import type {Work} from '../../limits.ts'
import {Malformed, OverLimit} from '../../malformed.ts'
import {quote} from '../../observation.ts'
import type {Cursor} from '../cursor.ts'

/** One value of the metadata that is kept; arrays and everything large are passed over. */
export interface Entry {
  readonly value: number | bigint | boolean | string
  /** The type as GGUF numbers it. */
  readonly type: number
  /** Offset of the value in the file; of the first byte of a text. */
  readonly at: number
}

export interface Metadata {
  /** Numbers and texts of at most 1 KiB, and templates, by key. */
  readonly entries: ReadonlyMap<string, Entry>
  readonly duplicates: readonly {readonly key: string; readonly at: number}[]
  /** Templates that are too long to be kept. */
  readonly longTemplates: readonly {readonly key: string; readonly at: number; readonly bytes: number}[]
}

/** Bytes of a fixed value by type: uint8 to bool, uint64 to float64 (gguf.md of ggml). */
const fixedBytes = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
])
const textType = 8
const arrayType = 9

/** As many as no model has (some hundreds are usual), and long as no key is: what is kept does not grow with the file. */
const mostKeys = 65_536
const mostKeyBytes = 16 * 2 ** 20
/** gguf.md: keys are at most 2^16 - 1 bytes. */
const longestKey = 65_535
const longestText = 1024
const longestTemplate = 4 * 2 ** 20
const mostTemplateBytes = 16 * 2 ** 20

/**
 * The keys and values at the beginning of a file. Strings and arrays are bounded by what is left of the file before
 * anything is made of their lengths.
 */
export async function readMetadata(
  cursor: Cursor,
  {count, little, work}: {count: number; little: boolean; work: Work},
): Promise<Metadata> {
  if (count > mostKeys)
    throw new OverLimit('work', `It claims ${formatCount(count)} keys; ${formatCount(mostKeys)} are read.`)
  const entries = new Map<string, Entry>()
  const seen = new Set<string>()
  const duplicates: {key: string; at: number}[] = []
  const longTemplates: {key: string; at: number; bytes: number}[] = []
  const reader = new ValueReader(cursor, little, work)
  let keyBytes = 0
  let templateBytes = 0
  for (let index = 0; index < count; index++) {
    const at = cursor.at
    const key = await reader.text(longestKey)
    keyBytes += key.length
    if (keyBytes > mostKeyBytes) throw new OverLimit('work', 'Its keys have more than 16 MiB together.')
    if (!/^[\x21-\x7e]+$/.test(key)) throw new Malformed(`The key ${quote(key)} is no name of visible ASCII signs.`, at)
    if (seen.has(key)) duplicates.push({key, at})
    seen.add(key)
    const type = await reader.type()
    const valueAt = cursor.at
    if (type === textType) {
      const bytes = await reader.textLength()
      const isTemplate = key === 'tokenizer.chat_template' || key.startsWith('tokenizer.chat_template.')
      const limit = isTemplate ? Math.min(longestTemplate, mostTemplateBytes - templateBytes) : longestText
      if (bytes > limit) {
        if (isTemplate) longTemplates.push({key, at, bytes})
        cursor.skip(bytes)
      } else {
        if (isTemplate) templateBytes += bytes
        const start = cursor.at
        // Of a key that stands twice every value is looked at: readers differ in which they take.
        entries.set(entries.has(key) ? `${key} (again, at byte ${at})` : key, {
          value: await reader.take(bytes),
          type,
          at: start,
        })
      }
    } else if (type === arrayType) await reader.skipArray()
    else entries.set(key, {value: await reader.fixed(type), type, at: valueAt})
  }
  return {entries, duplicates, longTemplates}
}

/** Reads values in the file's byte order. */
class ValueReader {
  readonly #cursor: Cursor
  readonly #little: boolean
  readonly #work: Work

  constructor(cursor: Cursor, little: boolean, work: Work) {
    this.#cursor = cursor
    this.#little = little
    this.#work = work
  }

  async type(): Promise<number> {
    await this.#need(4)
    return this.#cursor.u32(this.#little)
  }

  /** @throws Malformed beyond the end of the file */
  async textLength(): Promise<number> {
    await this.#need(8)
    const cursor = this.#cursor
    const at = cursor.at
    const length = cursor.size(this.#little)
    if (length > cursor.left) throw new Malformed(`A text claims ${length} bytes where ${cursor.left} are left.`, at)
    return length
  }

  async text(limit: number): Promise<string> {
    const at = this.#cursor.at
    const length = await this.textLength()
    if (length > limit) throw new Malformed(`A name has ${length} bytes; the format allows ${limit}.`, at)
    return this.take(length)
  }

  async take(length: number): Promise<string> {
    await this.#need(length)
    return utf8.decode(this.#cursor.take(length))
  }

  async fixed(type: number): Promise<number | bigint | boolean> {
    const size = fixedBytes.get(type)
    if (size === undefined)
      throw new Malformed(`A value has the type ${type}, which GGUF does not have.`, this.#cursor.at)
    await this.#need(size)
    const cursor = this.#cursor
    switch (type) {
      case 0:
        return cursor.u8()
      case 1:
        return (cursor.u8() << 24) >> 24
      case 2:
        return cursor.u16(this.#little)
      case 3:
        return (cursor.u16(this.#little) << 16) >> 16
      case 4:
        return cursor.u32(this.#little)
      case 5:
        return cursor.i32(this.#little)
      case 6:
        return cursor.f32(this.#little)
      case 7:
        return cursor.u8() !== 0
      case 10:
        return cursor.u64(this.#little)
      case 11:
        return cursor.i64(this.#little)
      default:
        return cursor.f64(this.#little)
    }
  }

  /** Passes over an array; of texts one by one, for only each says where the next begins. */
  async skipArray(): Promise<void> {
    const cursor = this.#cursor
    const at = cursor.at
    const type = await this.type()
    await this.#need(8)
    const count = cursor.size(this.#little)
    if (type === arrayType) throw new Malformed('An array holds arrays, which llama.cpp refuses.', at)
    if (type !== textType) {
      const size = fixedBytes.get(type)
      if (size === undefined) throw new Malformed(`An array has the type ${type}, which GGUF does not have.`, at)
      if (count > cursor.left / size) throw new Malformed(`An array claims ${count} values, more than are left.`, at)
      cursor.skip(count * size)
      return
    }
    // A text takes the 8 bytes of its length at least.
    if (count > cursor.left / 8) throw new Malformed(`An array claims ${count} texts, more than are left.`, at)
    for (let index = 0; index < count; index++) {
      if (!cursor.has(8)) await this.#need(8)
      this.#work.step()
      const length = cursor.size(this.#little)
      if (length > cursor.left) throw new Malformed(`A text claims ${length} bytes where ${cursor.left} are left.`, at)
      cursor.skip(length)
    }
  }

  #need(count: number): Promise<void> {
    this.#work.step()
    return this.#cursor.need(count)
  }
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true})
