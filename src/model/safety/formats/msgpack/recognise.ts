import type {Sample} from '../../format.ts'

/**
 * Whether a file reads as a map of MessagePack, or as a list of maps. There is no mark, so the whole head must be valid,
 * the first key a text, bytes or a number, and a short file must end where its value ends.
 */
export function looksLikeMsgpack({head, size, loader}: Sample): boolean {
  if (loader === 'raw tensor') return false
  const [mark = 0] = head
  // An empty map or list: a table of spaCy without entries is no more.
  if (size === 1) return mark === 0x80 || mark === 0x90
  const isList = (mark > 0x90 && mark < 0xa0) || mark === 0xdc || mark === 0xdd
  const map = isList ? behindMark(mark) : 0
  const mapMark = head[map] ?? 0
  const isMap = (mapMark > 0x80 && mapMark < 0x90) || mapMark === 0xde || mapMark === 0xdf
  return isMap && isKey(head[map + behindMark(mapMark)] ?? never) && walksOver(head, size)
}

/** The byte that begins no value. */
const never = 0xc1

/** Bytes of a mark and its size. */
function behindMark(mark: number): number {
  if (mark < 0xa0) return 1
  return mark === 0xdc || mark === 0xde ? 3 : 5
}

/** A whole number, a text or bytes. */
function isKey(mark: number): boolean {
  if (mark < 0x80 || (mark >= 0xa0 && mark < 0xc0)) return true
  return (mark >= 0xc4 && mark <= 0xc6) || (mark >= 0xcc && mark <= 0xd3) || (mark >= 0xd9 && mark <= 0xdb)
}

/** Sizes behind a mark have 8, 16 or 32 bits, big-endian. */
function walksOver(head: Uint8Array, size: number): boolean {
  let at = 0
  let left = 1
  const count = (width: number) => {
    let value = 0
    for (let index = 0; index < width; index++) value = value * 256 + (head[at + index] ?? 0)
    at += width
    return value
  }
  const skip = (width: number, more = 0) => {
    const length = count(width)
    at += length + more
  }
  while (left > 0) {
    if (at >= head.length) return head.length < size
    left--
    const mark = head[at++] ?? 0
    if (mark === never) return false
    if (mark < 0x80 || mark >= 0xe0) continue
    if (mark < 0x90) left += 2 * (mark & 0x0f)
    else if (mark < 0xa0) left += mark & 0x0f
    else if (mark < 0xc0) at += mark & 0x1f
    else if (mark <= 0xc3) continue
    else if (mark <= 0xc6) skip(2 ** (mark - 0xc4))
    else if (mark <= 0xc9) skip(2 ** (mark - 0xc7), 1)
    else if (mark <= 0xcb) at += mark === 0xca ? 4 : 8
    else if (mark <= 0xd3) at += 2 ** ((mark - 0xcc) & 3)
    else if (mark <= 0xd8) at += 1 + 2 ** (mark - 0xd4)
    else if (mark <= 0xdb) skip(2 ** (mark - 0xd9))
    else if (mark <= 0xdd) left += count(2 ** (mark - 0xdb))
    else left += 2 * count(2 ** (mark - 0xdd))
  }
  return at === size
}
