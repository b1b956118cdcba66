/**
 * Finds where a JSON value ends, by RFC 8259, over bytes. Besides JSON it takes NaN, Infinity and -Infinity, which
 * Python's json module writes. Every loop stops at a line feed, so a line feed must stand behind the text.
 * Each function returns the index behind what it read, or -1 where it is not what it should be.
 */

const quote = 34
const backslash = 92
const maxDepth = 64

export function skipBlank(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at]
    if (byte !== 32 && byte !== 9 && byte !== 13) return at
    at++
  }
}

/** From the opening quote to behind the closing one. */
export function skipString(bytes: Uint8Array, at: number): number {
  for (at++; ; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return at + 1
    if (byte < 32) return -1
    if (byte !== backslash) continue
    at++
    const letter = bytes[at]
    if (letter === 117) {
      for (let digit = 1; digit <= 4; digit++) if (hexAt(bytes, at + digit) === -1) return -1
      at += 4
    } else if (!isShortEscape(letter)) {
      return -1
    }
  }
}

export function skipNumber(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 45) at++
  if (bytes[at] === 48) at++
  else at = skipDigits(bytes, at)
  if (at !== -1 && bytes[at] === 46) at = skipDigits(bytes, at + 1)
  if (at === -1) return -1
  const mark = bytes[at]
  if (mark === 101 || mark === 69) {
    const sign = bytes[at + 1]
    at = skipDigits(bytes, at + (sign === 43 || sign === 45 ? 2 : 1))
  }
  return at
}

/** The index behind a word such as `true`. */
export function skipWord(bytes: Uint8Array, at: number, word: string): number {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word.charCodeAt(index)) return -1
  return at + word.length
}

export function skipValue(bytes: Uint8Array, at: number, depth = 0): number {
  switch (bytes[at]) {
    case quote:
      return skipString(bytes, at)
    case 123:
      return depth > maxDepth ? -1 : skipObject(bytes, at, depth)
    case 91:
      return depth > maxDepth ? -1 : skipList(bytes, at, depth)
    case 116:
      return skipWord(bytes, at, 'true')
    case 102:
      return skipWord(bytes, at, 'false')
    case 110:
      return skipWord(bytes, at, 'null')
    case 78:
      return skipWord(bytes, at, 'NaN')
    case 73:
      return skipWord(bytes, at, 'Infinity')
    case 45:
      return bytes[at + 1] === 73 ? skipWord(bytes, at, '-Infinity') : skipNumber(bytes, at)
    default:
      return skipNumber(bytes, at)
  }
}

function skipObject(bytes: Uint8Array, start: number, depth: number): number {
  let at = skipBlank(bytes, start + 1)
  if (bytes[at] === 125) return at + 1
  for (;;) {
    if (bytes[at] !== quote) return -1
    at = skipString(bytes, at)
    if (at === -1) return -1
    at = skipBlank(bytes, at)
    if (bytes[at] !== 58) return -1
    at = skipValue(bytes, skipBlank(bytes, at + 1), depth + 1)
    if (at === -1) return -1
    at = skipBlank(bytes, at)
    if (bytes[at] === 125) return at + 1
    if (bytes[at] !== 44) return -1
    at = skipBlank(bytes, at + 1)
  }
}

function skipList(bytes: Uint8Array, start: number, depth: number): number {
  let at = skipBlank(bytes, start + 1)
  if (bytes[at] === 93) return at + 1
  for (;;) {
    at = skipValue(bytes, at, depth + 1)
    if (at === -1) return -1
    at = skipBlank(bytes, at)
    if (bytes[at] === 93) return at + 1
    if (bytes[at] !== 44) return -1
    at = skipBlank(bytes, at + 1)
  }
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start
  for (;;) {
    const digit = (bytes[at] ?? 0) - 48
    if (digit < 0 || digit > 9) return at === start ? -1 : at
    at++
  }
}

/**
 * Writes what a string stands for over its own bytes, between the quotes, and returns where it ends: an escape is never
 * shorter than its character in UTF-8. Half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.
 */
export function unescapeString(bytes: Uint8Array, start: number, end: number): number {
  let to = start
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte !== backslash) {
      bytes[to++] = byte
      continue
    }
    const letter = bytes[++at] ?? 0
    if (letter !== 117) {
      bytes[to++] = shortEscapes[String.fromCharCode(letter)] ?? letter
      continue
    }
    let code = unitAt(bytes, at + 1)
    at += 4
    if (code >= 0xd800 && code < 0xe000) {
      const low = bytes[at + 1] === backslash && bytes[at + 2] === 117 && at + 6 < end ? unitAt(bytes, at + 3) : 0
      if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        at += 6
      } else {
        code = 0xfffd
      }
    }
    to = writeUtf8(bytes, to, code)
  }
  return to
}

function writeUtf8(bytes: Uint8Array, to: number, code: number): number {
  if (code < 0x80) {
    bytes[to++] = code
  } else if (code < 0x800) {
    bytes[to++] = 0xc0 | (code >> 6)
    bytes[to++] = 0x80 | (code & 63)
  } else if (code < 0x10000) {
    bytes[to++] = 0xe0 | (code >> 12)
    bytes[to++] = 0x80 | ((code >> 6) & 63)
    bytes[to++] = 0x80 | (code & 63)
  } else {
    bytes[to++] = 0xf0 | (code >> 18)
    bytes[to++] = 0x80 | ((code >> 12) & 63)
    bytes[to++] = 0x80 | ((code >> 6) & 63)
    bytes[to++] = 0x80 | (code & 63)
  }
  return to
}

const shortEscapes: Readonly<Record<string, number>> = {b: 8, f: 12, n: 10, r: 13, t: 9}

/** \" \\ \/ \b \f \n \r \t */
function isShortEscape(byte: number | undefined): boolean {
  return (
    byte === quote ||
    byte === backslash ||
    byte === 47 ||
    byte === 98 ||
    byte === 102 ||
    byte === 110 ||
    byte === 114 ||
    byte === 116
  )
}

function unitAt(bytes: Uint8Array, at: number): number {
  return (hexAt(bytes, at) << 12) | (hexAt(bytes, at + 1) << 8) | (hexAt(bytes, at + 2) << 4) | hexAt(bytes, at + 3)
}

function hexAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] ?? 0
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
