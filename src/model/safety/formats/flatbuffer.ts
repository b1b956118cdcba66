import type {Bytes} from '../../../runtime/files.ts'
import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'

const pageBytes = 64 * 1024
/** 4 MiB: tables of one model lie close together, and refer back and forth. */
const mostPages = 64
const longestText = 64 * 1024

/**
 * Reads a FlatBuffer in place: every offset is checked against the file before it is followed, and only the pages that
 * tables lie on are read. Source: flatbuffers.dev/internals. Offsets point forward and tables have vtables, so that two
 * references to one table are no danger; whoever walks spends work for each.
 */
export class FlatBuffer {
  readonly size: number
  readonly #bytes: Bytes
  readonly #work: Work
  readonly #pages = new Map<number, DataView>()

  constructor(bytes: Bytes, work: Work) {
    this.size = bytes.size
    this.#bytes = bytes
    this.#work = work
  }

  /** The table that the file begins with. */
  async root(): Promise<FlatTable> {
    return this.table(await this.u32(0))
  }

  /** @throws Malformed where there is no table */
  async table(at: number): Promise<FlatTable> {
    this.#work.step()
    const vtable = at - (await this.i32(at))
    const length = await this.u16(vtable)
    const size = await this.u16(vtable + 2)
    if (length < 4 || length % 2 !== 0)
      throw new Malformed(`The table at byte ${at} has a vtable of ${length} bytes.`, at)
    if (size < 4) throw new Malformed(`The table at byte ${at} has ${size} bytes.`, at)
    this.#within(vtable, length)
    this.#within(at, size)
    return new FlatTable(this, {at, size, vtable, fields: (length - 4) / 2})
  }

  async u8(at: number): Promise<number> {
    const view = await this.#page(at, 1)
    return view.getUint8(at % pageBytes)
  }

  async u16(at: number): Promise<number> {
    if (at % pageBytes === pageBytes - 1) return (await this.u8(at)) + 256 * (await this.u8(at + 1))
    return (await this.#page(at, 2)).getUint16(at % pageBytes, true)
  }

  async u32(at: number): Promise<number> {
    if (at % pageBytes > pageBytes - 4) return (await this.u16(at)) + 65_536 * (await this.u16(at + 2))
    return (await this.#page(at, 4)).getUint32(at % pageBytes, true)
  }

  async i32(at: number): Promise<number> {
    return (await this.u32(at)) | 0
  }

  /** A 64-bit count or offset. @throws Malformed beyond 2^53 */
  async u64(at: number): Promise<number> {
    const value = (await this.u32(at)) + 2 ** 32 * (await this.u32(at + 4))
    if (!Number.isSafeInteger(value)) throw new Malformed(`It counts ${value} of something.`, at)
    return value
  }

  /** A vector: its length stands before its elements. @param element bytes of one */
  async vector(at: number, element: number): Promise<FlatVector> {
    const length = await this.u32(at)
    this.#within(at + 4, length * element)
    return {start: at + 4, length}
  }

  /** @throws Malformed where it is longer than any name */
  async text(at: number): Promise<string> {
    const {start, length} = await this.vector(at, 1)
    if (length > longestText) throw new Malformed(`A text has ${length} bytes; names have at most ${longestText}.`, at)
    this.#work.step()
    return utf8.decode(await this.#bytes.slice(start, start + length))
  }

  #within(at: number, length: number): void {
    if (at >= 0 && at + length <= this.size) return
    throw new Malformed(`It points to bytes ${at} to ${at + length}; the file has ${this.size}.`, at)
  }

  async #page(at: number, length: number): Promise<DataView> {
    this.#within(at, length)
    const number = Math.floor(at / pageBytes)
    const known = this.#pages.get(number)
    if (known) return known
    const [oldest] = this.#pages.keys()
    if (this.#pages.size === mostPages && oldest !== undefined) this.#pages.delete(oldest)
    const bytes = await this.#bytes.slice(number * pageBytes, (number + 1) * pageBytes)
    if (bytes.length < Math.min(pageBytes, this.size - number * pageBytes)) {
      throw new Malformed('It became shorter while it was read.', at)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#pages.set(number, view)
    return view
  }
}

/** Where elements stand in the file. */
export interface FlatVector {
  readonly start: number
  readonly length: number
}

/** One table: fields by their number in the schema, counted from 0. Absent ones have the default. */
export class FlatTable {
  /** Offset of the table in the file. */
  readonly at: number
  readonly #buffer: FlatBuffer
  readonly #size: number
  readonly #vtable: number
  readonly #fields: number

  constructor(buffer: FlatBuffer, place: {at: number; size: number; vtable: number; fields: number}) {
    this.#buffer = buffer
    this.at = place.at
    this.#size = place.size
    this.#vtable = place.vtable
    this.#fields = place.fields
  }

  async u8(field: number, absent = 0): Promise<number> {
    const at = await this.#place(field, 1)
    return at === null ? absent : this.#buffer.u8(at)
  }

  async i32(field: number, absent = 0): Promise<number> {
    const at = await this.#place(field, 4)
    return at === null ? absent : this.#buffer.i32(at)
  }

  async u32(field: number, absent = 0): Promise<number> {
    const at = await this.#place(field, 4)
    return at === null ? absent : this.#buffer.u32(at)
  }

  async u64(field: number, absent = 0): Promise<number> {
    const at = await this.#place(field, 8)
    return at === null ? absent : this.#buffer.u64(at)
  }

  async has(field: number): Promise<boolean> {
    return (await this.#place(field, 1)) !== null
  }

  /** Empty where it is absent. */
  async text(field: number): Promise<string> {
    const at = await this.#target(field)
    return at === null ? '' : this.#buffer.text(at)
  }

  /** Null where it is absent. @param element bytes of one element */
  async vector(field: number, element: number): Promise<FlatVector | null> {
    const at = await this.#target(field)
    return at === null ? null : this.#buffer.vector(at, element)
  }

  /** The tables of a vector of tables, one after the other. */
  async *tables(field: number): AsyncGenerator<FlatTable> {
    const vector = await this.vector(field, 4)
    if (vector === null) return
    for (let index = 0; index < vector.length; index++) {
      const at = vector.start + 4 * index
      yield this.#buffer.table(at + (await this.#buffer.u32(at)))
    }
  }

  /** Offset of a field's value in the file. */
  async #place(field: number, bytes: number): Promise<number | null> {
    if (field >= this.#fields) return null
    const offset = await this.#buffer.u16(this.#vtable + 4 + 2 * field)
    if (offset === 0) return null
    if (offset < 4 || offset + bytes > this.#size) {
      throw new Malformed(`Field ${field} of the table at byte ${this.at} lies outside of it.`, this.at)
    }
    return this.at + offset
  }

  /** What a field of offsets points to. */
  async #target(field: number): Promise<number | null> {
    const at = await this.#place(field, 4)
    return at === null ? null : at + (await this.#buffer.u32(at))
  }
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true})
