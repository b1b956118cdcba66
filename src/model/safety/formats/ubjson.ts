import type {Bytes} from '../../../runtime/files.ts'
import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'
import {Cursor} from './cursor.ts'

/** What a UBJSON file says near its top; the rest is only walked over. */
export interface UbjsonOutline {
  /** Texts at most `levels` deep, by their keys: `learner.objective.name`. */
  readonly texts: ReadonlyMap<string, string>
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>
  /** Offset behind the value. */
  readonly end: number
}

const maxDepth = 200
const keyLimit = 4096

/**
 * Walks one UBJSON value (draft 12, ubjson.org/type-reference), skipping the bytes of strongly typed lists. XGBoost's
 * own writer uses typed lists for all numbers.
 * @throws Malformed, OverLimit
 */
export async function readUbjson(bytes: Bytes, work: Work, levels: number): Promise<UbjsonOutline> {
  const walk = new Walk(new Cursor(bytes), work, levels)
  await walk.value(await walk.marker(), '', 0)
  return {texts: walk.texts, keys: walk.keys, end: walk.at}
}

const Z = 0x5a
const noOp = 0x4e
const objectBegin = 0x7b
const objectEnd = 0x7d
const listBegin = 0x5b
const listEnd = 0x5d
const typeMark = 0x24
const countMark = 0x23
const textMark = 0x53
const bigNumber = 0x48

/** Bytes of a value, by its marker: Z N T F, i U C, I, l d, L D. */
const widths: ReadonlyMap<number, number> = new Map([
  ...[Z, noOp, 0x54, 0x46].map(mark => [mark, 0] as const),
  ...[0x69, 0x55, 0x43].map(mark => [mark, 1] as const),
  [0x49, 2],
  ...[0x6c, 0x64].map(mark => [mark, 4] as const),
  ...[0x4c, 0x44].map(mark => [mark, 8] as const),
])

class Walk {
  readonly texts = new Map<string, string>()
  readonly keys = new Map<string, Set<string>>()
  readonly #cursor: Cursor
  readonly #work: Work
  readonly #levels: number

  constructor(cursor: Cursor, work: Work, levels: number) {
    this.#cursor = cursor
    this.#work = work
    this.#levels = levels
  }

  get at(): number {
    return this.#cursor.at
  }

  async marker(): Promise<number> {
    this.#work.step()
    if (!this.#cursor.has(1)) await this.#cursor.need(1)
    return this.#cursor.u8()
  }

  async value(mark: number, path: string, depth: number): Promise<void> {
    const width = widths.get(mark)
    if (width !== undefined) return this.#cursor.skip(width)
    if (depth >= maxDepth) throw new Malformed(`It is nested deeper than ${maxDepth}.`, this.at)
    if (mark === textMark || mark === bigNumber) {
      const length = await this.#length()
      if (depth <= this.#levels && length <= keyLimit) this.texts.set(path, await this.#text(length))
      else this.#cursor.skip(length)
    } else if (mark === objectBegin) await this.#container(path, depth, true)
    else if (mark === listBegin) await this.#container(path, depth, false)
    else throw new Malformed(`A value has the unknown marker ${mark}.`, this.at - 1)
  }

  /** With `$` all values have one type; with `#` their number stands first and there is no end mark. */
  async #container(path: string, depth: number, isObject: boolean): Promise<void> {
    let next = await this.marker()
    let type: number | null = null
    let count: number | null = null
    if (next === typeMark) {
      type = await this.marker()
      next = await this.marker()
      if (next !== countMark) throw new Malformed('A typed container has no count.', this.at - 1)
    }
    if (next === countMark) {
      count = await this.#length()
      const width = type === null ? undefined : widths.get(type)
      if (!isObject && width !== undefined) return this.#cursor.skip(width * count)
    }
    const keys = isObject && depth < this.#levels ? this.#keysOf(path) : null
    for (let index = 0; count === null || index < count; index++) {
      if (count === null && next === (isObject ? objectEnd : listEnd)) return
      if (!isObject && count === null && next === noOp) {
        next = await this.marker()
        continue
      }
      let key = '[]'
      if (isObject) {
        const length = count === null ? await this.#number(next) : await this.#length()
        if (length > keyLimit) throw new Malformed(`A key has ${length} bytes.`, this.at)
        key = await this.#text(length)
        if (keys?.has(key)) throw new Malformed('An object names a key twice.', this.at)
        keys?.add(key)
      }
      const mark = type ?? (isObject || count !== null ? await this.marker() : next)
      await this.value(mark, path === '' ? key : `${path}.${key}`, depth + 1)
      if (count === null) next = await this.marker()
    }
  }

  #keysOf(path: string): Set<string> {
    const keys = this.keys.get(path) ?? new Set<string>()
    this.keys.set(path, keys)
    return keys
  }

  async #length(): Promise<number> {
    return this.#number(await this.marker())
  }

  /** A length or count: an integer of any width, big-endian. */
  async #number(mark: number): Promise<number> {
    const at = this.at - 1
    const cursor = this.#cursor
    const width = widths.get(mark) ?? 0
    if (![0x69, 0x55, 0x49, 0x6c, 0x4c].includes(mark)) throw new Malformed('A length is no whole number.', at)
    if (!cursor.has(width)) await cursor.need(width)
    const value = mark === 0x4c ? Number(cursor.i64(false)) : this.#narrow(mark)
    if (value < 0 || !Number.isSafeInteger(value)) throw new Malformed(`A length is ${value}.`, at)
    return value
  }

  #narrow(mark: number): number {
    const cursor = this.#cursor
    if (mark === 0x6c) return cursor.i32(false)
    if (mark === 0x55) return cursor.u8()
    if (mark === 0x69) return (cursor.u8() << 24) >> 24
    return (cursor.u16(false) << 16) >> 16
  }

  async #text(length: number): Promise<string> {
    if (!this.#cursor.has(length)) await this.#cursor.need(length)
    return new TextDecoder('utf-8').decode(this.#cursor.take(length))
  }
}
