import type {Work} from '../../limits.ts'
import {Malformed} from '../../malformed.ts'
import type {Cursor} from '../cursor.ts'

/** One value of MessagePack, as it stands in the file. */
export type Token =
  | {readonly kind: 'map' | 'list'; readonly count: number}
  | {readonly kind: 'text' | 'bytes'; readonly begin: number; readonly end: number}
  | {readonly kind: 'extension'; readonly code: number; readonly begin: number; readonly end: number}
  /** Null where it is beyond 2^53. */
  | {readonly kind: 'integer'; readonly value: number | null}
  | {readonly kind: 'flag'; readonly value: boolean}
  | {readonly kind: 'other'}

const other: Token = {kind: 'other'}
const yes: Token = {kind: 'flag', value: true}
const no: Token = {kind: 'flag', value: false}

/**
 * The value at the cursor, which goes behind it; of a map or a list, behind its head. Contents are passed, not read.
 * Source: github.com/msgpack/msgpack/blob/master/spec.md, formats.
 * @throws Malformed where it ends too early, or for 0xc1, which the specification never uses
 */
export async function readToken(cursor: Cursor, work: Work): Promise<Token> {
  work.step()
  const reach = Math.min(9, cursor.left)
  if (reach === 0) throw new Malformed('It ends where a value must be.', cursor.at)
  if (!cursor.has(reach)) await cursor.need(reach)
  const at = cursor.at
  const mark = cursor.u8()
  if (mark < 0x80) return {kind: 'integer', value: mark}
  if (mark < 0x90) return {kind: 'map', count: mark & 0x0f}
  if (mark < 0xa0) return {kind: 'list', count: mark & 0x0f}
  if (mark < 0xc0) return span(cursor, 'text', mark & 0x1f)
  if (mark >= 0xe0) return {kind: 'integer', value: mark - 0x100}
  switch (mark) {
    case 0xc0:
      return other
    case 0xc2:
      return no
    case 0xc3:
      return yes
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return span(cursor, 'bytes', unsigned(cursor, mark - 0xc4))
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return extension(cursor, unsigned(cursor, mark - 0xc7))
    case 0xca:
      return passed(cursor, 4)
    case 0xcb:
      return passed(cursor, 8)
    case 0xcc:
    case 0xcd:
    case 0xce:
      return {kind: 'integer', value: unsigned(cursor, mark - 0xcc)}
    case 0xcf:
      return {kind: 'integer', value: exact(cursor.u64(false))}
    case 0xd0:
      return {kind: 'integer', value: (cursor.u8() << 24) >> 24}
    case 0xd1:
      return {kind: 'integer', value: (cursor.u16(false) << 16) >> 16}
    case 0xd2:
      return {kind: 'integer', value: cursor.i32(false)}
    case 0xd3:
      return {kind: 'integer', value: exact(cursor.i64(false))}
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(cursor, 2 ** (mark - 0xd4))
    case 0xd9:
    case 0xda:
    case 0xdb:
      return span(cursor, 'text', unsigned(cursor, mark - 0xd9))
    case 0xdc:
    case 0xdd:
      return {kind: 'list', count: unsigned(cursor, mark - 0xdb)}
    case 0xde:
    case 0xdf:
      return {kind: 'map', count: unsigned(cursor, mark - 0xdd)}
    default:
      throw new Malformed('The byte c1 begins no value of MessagePack.', at)
  }
}

/** A text or bytes that were just passed, as text; null for anything else, and for longer ones. */
export async function textOf(token: Token, cursor: Cursor, limit: number): Promise<string | null> {
  if ((token.kind !== 'text' && token.kind !== 'bytes') || token.end - token.begin > limit) return null
  const behind = cursor.at
  const length = token.end - token.begin
  cursor.seek(token.begin)
  if (!cursor.has(length)) await cursor.need(length)
  const text = utf8.decode(cursor.take(length))
  cursor.seek(behind)
  return text
}

const utf8 = new TextDecoder()
/** NumPy ends at 64 dimensions. */
const maxSizes = 64

/** A list of whole numbers from 0 on: a shape. Null for anything else, and for longer ones. */
export async function readSizes(cursor: Cursor, work: Work): Promise<readonly number[] | null> {
  const list = await readToken(cursor, work)
  if (list.kind !== 'list' || list.count > maxSizes) return null
  const sizes: number[] = []
  for (let index = 0; index < list.count; index++) {
    const size = await readToken(cursor, work)
    if (size.kind !== 'integer' || size.value === null || size.value < 0) return null
    sizes.push(size.value)
  }
  return sizes
}

/** @param width 0, 1 or 2 for 8, 16 or 32 bits, big-endian */
function unsigned(cursor: Cursor, width: number): number {
  if (width === 0) return cursor.u8()
  return width === 1 ? cursor.u16(false) : cursor.u32(false)
}

function exact(value: bigint): number | null {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : null
}

function passed(cursor: Cursor, bytes: number): Token {
  cursor.skip(bytes)
  return other
}

function span(cursor: Cursor, kind: 'text' | 'bytes', length: number): Token {
  const begin = cursor.at
  cursor.skip(length)
  return {kind, begin, end: cursor.at}
}

function extension(cursor: Cursor, length: number): Token {
  const code = (cursor.u8() << 24) >> 24
  const begin = cursor.at
  cursor.skip(length)
  return {kind: 'extension', code, begin, end: cursor.at}
}
