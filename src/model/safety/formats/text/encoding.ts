import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' | 'latin1'

const chunkBytes = 2 ** 20

/**
 * The encoding of a file that is text from its first byte to its last; null for what is not. UTF-8 by its form, without
 * NUL; UTF-16 and UTF-32 by their byte order mark; what has bytes of a single-byte encoding, and no control signs, is
 * called Latin-1. Reads the whole file, a MiB at a time.
 */
export async function encodingOf(bytes: Bytes, work: Work): Promise<Encoding | null> {
  const marked = byteOrderMark(await bytes.slice(0, 4))
  if (marked === 'utf-32le' || marked === 'utf-32be') return (await isUtf32(bytes, marked, work)) ? marked : null
  if (marked !== null) return (await decodes(bytes, marked, work)) ? marked : null
  if (await decodes(bytes, 'utf-8', work)) return 'utf-8'
  return (await isSingleByte(bytes, work)) ? 'latin1' : null
}

/** The text of the first `limit` bytes; a sign that is cut at the end is left out. */
export function decode(bytes: Uint8Array, encoding: Encoding): string {
  switch (encoding) {
    case 'utf-8':
    case 'utf-16le':
    case 'utf-16be':
      return new TextDecoder(encoding).decode(bytes, {stream: true})
    case 'utf-32le':
    case 'utf-32be':
      return textOfUtf32(bytes, encoding === 'utf-32le')
    case 'latin1':
      return new TextDecoder('latin1').decode(bytes)
  }
}

/** The Unicode standard, 23.8: FF FE 00 00 is UTF-32, so it is asked for before UTF-16. */
function byteOrderMark([a, b, c, d]: Uint8Array): Exclude<Encoding, 'utf-8' | 'latin1'> | null {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'utf-32be' : null
}

async function decodes(bytes: Bytes, encoding: 'utf-8' | 'utf-16le' | 'utf-16be', work: Work): Promise<boolean> {
  const decoder = new TextDecoder(encoding, {fatal: true})
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    work.step()
    const chunk = await bytes.slice(at, at + chunkBytes)
    try {
      const text = decoder.decode(chunk, {stream: true})
      if (encoding === 'utf-8' ? chunk.includes(0) : text.includes('\0')) return false
    } catch {
      // `fatal` throws a TypeError for what is not of the encoding: that is the answer.
      return false
    }
  }
  try {
    decoder.decode()
    return true
  } catch {
    return false
  }
}

/** Tab, line feed, form feed, carriage return and escape may stand in a text. */
const allowedControls = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b])

async function isSingleByte(bytes: Bytes, work: Work): Promise<boolean> {
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    work.step()
    const chunk = await bytes.slice(at, at + chunkBytes)
    for (const byte of chunk) {
      if (byte === 0x7f || (byte < 0x20 && !allowedControls.has(byte))) return false
    }
  }
  // A few bytes without controls prove nothing: half of all random texts of that length look so.
  return bytes.size >= 64
}

async function isUtf32(bytes: Bytes, encoding: 'utf-32le' | 'utf-32be', work: Work): Promise<boolean> {
  if (bytes.size % 4 !== 0) return false
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    work.step()
    const chunk = await bytes.slice(at, at + chunkBytes)
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let index = 0; index + 4 <= chunk.length; index += 4) {
      const code = view.getUint32(index, encoding === 'utf-32le')
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false
    }
  }
  return true
}

function textOfUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const signs: string[] = []
  for (let at = 4; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian)
    signs.push(code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd')
  }
  return signs.join('')
}
