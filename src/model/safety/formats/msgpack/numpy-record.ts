import type {Work} from '../../limits.ts'
import type {Cursor} from '../cursor.ts'
import {arrayBytes, typeOfText} from '../numpy/dtype.ts'
import {readSizes, readToken, type Token, textOf} from './walk.ts'

/** NumPy writes records in records; an honest one is never this deep. */
const maxDepth = 20
const textLimit = 256

/**
 * Bytes of one record, from the list of its fields at the cursor, as `dtype.descr` gives it: name, type and, for some, a
 * shape. Null where one is not written so, or holds objects: msgpack-numpy would take bytes of the file for their
 * addresses.
 */
export async function recordBytes(cursor: Cursor, work: Work, depth = 0): Promise<number | null> {
  return recordOf(await readToken(cursor, work), cursor, work, depth)
}

async function recordOf(list: Token, cursor: Cursor, work: Work, depth: number): Promise<number | null> {
  if (list.kind !== 'list' || list.count === 0 || depth > maxDepth) return null
  let bytes = 0
  for (let index = 0; index < list.count; index++) {
    const field = await readToken(cursor, work)
    if (field.kind !== 'list' || (field.count !== 2 && field.count !== 3)) return null
    if ((await textOf(await readToken(cursor, work), cursor, textLimit)) === null) return null
    const one = await typeBytes(cursor, work, depth)
    const shape = field.count === 3 ? await readSizes(cursor, work) : []
    const all = one === null || shape === null ? null : arrayBytes(shape, one)
    if (all === null) return null
    bytes += all
  }
  return bytes
}

async function typeBytes(cursor: Cursor, work: Work, depth: number): Promise<number | null> {
  const token = await readToken(cursor, work)
  if (token.kind === 'list') return recordOf(token, cursor, work, depth + 1)
  const type = typeOfText((await textOf(token, cursor, textLimit)) ?? '')
  return type && !type.objects ? type.itemBytes : null
}
