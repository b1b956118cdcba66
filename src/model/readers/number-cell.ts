import type {NumberFlaw} from './columns.ts'

/** 10^0 to 10^22: the powers of ten that a double holds exactly. */
const tens = Float64Array.from({length: 23}, (_, power) => Number(`1e${power}`))

const minus = 45
const plus = 43
const point = 46
const zero = 48

/**
 * A decimal number straight from its bytes, exactly as `Number()` reads its text. NaN where the text must be looked at
 * by {@link parseNumber}: it is no plain number, it is a whole number of more than 15 digits (which may be rounded), or
 * its last bit cannot be settled here.
 *
 * Up to 15 digits and a power of ten up to 22 one division is exact (W. Clinger, "How to read floating point numbers
 * accurately", PLDI 1990). Up to 18 digits the quotient is computed in two doubles (T. Dekker, "A floating-point
 * technique for extending the available precision", 1971), whose error is far below the distance to a tie that is asked.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  let byte = at < end ? (bytes[at] ?? 0) : 0
  const negative = byte === minus
  if (negative || byte === plus) at++
  // Two runs of nine digits: whole numbers of 32 bits are the quickest arithmetic there is.
  let high = 0
  let low = 0
  let significant = 0
  let digits = 0
  let fractionStart = -1
  for (; at < end; at++) {
    byte = bytes[at] ?? 0
    const digit = byte - zero
    if (digit >= 0 && digit <= 9) {
      digits++
      if (significant < 9) {
        high = (high * 10 + digit) | 0
        // Zeros in front are no digits of the number.
        if (high !== 0) significant++
      } else if (significant < 18) {
        low = (low * 10 + digit) | 0
        significant++
      } else {
        return Number.NaN
      }
    } else if (byte === point && fractionStart < 0) {
      fractionStart = at + 1
    } else {
      break
    }
  }
  if (digits === 0) return Number.NaN
  let power = fractionStart < 0 ? 0 : fractionStart - at
  let whole = fractionStart < 0
  if (at < end) {
    if ((byte | 32) !== 101) return Number.NaN
    whole = false
    at++
    byte = at < end ? (bytes[at] ?? 0) : 0
    const down = byte === minus
    if (down || byte === plus) at++
    if (at === end || end - at > 3) return Number.NaN
    let exponent = 0
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - zero
      if (digit < 0 || digit > 9) return Number.NaN
      exponent = exponent * 10 + digit
    }
    power += down ? -exponent : exponent
  }
  let value: number
  if (significant > 15) {
    if (whole || power > 0 || power < -22) return Number.NaN
    value = longQuotient(high, low, significant - 9, -power)
  } else {
    const head = significant > 9 ? high * (tens[significant - 9] ?? 1) + low : high
    if (power === 0 || head === 0) {
      value = head
    } else if (power < 0) {
      if (power < -22) return Number.NaN
      value = head / (tens[-power] ?? 1)
    } else {
      if (power > 22) return Number.NaN
      value = head * (tens[power] ?? 1)
    }
  }
  return negative ? -value : value
}

/** Veltkamp's constant, 2^27 + 1: cuts a double into two halves of 26 bits, whose products are exact. */
const splitter = 134_217_729

/** (head * 10^tailDigits + tail) / 10^places, correctly rounded; NaN where that cannot be told. */
function longQuotient(head: number, tail: number, tailDigits: number, places: number): number {
  const shift = tens[tailDigits] ?? 1
  const product = head * shift
  const sum = product + tail
  const rest = sum - product
  const sumError = product - (sum - rest) + (tail - rest) + productError(head, shift, product)
  const divisor = tens[places] ?? 1
  const first = sum / divisor
  const back = first * divisor
  const second = (sum - back - productError(first, divisor, back) + sumError) / divisor
  const value = first + second
  const error = second - (value - first)
  // Where a slightly larger error would round to another double, the true value may lie on either side of a tie.
  return value + error * 1.000_001 === value ? value : Number.NaN
}

/** What a * b lacks, exactly: a * b = product + productError. */
function productError(a: number, b: number, product: number): number {
  const aCut = splitter * a
  const aHigh = aCut - (aCut - a)
  const aLow = a - aHigh
  const bCut = splitter * b
  const bHigh = bCut - (bCut - b)
  const bLow = b - bHigh
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow
}

/** A decimal number as CSV files hold it, or what it is instead. Hexadecimal and the like are text. */
export function parseNumber(cell: string): number | NumberFlaw {
  const value = Number(cell)
  if (Number.isFinite(value)) {
    if (value === 0 && cell.trim() === '') return 'empty'
    return /^\s*[+-]?0[xXbBoO]/.test(cell) ? 'text' : value
  }
  const word = cell.trim().toLowerCase()
  if (word === 'nan' || word === 'na' || word === 'null' || word === 'none') return 'nan'
  return /^[+-]?inf(inity)?$/.test(word) || !Number.isNaN(value) ? 'infinite' : 'text'
}

/** Whether a whole number is not what a double makes of it: 9007199254740993 becomes …992. */
export function isRounded(cell: string, value: number): boolean {
  return (
    !Number.isSafeInteger(value) &&
    /^\s*[+-]?\d+\s*$/.test(cell) &&
    BigInt(cell.trim().replace(/^\+/, '')) !== BigInt(value)
  )
}
