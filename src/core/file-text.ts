/**
 * From the bytes of a file to its text, whatever wrote it: UTF-8 with or without a byte order mark, UTF-16 with one (what
 * `>` of Windows PowerShell writes), and each of them packed by gzip.
 */
import {gunzipSync} from 'node:zlib'

export type FileText =
  | {readonly kind: 'text'; readonly text: string}
  /** gzip that ends in the middle. */
  | {readonly kind: 'cut-off'}
  /** gzip whose checksum or form is wrong; `why` is zlib's word. */
  | {readonly kind: 'damaged'; readonly why: string}
  /** More than `maxBytes`, packed or unpacked. */
  | {readonly kind: 'too-large'}
  /** Bytes that are no text. `what` names them where their first bytes say what they are: `a ZIP archive`. */
  | {readonly kind: 'not-text'; readonly what: string}

/** @param maxBytes most bytes of the text, unpacked: bounds the memory that a small file can ask for */
export function textOf(bytes: Uint8Array, maxBytes: number): FileText {
  if (bytes.length > maxBytes) return {kind: 'too-large'}
  if (!startsWith(bytes, [0x1f, 0x8b])) return decode(bytes)
  try {
    return decode(gunzipSync(bytes, {maxOutputLength: maxBytes}))
  } catch (error) {
    return packedWrongly(error)
  }
}

function packedWrongly(error: unknown): FileText {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'Z_BUF_ERROR') return {kind: 'cut-off'}
  if (code === 'ERR_BUFFER_TOO_LARGE') return {kind: 'too-large'}
  if (typeof code === 'string' && code.startsWith('Z_') && error instanceof Error) {
    return {kind: 'damaged', why: error.message}
  }
  throw error
}

function decode(bytes: Uint8Array): FileText {
  const known = signatures.find(({start}) => startsWith(bytes, start))
  if (known) return {kind: 'not-text', what: known.what}
  try {
    return {kind: 'text', text: new TextDecoder(encodingOf(bytes), {fatal: true}).decode(bytes)}
  } catch (error) {
    // Bytes that are none of the encoding (WHATWG Encoding, "fatal"), or more text than V8 has strings for.
    if (error instanceof TypeError) return {kind: 'not-text', what: 'no text in UTF-8 or UTF-16'}
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STRING_TOO_LONG') return {kind: 'too-large'}
    throw error
  }
}

/** By its byte order mark, which the decoder takes away. */
function encodingOf(bytes: Uint8Array): string {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le'
  return startsWith(bytes, [0xfe, 0xff]) ? 'utf-16be' : 'utf-8'
}

const signatures = [
  {start: [0x50, 0x4b, 0x03, 0x04], what: 'a ZIP archive'},
  {start: [0x28, 0xb5, 0x2f, 0xfd], what: 'packed by zstd'},
  {start: [0x42, 0x5a, 0x68], what: 'packed by bzip2'},
  {start: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], what: 'packed by xz'},
  {start: [0x25, 0x50, 0x44, 0x46], what: 'a PDF'},
  {start: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], what: 'an SQLite database'},
] as const

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte)
}
