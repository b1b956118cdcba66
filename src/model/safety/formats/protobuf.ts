import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'
import type {Cursor} from './cursor.ts'

/** One field of a message, as it stands on the wire: no schema says what it means. */
export interface Field {
  /** 1 to 2^29 - 1. */
  readonly number: number
  readonly type: 'varint' | 'fixed64' | 'bytes' | 'fixed32'
  /** Offset of its tag in the file. */
  readonly at: number
  /** Its content: what it counts in `bytes`, the encoded value else. */
  readonly start: number
  readonly end: number
  /** The value of a varint or of a fixed field, as unsigned halves of 32 bits; 0 for `bytes`. */
  readonly low: number
  readonly high: number
}

/** Longest text that is read: longer than any path or name that a loader could use. */
const textLimit = 64 * 1024
const chunkBytes = 64 * 1024
/** protobuf's own limit (`SetRecursionLimit`): 100. */
const depthLimit = 100

/**
 * Walks the fields of one protobuf message in order, without a schema, and skips what nobody asks for:
 *
 *     const model = new Message(new Cursor(artifact.bytes), scan.work)
 *     for (let field = await model.next(); field; field = await model.next()) {
 *       if (field.number === 7 && field.type === 'bytes') await readGraph(model.open(field))
 *     }
 *
 * Messages inside share the cursor of the outermost: read one to its end, or as far as needed, before `next` of the
 * outer one, which goes on behind it in any case. Source: protobuf.dev/programming-guides/encoding. Groups (wire types
 * 3 and 4, gone since 2008) are refused.
 */
export class Message {
  readonly #cursor: Cursor
  readonly #work: Work
  readonly #depth: number
  readonly #end: number
  /** Offset of the next field. */
  #at: number

  /** @param end offset behind the message; default: the end of the file */
  constructor(cursor: Cursor, work: Work, end: number = cursor.at + cursor.left, depth = 0) {
    this.#cursor = cursor
    this.#work = work
    this.#depth = depth
    this.#at = cursor.at
    this.#end = end
  }

  /** Offset behind the message. */
  get end(): number {
    return this.#end
  }

  /** The next field; null at the end. @throws Malformed, OverLimit */
  async next(): Promise<Field | null> {
    const cursor = this.#cursor
    const at = this.#at
    if (at >= this.#end) return null
    this.#work.step()
    if (cursor.at !== at) cursor.seek(at)
    const reach = Math.min(20, cursor.left)
    if (!cursor.has(reach)) await cursor.need(reach)
    const field = readField(cursor, at)
    if (field.end > this.#end) {
      throw new Malformed(`Field ${field.number} ends ${field.end - this.#end} bytes behind its message.`, at)
    }
    this.#at = field.end
    return field
  }

  /** A field as a message of its own. @throws Malformed where it is none or nested too deep */
  open(field: Field): Message {
    if (field.type !== 'bytes')
      throw new Malformed(`Field ${field.number} is a number where a message must be.`, field.at)
    if (this.#depth >= depthLimit) throw new Malformed(`Messages are nested deeper than ${depthLimit}.`, field.at)
    this.#cursor.seek(field.start)
    return new Message(this.#cursor, this.#work, field.end, this.#depth + 1)
  }

  /**
   * A field as text; what is no UTF-8 becomes U+FFFD.
   * @throws Malformed where it is none, or longer than `limit` bytes
   */
  async text(field: Field, limit: number = textLimit): Promise<string> {
    return utf8.decode(await this.content(field, limit))
  }

  /** The bytes of a field, valid until the next read. @throws Malformed where it has none, or more than `limit` */
  async content(field: Field, limit: number = textLimit): Promise<Uint8Array> {
    if (field.type !== 'bytes') throw new Malformed(`Field ${field.number} is a number where a text must be.`, field.at)
    const length = field.end - field.start
    if (length > limit)
      throw new Malformed(`Field ${field.number} has ${length} bytes; at most ${limit} make sense.`, field.at)
    this.#cursor.seek(field.start)
    await this.#cursor.need(length)
    return this.#cursor.take(length)
  }

  /**
   * The whole numbers of a repeated field, packed (proto3, `[packed = true]`) or one by one.
   * @throws Malformed where there are more than `limit`
   */
  async integers(field: Field, limit = 1024): Promise<readonly bigint[]> {
    if (field.type !== 'bytes') return [integerOf(field)]
    const cursor = this.#cursor
    cursor.seek(field.start)
    const values: bigint[] = []
    while (cursor.at < field.end) {
      this.#work.step()
      if (values.length === limit)
        throw new Malformed(`Field ${field.number} lists more than ${limit} numbers.`, field.at)
      const reach = Math.min(10, cursor.left)
      if (!cursor.has(reach)) await cursor.need(reach)
      const {low, high} = readVarint(cursor)
      values.push(signed(low, high))
    }
    if (cursor.at !== field.end) throw new Malformed(`Field ${field.number} ends inside a number.`, field.at)
    return values
  }

  /** How many numbers a packed field holds, without keeping them. @throws Malformed where it ends inside one */
  async countIntegers(field: Field): Promise<number> {
    const cursor = this.#cursor
    cursor.seek(field.start)
    let count = 0
    let isInside = false
    while (cursor.at < field.end) {
      const size = Math.min(chunkBytes, field.end - cursor.at)
      this.#work.step(size)
      await cursor.need(size)
      for (const byte of cursor.take(size)) {
        isInside = byte >= 0x80
        if (!isInside) count++
      }
    }
    if (isInside) throw new Malformed(`Field ${field.number} ends inside a number.`, field.at)
    return count
  }
}

/** The value of a number field as int64 (a negative int32 is written as one, too). @throws Malformed for `bytes` */
export function integerOf(field: Field): bigint {
  if (field.type === 'bytes') throw new Malformed(`Field ${field.number} is no number.`, field.at)
  return field.type === 'fixed32' ? BigInt(field.low | 0) : signed(field.low, field.high)
}

/** The same for counts and enumerations. @throws Malformed beyond 2^53 either way */
export function numberOf(field: Field): number {
  const value = Number(integerOf(field))
  if (!Number.isSafeInteger(value)) throw new Malformed(`Field ${field.number} counts ${value} of something.`, field.at)
  return value
}

/**
 * The first fields of a message as far as they are in memory: for recognising a format by its head. The last one may
 * end behind `end`, where the head does.
 * @param most fields that are listed
 * Null where the bytes are no protobuf.
 */
export function glance(head: Uint8Array, start = 0, end: number = head.length, most = 256): readonly Field[] | null {
  const bytes = new HeadBytes(head.subarray(0, end), start)
  const fields: Field[] = []
  try {
    while (bytes.at < end && fields.length < most) {
      const field = readField(bytes, bytes.at)
      fields.push(field)
      bytes.at = field.end
    }
  } catch (error) {
    if (error !== noMessage) throw error
    if (!bytes.exhausted) return null
  }
  return fields
}

/** What a field needs of its source: a cursor, or bytes in memory. */
interface FieldBytes {
  readonly at: number
  u8(): number
  u32(): number
}

class HeadBytes implements FieldBytes {
  at: number
  /** Whether more was asked for than there is. */
  exhausted = false
  readonly #head: Uint8Array

  constructor(head: Uint8Array, at: number) {
    this.#head = head
    this.at = at
  }

  u8(): number {
    const byte = this.#head[this.at++]
    if (byte !== undefined) return byte
    this.exhausted = true
    throw noMessage
  }

  u32(): number {
    const low = this.u8() | (this.u8() << 8) | (this.u8() << 16)
    return (low | (this.u8() << 24)) >>> 0
  }
}

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true})

/** Of what `glance` meets nobody reads a word, and it meets something in nearly every file. */
const noMessage = new Malformed('It is no message of protobuf.')

function broken(source: FieldBytes, what: string, at: number): Malformed {
  return source instanceof HeadBytes ? noMessage : new Malformed(what, at)
}

function readField(cursor: FieldBytes, at: number): Field {
  const {low: tag, high: beyond} = readVarint(cursor)
  const number = tag >>> 3
  if (beyond !== 0 || number === 0) throw broken(cursor, 'A field has no valid number.', at)
  switch (tag & 7) {
    case 0: {
      const start = cursor.at
      const {low, high} = readVarint(cursor)
      return {number, type: 'varint', at, start, end: cursor.at, low, high}
    }
    case 1: {
      const start = cursor.at
      const low = cursor.u32()
      const high = cursor.u32()
      return {number, type: 'fixed64', at, start, end: cursor.at, low, high}
    }
    case 2: {
      const {low, high} = readVarint(cursor)
      if (high > 0x1f_ffff) throw broken(cursor, `Field ${number} has an impossible length.`, at)
      const start = cursor.at
      return {number, type: 'bytes', at, start, end: start + high * 2 ** 32 + low, low: 0, high: 0}
    }
    case 5: {
      const start = cursor.at
      return {number, type: 'fixed32', at, start, end: start + 4, low: cursor.u32(), high: 0}
    }
    default:
      throw broken(cursor, `Field ${number} has the wire type ${tag & 7}.`, at)
  }
}

/** Base-128 varint, at most 10 bytes; bits beyond 64 are dropped, as protobuf drops them. */
function readVarint(cursor: FieldBytes): {low: number; high: number} {
  let low = 0
  let high = 0
  for (let index = 0; index < 10; index++) {
    const byte = cursor.u8()
    const bits = byte & 0x7f
    const shift = index * 7
    if (shift < 28) low |= bits << shift
    else if (shift === 28) {
      low |= bits << 28
      high |= bits >>> 4
    } else high |= bits << (shift - 32)
    if (byte < 0x80) return {low: low >>> 0, high: high >>> 0}
  }
  throw broken(cursor, 'A number has more than 10 bytes.', cursor.at)
}

function signed(low: number, high: number): bigint {
  return (BigInt(high | 0) << 32n) | BigInt(low)
}
