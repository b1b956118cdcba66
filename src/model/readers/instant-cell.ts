const minute = 60_000
const dayLength = 24 * 60 * minute

/**
 * A point in time as ISO 8601 writes it, in milliseconds since 1970 (UTC): `2026-11-21`, `2026-11-21T16:30Z`,
 * `2026-11-21 16:30:15.25+01:00`. Without a zone it is UTC. NaN where the text is none; days that do not exist are none.
 */
export function parseInstant(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 10) return Number.NaN
  const year = digitsAt(bytes, start, 4)
  const month = digitsAt(bytes, start + 5, 2)
  const day = digitsAt(bytes, start + 8, 2)
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45 || year < 0 || month < 1 || month > 12 || day < 1) {
    return Number.NaN
  }
  const date = Date.UTC(year < 100 ? 2000 : year, month - 1, day)
  const days = year < 100 ? Number.NaN : date
  if (day > daysIn(year, month)) return Number.NaN
  if (end === start + 10) return days
  return days + timeOfDay(bytes, start + 10, end)
}

/**
 * A number as an instant: seconds since 1970 below 1e11 (the year 5138), milliseconds below 1e14; NaN beyond, where it
 * would be microseconds or nanoseconds.
 */
export function instantOfNumber(value: number): number {
  const size = Math.abs(value)
  if (size < 1e11) return value * 1000
  return size < 1e14 ? value : Number.NaN
}

/** From the "T" on: milliseconds since midnight UTC. */
function timeOfDay(bytes: Uint8Array, start: number, end: number): number {
  const mark = bytes[start]
  if (mark !== 84 && mark !== 116 && mark !== 32) return Number.NaN
  const hour = digitsAt(bytes, start + 1, 2)
  const minutes = digitsAt(bytes, start + 4, 2)
  if (end < start + 6 || bytes[start + 3] !== 58 || hour < 0 || hour > 24 || minutes < 0 || minutes > 59) {
    return Number.NaN
  }
  let time = (hour * 60 + minutes) * minute
  let at = start + 6
  if (at < end && bytes[at] === 58) {
    const seconds = digitsAt(bytes, at + 1, 2)
    // 60 is a leap second.
    if (at + 3 > end || seconds < 0 || seconds > 60) return Number.NaN
    time += seconds * 1000
    at += 3
    if (at < end && (bytes[at] === 46 || bytes[at] === 44)) {
      const first = ++at
      let unit = 100
      for (; at < end && isDigit(bytes[at]); at++, unit /= 10) time += ((bytes[at] ?? 0) - 48) * unit
      if (at === first) return Number.NaN
    }
  }
  if (time > dayLength + 1000) return Number.NaN
  if (at === end) return time
  return time - zoneOffset(bytes, at, end)
}

/** `Z`, `+01`, `+0130` or `+01:30` up to the end, in milliseconds. */
function zoneOffset(bytes: Uint8Array, start: number, end: number): number {
  const mark = bytes[start]
  if ((mark === 90 || mark === 122) && end === start + 1) return 0
  if (mark !== 43 && mark !== 45) return Number.NaN
  const hours = digitsAt(bytes, start + 1, 2)
  let minutes = 0
  if (end === start + 5) minutes = digitsAt(bytes, start + 3, 2)
  else if (end === start + 6 && bytes[start + 3] === 58) minutes = digitsAt(bytes, start + 4, 2)
  else if (end !== start + 3) return Number.NaN
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN
  return (mark === 45 ? -1 : 1) * (hours * 60 + minutes) * minute
}

/** -1 where a byte is no digit. */
function digitsAt(bytes: Uint8Array, start: number, count: number): number {
  let value = 0
  for (let at = start; at < start + count; at++) {
    if (!isDigit(bytes[at])) return -1
    value = value * 10 + (bytes[at] ?? 0) - 48
  }
  return value
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}
