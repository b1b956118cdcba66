/** The text arguments of protocol 0, as the C functions of CPython read them. One sign of a text is one byte. */

/** Beyond this many signs a number is not converted: Python refuses more than 4300 decimal digits itself. */
const convertedSigns = 1000

/** C's `isspace` in the C locale, which `PyLong_FromString` and `strtol` skip. */
const space = '[ \\t\\n\\v\\f\\r]*'
const decimal = new RegExp(`^${space}([+-]?[0-9]+(?:_[0-9]+)*)${space}$`)
const anyBase = new RegExp(
  `^${space}([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[oO]_?[0-7]+(?:_[0-7]+)*|0[bB]_?[01]+(?:_[01]+)*` +
    `|0+(?:_0+)*|[1-9][0-9]*(?:_[0-9]+)*)${space}$`,
)
/** What `strtol` takes with base 0 and PyLong does not: octal by a leading zero, and nothing at all. */
const octal = new RegExp(`^${space}([+-]?)(0[0-7]+)$`)
const float = /^[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf(?:inity)?|nan)$/i

/**
 * The index of PUT and GET: `PyLong_FromString(line, NULL, 10)`, which stops at a NUL.
 * @returns null where it refuses, or the index does not fit into 64 bits
 */
export function parseIndex(line: string): number | null {
  const digits = decimal.exec(upToNul(line))?.[1]
  if (digits === undefined || digits.length > convertedSigns) return null
  const index = Number(digits.replaceAll('_', ''))
  return Math.abs(index) < 2 ** 63 ? index : null
}

/**
 * INT: `strtol` with base 0, then `PyLong_FromString` with base 0. A 0 or 1 of two signs, as `01`, is a boolean.
 * @returns `too long` for a number that is valid but not converted; null where both refuse
 */
export function parseInt0(line: string): number | bigint | boolean | 'too long' | null {
  const value = integerOf(line)
  return line.length === 2 && (value === 0 || value === 1) ? value === 1 : value
}

function integerOf(line: string): number | bigint | 'too long' | null {
  // strtol, given nothing before a NUL, gives 0 and stands at the NUL.
  if (line.startsWith('\0')) return 0
  const ofC = octal.exec(upToNul(line))
  if (ofC?.[2] !== undefined && ofC[2].length < 22) return signed(ofC[1], BigInt(`0o${ofC[2]}`))
  return pyLong(line)
}

/** LONG: `PyLong_FromString` with base 0; an `L` at the end is cut off. */
export function parseLong(line: string): number | bigint | 'too long' | null {
  return pyLong(line.endsWith('L') ? line.slice(0, -1) : line)
}

/** `PyLong_FromString` with base 0. */
function pyLong(line: string): number | bigint | 'too long' | null {
  const found = anyBase.exec(upToNul(line))
  if (found?.[2] === undefined) return null
  if (found[2].length > convertedSigns) return 'too long'
  return signed(found[1], BigInt(found[2].replaceAll('_', '')))
}

/** FLOAT: `PyOS_string_to_double`, which refuses what is beyond the range of a double. */
export function parseFloat64(line: string): number | null {
  const text = upToNul(line)
  if (!float.test(text)) return null
  const bare = text.replace(/^[+-]/, '').toLowerCase()
  const sign = text.startsWith('-') ? -1 : 1
  if (bare === 'nan') return Number.NaN
  if (bare.startsWith('inf')) return sign * Number.POSITIVE_INFINITY
  const value = Number(bare)
  return Number.isFinite(value) ? sign * value : null
}

/**
 * The content of STRING between its quotes: `PyBytes_DecodeEscape`.
 * @returns null where it refuses: a backslash at the end, `\x` without two digits
 */
export function unescapeBytes(text: string): string | null {
  if (!text.includes('\\')) return text
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign !== '\\') {
      out += sign
      continue
    }
    const next = text.charAt(++at)
    if (next === '') return null
    const simple = simpleEscapes.get(next)
    if (simple !== undefined) {
      out += simple
    } else if (next === 'x') {
      const digits = /^[0-9a-fA-F]{2}/.exec(text.slice(at + 1, at + 3))?.[0]
      if (digits === undefined) return null
      out += String.fromCharCode(Number.parseInt(digits, 16))
      at += 2
    } else if (next >= '0' && next <= '7') {
      const digits = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0] ?? ''
      out += String.fromCharCode(Number.parseInt(digits, 8) & 0xff)
      at += digits.length - 1
    } else {
      out += `\\${next}`
    }
  }
  return out
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['b', '\b'],
  ['f', '\f'],
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['v', '\v'],
  ['a', '\x07'],
])

/**
 * UNICODE: `PyUnicode_DecodeRawUnicodeEscape`; everything but `\uXXXX` and `\UXXXXXXXX` is Latin-1.
 * @returns null where it refuses: too few digits, or beyond U+10FFFF
 */
export function unescapeUnicode(text: string): string | null {
  if (!text.includes('\\')) return text
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    const next = sign === '\\' ? text.charAt(at + 1) : ''
    if (next === 'u' || next === 'U') {
      const width = next === 'u' ? 4 : 8
      const digits = text.slice(at + 2, at + 2 + width)
      if (digits.length < width || !/^[0-9a-fA-F]+$/.test(digits)) return null
      const code = Number.parseInt(digits, 16)
      if (code > 0x10ffff) return null
      out += String.fromCodePoint(code)
      at += 1 + width
    } else {
      out += sign + next
      at += next.length
    }
  }
  return out
}

/** A C string ends at its first NUL. */
function upToNul(line: string): string {
  const nul = line.indexOf('\0')
  return nul === -1 ? line : line.slice(0, nul)
}

function signed(sign: string | undefined, magnitude: bigint): number | bigint {
  return narrowed(sign === '-' ? -magnitude : magnitude)
}

/** A `number` where that is exact. */
export function narrowed(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
