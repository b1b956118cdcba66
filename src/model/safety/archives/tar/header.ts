/** A block of 512 bytes whose checksum fits: a header of any tar (POSIX.1-2017 pax, "ustar Interchange Format"). */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < 512) return false
  const written = readOctal(block.subarray(148, 156))
  if (written === null || written === 0) return false
  let unsigned = 8 * 32
  let signed = 8 * 32
  for (let at = 0; at < 512; at++) {
    if (at === 148) at = 156
    const byte = block[at] ?? 0
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  // Some old writers added signed bytes; Python and GNU tar accept both.
  return written === unsigned || written === signed
}

/** Octal digits, with spaces and a NUL around them. Null for anything else. */
export function readOctal(field: Uint8Array): number | null {
  let text = ''
  for (const byte of field) {
    if (byte === 0) break
    text += String.fromCharCode(byte)
  }
  const digits = text.trim()
  if (digits === '') return 0
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null
}
