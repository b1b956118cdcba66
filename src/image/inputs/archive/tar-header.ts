/** A header of POSIX.1-2017 (pax, "ustar Interchange Format") or of GNU tar, as it is written. */
import {UserError} from '../../../core/failure.ts'

export const block = 512

export interface TarHeader {
  readonly name: string
  readonly type: string
  readonly linkName: string
  /** Of the data behind it, in bytes. */
  readonly size: number
}

/** @param at offset of the header, for messages @throws UserError `image/archive-malformed` */
export function parseHeader(header: Uint8Array, at: number, file: string): TarHeader {
  if (!isHeader(header)) throw malformed(file, `what stands at byte ${at} is no header`)
  const size = numberOf(header.subarray(124, 136))
  if (size === null || size < 0 || !Number.isSafeInteger(size)) {
    throw malformed(file, `the size of the member at byte ${at} is no number`)
  }
  const type = String.fromCharCode(header[156] ?? 0)
  const short = textOf(header.subarray(0, 100), file)
  // GNU tar keeps times where POSIX keeps the beginning of long names.
  const isPosix = textOf(header.subarray(257, 263), file) === 'ustar' && header[262] === 0
  const prefix = isPosix ? textOf(header.subarray(345, 500), file) : ''
  return {
    name: prefix === '' ? short : `${prefix}/${short}`,
    type,
    linkName: textOf(header.subarray(157, 257), file),
    size,
  }
}

/** The sum of all bytes, with spaces in the place of the sum itself. */
function isHeader(header: Uint8Array): boolean {
  let sum = 8 * 0x20
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += header[at] ?? 0
  return numberOf(header.subarray(148, 156)) === sum
}

/** Octal digits, or (GNU tar, star) 0x80 and a number of eight bits a byte. Null for anything else. */
function numberOf(field: Uint8Array): number | null {
  if (field[0] === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0)
  const digits = latin1.decode(field).replaceAll('\0', ' ').trim()
  if (digits === '') return 0
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null
}

/** Up to the first NUL. */
export function textOf(field: Uint8Array, file: string): string {
  const end = field.indexOf(0)
  return decode(end < 0 ? field : field.subarray(0, end), file)
}

/** @throws UserError `image/archive-malformed` for what is no UTF-8 */
export function decode(content: Uint8Array, file: string): string {
  try {
    return utf8.decode(content)
  } catch {
    throw malformed(file, 'a name in it is no UTF-8')
  }
}

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
export const latin1 = new TextDecoder('latin1')

/** A name is whatever somebody wrote there. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100))
}

/** @param why it is none, after the colon */
export function malformed(file: string, why: string): UserError {
  return new UserError(
    'image/archive-malformed',
    `${file} is no archive of an image that every reader sees alike: ${why}.`,
    {
      hint: 'Write it again with `docker save`, `podman save` or `skopeo copy … oci-archive:<file>`.',
    },
  )
}
