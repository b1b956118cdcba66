import {Malformed} from '../../malformed.ts'

export const blockBytes = 512

/** A header of POSIX.1-2017 (pax, "ustar Interchange Format") or of GNU tar, as it is written. */
export interface TarHeader {
  /** With its prefix, as POSIX has it. */
  readonly name: string
  /** Without the prefix: what a reader sees that holds the archive for one of GNU tar or of Unix V7. */
  readonly shortName: string
  readonly type: string
  /** Of the data behind it, in bytes. */
  readonly size: number
  readonly linkName: string
}

/** Whether a block is a header: its checksum fits. There is no other mark that all archives have. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < blockBytes) return false
  const written = readNumber(block.subarray(148, 156))
  if (written === null || written === 0) return false
  let unsigned = 8 * 32
  let negative = 0
  for (let at = 0; at < blockBytes; at++) {
    if (at >= 148 && at < 156) continue
    const byte = block[at] ?? 0
    unsigned += byte
    if (byte > 127) negative += 256
  }
  // Some old writers added signed bytes; Python and GNU tar accept both.
  return written === unsigned || written === unsigned - negative
}

/** @param at offset of the block, for the message. @throws Malformed for a size that is none */
export function parseTarHeader(block: Uint8Array, at: number): TarHeader {
  const size = readNumber(block.subarray(124, 136))
  if (size === null || size < 0 || !Number.isSafeInteger(size)) {
    throw new Malformed('The size of a member is no number.', at + 124)
  }
  const shortName = textOf(block.subarray(0, 100))
  const type = String.fromCharCode(block[156] ?? 0)
  const prefix = 'LKSDMN'.includes(type) ? '' : textOf(block.subarray(345, 500))
  return {
    name: prefix === '' ? shortName : `${prefix}/${shortName}`,
    shortName: isPosix(block) ? (prefix === '' ? shortName : `${prefix}/${shortName}`) : shortName,
    type,
    size,
    linkName: textOf(block.subarray(157, 257)),
  }
}

/** `ustar` and a NUL; GNU tar writes two spaces. */
function isPosix(block: Uint8Array): boolean {
  return textOf(block.subarray(257, 263)) === 'ustar' && block[262] === 0
}

/**
 * Octal digits with spaces or a NUL around them, or a number of eight bits a byte where the first is 0x80 or 0xff. As
 * Python reads digits: a sign, `0o` and underscores are taken as well, so that no file is a tar for Python alone. Null
 * for anything else.
 */
export function readNumber(field: Uint8Array): number | null {
  const [first = 0] = field
  if (first === 0x80 || first === 0xff) {
    let value = 0n
    for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte)
    if (first === 0xff) value -= 256n ** BigInt(field.length - 1)
    return Number(value)
  }
  const digits = textOf(field).trim()
  if (digits === '') return 0
  if (!/^[+-]?(0[oO]_?)?[0-7]+(_[0-7]+)*$/.test(digits)) return null
  const value = Number.parseInt(digits.replaceAll(/[+_-]|0[oO]/g, ''), 8)
  return digits.startsWith('-') ? -value : value
}

/** Up to the first NUL. UTF-8, or one sign a byte where it is none. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const text = end < 0 ? bytes : bytes.subarray(0, end)
  try {
    return utf8.decode(text)
  } catch {
    return latin1.decode(text)
  }
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
const latin1 = new TextDecoder('latin1')
