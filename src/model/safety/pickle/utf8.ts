/**
 * UTF-8 as CPython decodes it: strictly, or with `surrogatepass`, which admits the three bytes of a lone surrogate
 * (BINUNICODE). Null where CPython raises UnicodeDecodeError. RFC 3629 §4.
 */
export function decodeUtf8(bytes: Uint8Array, mode: 'strict' | 'surrogatepass'): string | null {
  const units: number[] = []
  let at = 0
  while (at < bytes.length) {
    const first = bytes[at++] ?? 0
    if (first < 0x80) {
      units.push(first)
      continue
    }
    const more = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first <= 0xf4 ? 3 : 0
    if (first < 0xc2 || more === 0) return null
    let code = first & (0x3f >> more)
    for (let index = 0; index < more; index++) {
      const next = bytes[at++] ?? 0
      if ((next & 0xc0) !== 0x80) return null
      code = (code << 6) | (next & 0x3f)
    }
    if (code < leastOf(more) || code > 0x10ffff) return null
    if (code >= 0xd800 && code <= 0xdfff && mode === 'strict') return null
    if (code < 0x10000) units.push(code)
    else units.push(0xd7c0 + (code >> 10), 0xdc00 | (code & 0x3ff))
  }
  return units.length < 8192 ? String.fromCharCode(...units) : inPieces(units)
}

/** The smallest code of so many continuation bytes: anything below is an overlong form. */
function leastOf(more: number): number {
  if (more === 1) return 0x80
  return more === 2 ? 0x800 : 0x10000
}

/** A call takes only so many arguments. */
function inPieces(units: readonly number[]): string {
  let text = ''
  for (let at = 0; at < units.length; at += 8192) text += String.fromCharCode(...units.slice(at, at + 8192))
  return text
}
